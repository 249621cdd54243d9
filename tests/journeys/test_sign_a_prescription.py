"""From nothing to a signature, and everything that may go wrong on the way."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests import markers
from tests.journeys.hands import Fob, add_token, fill_pair, fob, heading, press, problem, sign_in
from tests.journeys.hands import told as told_on
from tests.journeys.test_compose_a_prescription import start, write

MARIAS = "GALH12345678"
PIN = "4827"
NEW_PIN = "6174"
NOT_RIGHT = "The EPCS PIN or one-time password is not right."
LOCK_IS_OVER = """
from datetime import timedelta
from django.db.models import F
from accounts.models import SigningState
SigningState.objects.update(locked_until=F("locked_until") - timedelta(minutes=15))
"""
REJECTED = {
    "482": "The PIN must be 4 digits.",
    "0582": "A PIN can't start with 0.",
    "1111": "That PIN repeats one digit",
    "4321": "That PIN is in sequence",
}


@pytest.fixture
def maria(page: Page) -> Page:
    sign_in(page, "mreyes")
    return page


def review(page: Page) -> None:
    page.goto("/queue/")
    page.get_by_role("link", name=re.compile("^Review and sign.*Jordan Ellis")).first.click()
    heading(page, "Review and sign")


def mark(page: Page) -> None:
    page.get_by_label("Ready to sign").first.check()


def sign(page: Page, *, pin: str = PIN, otp: str) -> None:
    page.get_by_label("EPCS PIN", exact=True).fill(pin)
    page.get_by_label("One-Time Password").fill(otp)
    with page.expect_navigation():
        page.get_by_role("button", name="Sign and send 1 prescription").click()


def next_otp(token: Fob) -> str:
    token.let("Skip 30 seconds")
    return token.press()


def test_sam_starts_with_nothing_and_signs(page):
    markers.note("pins", NEW_PIN, *REJECTED)
    sign_in(page, "snguyen")
    token = fob(page, "GALH87654321")
    add_token(page, token)

    page.get_by_role("link", name="Set your EPCS PIN").first.click()
    for pin, sentence in REJECTED.items():
        _choose(page, pin, pin)
        expect(problem(page)).to_contain_text(sentence)
    _choose(page, NEW_PIN, "6175")
    expect(problem(page)).to_contain_text("The two PINs don't match.")
    _choose(page, NEW_PIN, NEW_PIN)
    heading(page, "Your EPCS PIN is set")

    start(page, "Theo Brandt")
    write(page)
    press(page, "Review and sign")
    expect(page.get_by_role("button", name="Sign and send", exact=True)).to_be_visible()
    mark(page)
    sign(page, pin=NEW_PIN, otp=next_otp(token))

    heading(page, "Signed")
    expect(page.locator("main")).to_contain_text("1 prescription for Theo Brandt is signed")
    expect(page.locator("main")).to_contain_text("EPCS PIN and hard token GALH87654321")
    expect(page.locator("main")).to_contain_text("Verified just now")
    expect(page.locator("main")).to_contain_text("Copy only – not valid for dispensing.")


def test_wrong_pin_wrong_password_replay_and_a_foreign_code_are_told_alike(maria):
    token = fob(maria, MARIAS)
    review(maria)
    mark(maria)
    used = token.press()

    for left, (pin, otp) in zip(
        (4, 3, 2, 1),
        (("5938", used), (PIN, used), (PIN, "000000"), ("5938", "000000")),
        strict=True,
    ):
        sign(maria, pin=pin, otp=otp)
        expect(problem(maria)).to_contain_text(NOT_RIGHT)
        expect(problem(maria)).to_contain_text(f"You have {left} attempt")
        expect(maria.get_by_label("Ready to sign").first).to_be_checked()
        expect(maria.get_by_label("One-Time Password")).to_have_value("")

    sign(maria, otp=next_otp(token))
    heading(maria, "Signed")


def test_five_failures_lock_signing_until_the_time_is_over(maria, portal):
    token = fob(maria, MARIAS)
    review(maria)
    mark(maria)
    for _failure in range(5):
        sign(maria, pin="5938", otp=next_otp(token))
    expect(maria.get_by_role("heading", level=1)).to_contain_text("Signing is locked until")
    expect(maria.get_by_role("link", name="Reset EPCS PIN")).to_be_visible()

    portal.run(LOCK_IS_OVER)

    review(maria)
    sign(maria, otp=next_otp(token))
    heading(maria, "Signed")


def test_a_token_out_of_sync_is_brought_back_where_one_signs(maria):
    token = fob(maria, MARIAS)
    token.let("Carry it in a pocket for a week")
    review(maria)
    mark(maria)
    sign(maria, otp=token.press())
    expect(maria.locator("main")).to_contain_text("Your token is out of sync")
    expect(maria.locator("main")).to_contain_text("Lisdexamfetamine")

    token.let("Skip 30 seconds")
    fill_pair(maria, *token.press_twice())
    press(maria, "Resync Token")

    expect(told_on(maria)).to_contain_text("Your token is back in sync")
    expect(maria.get_by_label("Ready to sign").first).to_be_checked()
    sign(maria, otp=next_otp(token))
    heading(maria, "Signed")


def test_a_change_in_another_tab_is_noticed_and_costs_no_password(maria):
    token = fob(maria, MARIAS)
    review(maria)
    shown = maria.get_by_role("region", name=re.compile("Lisdex"))
    shown.get_by_label("Ready to sign").check()
    other = maria.context.new_page()
    other.goto("/queue/")
    other.get_by_role("link", name=re.compile("^Change.*Jordan Ellis.*Lisdex")).first.click()
    other.get_by_label("Quantity").fill("60")
    press(other, "Save to Rx Queue")
    otp = token.press()

    sign(maria, otp=otp)

    expect(problem(maria)).to_contain_text("This prescription changed after you opened it.")
    for box in maria.get_by_label("Ready to sign").all():
        expect(box).not_to_be_checked()
    shown.get_by_label("Ready to sign").check()
    sign(maria, otp=otp)
    expect(maria.locator("main")).to_contain_text("60 (sixty) capsules")


def test_a_double_click_signs_once_and_shows_the_result(visits):
    page = visits.open(java_script_enabled=False)
    sign_in(page, "mreyes")
    table = page.context.new_page()
    table.goto("/demo/devices/")
    otp = Fob(table, MARIAS).press()
    review(page)
    mark(page)
    page.get_by_label("EPCS PIN", exact=True).fill(PIN)
    page.get_by_label("One-Time Password").fill(otp)

    page.get_by_role("button", name="Sign and send").dblclick()

    heading(page, "Signed")
    page.goto("/queue/")
    expect(page.get_by_role("row").filter(has_text="Signed")).to_have_count(1)


def _choose(page: Page, pin: str, again: str) -> None:
    page.get_by_label("New 4-digit PIN", exact=True).fill(pin)
    page.get_by_label("Confirm New 4-digit PIN", exact=True).fill(again)
    press(page, "Save")
