"""The article "iCoreRx hardware token": Sam syncs a new token, tests it, and resyncs it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.hands import (
    Fob,
    card,
    fill_pair,
    fob,
    follow,
    heading,
    open_add_form,
    press,
    problem,
    sign_in,
    told,
)

SERIAL = "GALH87654321"
ANOTHER = "GALH13572468"


@pytest.fixture
def sam(page: Page) -> Page:
    """Sam, signed in, with a new token and nothing else."""
    sign_in(page, "snguyen")
    heading(page, "My Settings")
    return page


@pytest.fixture
def token(sam: Page) -> Fob:
    return fob(sam, SERIAL)


@pytest.mark.parametrize("javascript", [True, False], ids=["JavaScript", "no JavaScript"])
def test_a_token_is_added_by_the_article_and_found_again_after_400_presses(visits, javascript):
    sam = visits.open(java_script_enabled=javascript)
    sign_in(sam, "snguyen")
    token = fob(sam, SERIAL)
    follow(sam, "Admin")
    sam.get_by_role("link", name="EPCS Device Management").click()
    heading(sam, "EPCS Device Management")
    follow(sam, "Add Token")
    heading(sam, "Add a hardware token")
    sam.get_by_label("Token Serial Number").fill("galh 8765 4321")
    fill_pair(sam, *token.press_twice())
    press(sam, "Submit")

    heading(sam, "EPCS Device Management")
    expect(told(sam)).to_contain_text("Hardware token added")
    row = sam.get_by_role("row", name=SERIAL)
    expect(row).to_contain_text("Active")

    row.get_by_role("link", name="Test my token").click()
    heading(sam, "Test your token")
    sam.get_by_label("One-time password").fill(token.press())
    press(sam, "Test token")
    expect(told(sam)).to_contain_text("Your token works")

    token.let("Carry it in a pocket for a week")
    sam.get_by_label("One-time password").fill(token.press())
    press(sam, "Test token")
    expect(problem(sam)).to_contain_text("Your token is out of sync.")
    sam.get_by_role("link", name="Resync your token", exact=True).first.click()
    heading(sam, "Resync your token")
    expect(sam.locator("main")).to_contain_text(SERIAL)
    fill_pair(sam, *token.press_twice())
    press(sam, "Resync Token")

    heading(sam, "EPCS Device Management")
    expect(told(sam)).to_contain_text("Your token is back in sync")
    sam.get_by_role("row", name=SERIAL).get_by_role("link", name="Test my token").click()
    sam.get_by_label("One-time password").fill(token.press())
    press(sam, "Test token")
    expect(told(sam)).to_contain_text("Your token works")


def test_the_same_from_my_settings_in_the_words_of_the_other_article(sam, token):
    expect(card(sam)).to_contain_text("Not set up")
    open_add_form(sam)
    expect(sam.locator("main")).to_contain_text("Select Next once and stay on this page.")
    sam.get_by_label("Token Serial Number").fill("GALH-8765-4321")
    fill_pair(sam, *token.press_twice())
    press(sam, "Next")

    heading(sam, "My Settings")
    expect(told(sam)).to_contain_text("Hardware token added")
    expect(card(sam)).to_contain_text("Active")
    expect(card(sam)).to_contain_text(SERIAL)

    token.let("Carry it in a pocket for a week")
    follow(sam, "Test my token")
    sam.get_by_label("One-time password").fill(token.press())
    press(sam, "Test token")
    expect(problem(sam)).to_contain_text("Your token is out of sync.")
    follow(sam, "Back to EPCS settings")
    expect(card(sam)).to_contain_text("Out of sync")
    card(sam).get_by_role("link", name="Resync your token").click()
    heading(sam, "Resync your token")
    fill_pair(sam, *token.press_twice())
    press(sam, "Next")

    heading(sam, "My Settings")
    expect(told(sam)).to_contain_text(f"{SERIAL} works again")
    expect(card(sam)).to_contain_text("Active")


@pytest.mark.parametrize("wrong", ["serial", "passwords", "both of another token"])
def test_serial_and_passwords_that_do_not_go_together_get_one_sentence(sam, token, wrong):
    first, second = token.press_twice()
    serial = "GALH00000000" if wrong == "serial" else SERIAL
    if wrong == "passwords":
        first, second = second, first
    if wrong == "both of another token":
        first, second = Fob(token.table, ANOTHER).press_twice()
    open_add_form(sam)
    sam.get_by_label("Token Serial Number").fill(serial)
    fill_pair(sam, first, second)
    press(sam, "Next")

    expect(problem(sam)).to_contain_text(
        "This serial number and these passwords don't go together. "
        "Check the back of the token and start again with a new One-Time Password 1."
    )
    expect(sam.get_by_label("Token Serial Number")).to_have_value(serial)


def test_a_double_click_adds_the_token_once_and_shows_no_error(sam, token):
    open_add_form(sam)
    sam.get_by_label("Token Serial Number").fill(SERIAL)
    fill_pair(sam, *token.press_twice())
    with sam.expect_navigation():
        sam.get_by_role("button", name="Next").dblclick(no_wait_after=True)

    expect(told(sam)).to_contain_text("Hardware token added")
    expect(sam.get_by_text(re.compile("Token added"))).to_have_count(1)


def test_two_posts_of_one_form_without_javascript_do_it_once(visits, portal):
    """Nothing in the browser holds the second click back here."""
    sam = visits.open(java_script_enabled=False)
    sign_in(sam, "snguyen")
    token = fob(sam, SERIAL)
    open_add_form(sam)
    sam.get_by_label("Token Serial Number").fill(SERIAL)
    fill_pair(sam, *token.press_twice())
    sent = {
        each.get_attribute("name"): each.input_value()
        for each in sam.locator("main form").last.locator("input").all()
    }

    first, second = (sam.request.post(sam.url, form=sent) for _ in range(2))

    assert first.url == second.url
    assert "Hardware token added" in first.text()
    assert "Hardware token added" in second.text()


def test_two_tabs_add_one_token(sam, token):
    tabs = [sam, sam.context.new_page()]
    pair = token.press_twice()
    for tab in tabs:
        tab.goto("/epcs/token/add/")
        tab.get_by_label("Token Serial Number").fill(SERIAL)
        fill_pair(tab, *pair)

    for tab in tabs:
        press(tab, "Next")

    expect(told(tabs[0])).to_contain_text("Hardware token added")
    expect(problem(tabs[1])).to_contain_text("You already have a hardware token")
    tabs[1].goto("/epcs/devices/")
    expect(tabs[1].get_by_role("row", name=SERIAL)).to_have_count(1)
