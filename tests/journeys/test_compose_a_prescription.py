"""Compose Rx: the patient first, then the prescription; Rx Queue keeps it until it is signed."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.hands import follow, heading, press, problem, sign_in, told

LORAZEPAM = "Lorazepam 1 mg oral tablet"


@pytest.fixture
def maria(page: Page) -> Page:
    sign_in(page, "mreyes")
    return page


def start(page: Page, patient: str) -> None:
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Compose Rx").click()
    heading(page, "Compose Rx")
    page.get_by_role("link", name=f"Select {patient}").click()
    expect(page.get_by_label("Medication")).to_be_visible()


def write(page: Page, *, refills: str = "1") -> None:
    page.get_by_label("Medication").select_option(label=f"{LORAZEPAM} (C-IV)")
    page.get_by_label("Quantity").fill("20")
    page.get_by_label("Unit").select_option("Tablet")
    page.get_by_label("Days' supply").fill("10")
    page.get_by_label("Directions for use").fill("Take 1 tablet\nby mouth twice a day.")
    page.get_by_label("Refills").fill(refills)
    page.get_by_label("Pharmacy").select_option(index=1)


def row(page: Page, words: str) -> Locator:
    return page.get_by_role("row").filter(has_text=words)


def test_a_prescription_is_composed_and_waits_in_the_queue(maria):
    start(maria, "Theo Brandt")
    expect(maria.locator("main")).to_contain_text("Born January 27, 2016")
    write(maria)
    press(maria, "Save to Rx Queue")

    heading(maria, "Rx Queue")
    expect(told(maria)).to_contain_text("Saved to Rx Queue")
    waiting = row(maria, "Theo Brandt")
    expect(waiting).to_contain_text(f"{LORAZEPAM} C-IV")
    expect(waiting).to_contain_text("Today, ")
    expect(waiting).to_contain_text("Draft")


def test_review_and_sign_leads_to_what_waits_for_this_patient(maria):
    start(maria, "Theo Brandt")
    write(maria)
    press(maria, "Review and sign")

    heading(maria, "Review and sign")
    expect(maria.locator("main")).to_contain_text("Theo Brandt")
    expect(maria.locator("main")).to_contain_text("Take 1 tablet by mouth twice a day.")
    expect(maria.locator("main")).not_to_contain_text("Jordan Ellis")


def test_a_mistake_is_told_at_its_field_and_nothing_typed_is_lost(maria):
    start(maria, "Theo Brandt")
    write(maria, refills="6")
    press(maria, "Review and sign")

    expect(problem(maria)).to_be_focused()
    problem(maria).get_by_role("link", name=re.compile("at most 5 refills")).click()
    expect(maria.get_by_label("Refills")).to_be_focused()
    expect(maria.get_by_label("Directions for use")).to_have_value(re.compile("twice a day"))
    expect(maria.get_by_label("Medication").locator("option:checked")).to_contain_text(LORAZEPAM)
    maria.get_by_label("Refills").fill("5")
    press(maria, "Save to Rx Queue")
    expect(row(maria, "Theo Brandt")).to_contain_text("Draft")


def test_what_waits_can_be_changed_and_discarded(maria):
    follow(maria, "Rx Queue")
    row(maria, "Clonazepam").get_by_role("link", name="Change").click()
    heading(maria, "Change prescription")
    expect(maria.get_by_label("Quantity")).to_have_value("15")
    maria.get_by_label("Quantity").fill("10")
    press(maria, "Save to Rx Queue")
    expect(told(maria)).to_contain_text("Saved to Rx Queue")

    row(maria, "Clonazepam").get_by_role("link", name="Change").click()
    expect(maria.get_by_label("Quantity")).to_have_value("10")
    follow(maria, "Discard this prescription")
    heading(maria, "Discard this prescription?")
    follow(maria, "Keep it")
    follow(maria, "Discard this prescription")
    press(maria, "Discard this prescription")
    expect(told(maria)).to_contain_text("Prescription discarded")
    expect(row(maria, "Clonazepam")).to_contain_text("Canceled")
    expect(row(maria, "Clonazepam").get_by_role("link")).to_have_count(0)


def test_who_can_not_sign_yet_composes_and_is_told_the_next_step(page):
    sign_in(page, "snguyen")
    follow(page, "Rx Queue")
    expect(page.locator("main")).to_contain_text("You can't sign yet")
    expect(page.locator("main")).to_contain_text("Nothing is waiting for your signature")
    start(page, "Theo Brandt")
    write(page)
    press(page, "Save to Rx Queue")

    expect(row(page, "Theo Brandt")).to_contain_text("Draft")
    follow(page, "Add a hardware token")
    heading(page, "Add a hardware token")


def test_who_is_not_registered_is_told_who_can_help(page):
    sign_in(page, "ivance")
    follow(page, "Compose Rx")

    expect(page.locator("main")).to_contain_text(
        "This step is only for providers who have completed EPCS registration."
    )


def test_nobody_reaches_a_colleagues_prescription(maria, visits):
    visits.watch.expect_status(404)
    follow(maria, "Rx Queue")
    maria.get_by_role("link", name="Change").first.click()
    heading(maria, "Change prescription")
    of_maria = maria.url
    alan = visits.open()
    sign_in(alan, "aokafor")

    alan.goto(of_maria)

    heading(alan, "Page not found")
    follow(alan, "Go to Rx Queue")
    heading(alan, "Rx Queue")
