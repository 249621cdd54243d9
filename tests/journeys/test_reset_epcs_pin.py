"""iCoreRx: Reset EPCS Pin, step by step, and the ways to go wrong that the article warns of."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests import markers
from tests.journeys.hands import (
    Fob,
    add_token,
    fob,
    follow,
    heading,
    press,
    problem,
    sign_in,
)

NEW_PIN = "6174"
RULES = [
    "4 digits",
    "Does not start with 0",
    "Not the same digit repeated, like 1111",
    "Not in sequence, like 1234 or 4321",
]


@pytest.fixture
def maria(page: Page) -> Page:
    markers.note("pins", NEW_PIN)
    sign_in(page, "mreyes")
    return page


@pytest.fixture
def token(maria: Page) -> Fob:
    return fob(maria, "GALH12345678")


def choose(page: Page, pin: str, again: str) -> None:
    page.get_by_label("New 4-digit PIN", exact=True).fill(pin)
    page.get_by_label("Confirm New 4-digit PIN", exact=True).fill(again)
    press(page, "Save")


def validate(page: Page, otp: str) -> None:
    page.get_by_label("One-time password").fill(otp)
    press(page, "Validate Passcode")


def open_reset(page: Page, name: str) -> None:
    """Steps 1 and 2 of the article: the Admin tab, then the control under EPCS User Controls."""
    follow(page, "Admin")
    controls = page.get_by_role("region", name="EPCS User Controls")
    with page.expect_navigation():
        controls.get_by_role("link", name=name).click()
    expect(page.get_by_role("navigation", name="Main").locator("[aria-current]")).to_have_text(
        "Admin"
    )


def test_the_article_step_by_step(maria, token):
    open_reset(maria, "Reset EPCS PIN")
    heading(maria, "Reset EPCS PIN")
    validate(maria, token.press())
    heading(maria, "Choose a new EPCS PIN")
    choose(maria, NEW_PIN, NEW_PIN)

    heading(maria, "Your EPCS PIN is reset")
    expect(maria.get_by_text("You can sign with the new PIN now.")).to_be_visible()
    with maria.expect_navigation():
        maria.locator(".actions").get_by_role("link", name="Back to Admin").click()
    expect(maria.get_by_role("region", name="Your EPCS status")).to_contain_text("EPCS PIN Set ")


def test_what_the_quick_tip_warns_of_is_refused_and_marked_on_the_list(maria, token):
    open_reset(maria, "Reset EPCS PIN")
    validate(maria, token.press())
    expect(maria.locator("#pin-rules .is-bad")).to_have_count(0)

    for pin, number in [("123", 0), ("0471", 1), ("1111", 2), ("1234", 3), ("4321", 3)]:
        choose(maria, pin, pin)
        expect(problem(maria)).to_be_focused()
        expect(maria.locator("#pin-rules .is-bad")).to_have_text([f"Not met: {RULES[number]}"])
        expect(maria.get_by_label("New 4-digit PIN", exact=True)).to_be_empty()
        expect(maria.get_by_label("Confirm New 4-digit PIN", exact=True)).to_be_empty()

    choose(maria, NEW_PIN, "6175")
    expect(problem(maria)).to_have_text(
        "There is a problem The two PINs don't match. Enter the new PIN again."
    )
    choose(maria, NEW_PIN, NEW_PIN)
    heading(maria, "Your EPCS PIN is reset")


def test_the_pin_is_hidden_until_asked_for_and_hidden_again_when_sent(maria, token):
    open_reset(maria, "Reset EPCS PIN")
    validate(maria, token.press())
    field = maria.get_by_label("New 4-digit PIN", exact=True)
    field.fill(NEW_PIN)

    expect(field).to_have_attribute("type", "password")
    maria.get_by_role("button", name="Show New 4-digit PIN").click()
    expect(field).to_have_attribute("type", "text")
    press(maria, "Save")
    expect(field).to_have_attribute("type", "password")


def test_a_token_out_of_sync_says_so_and_after_the_resync_it_proves(maria, token):
    token.let("Carry it in a pocket for a week")
    open_reset(maria, "Reset EPCS PIN")
    validate(maria, token.press())

    expect(problem(maria)).to_contain_text("Your token is out of sync.")
    maria.locator("main form").get_by_role("link", name="Resync your token").click()
    heading(maria, "Resync your token")
    token.let("Skip 30 seconds")
    first, second = token.press_twice()
    maria.get_by_label("One-Time Password 1").fill(first)
    maria.get_by_label("One-Time Password 2").fill(second)
    press(maria, "Resync Token")
    open_reset(maria, "Reset EPCS PIN")
    token.let("Skip 30 seconds")
    validate(maria, token.press())
    heading(maria, "Choose a new EPCS PIN")


def test_the_first_pin_follows_the_first_token_without_another_password(page):
    markers.note("pins", NEW_PIN)
    sign_in(page, "snguyen")
    add_token(page, fob(page, "GALH87654321"))
    ready = page.get_by_role("region", name="You can't sign yet")
    expect(ready).to_contain_text("You still need an EPCS PIN.")
    with page.expect_navigation():
        ready.get_by_role("link", name="Set your EPCS PIN").click()

    heading(page, "Choose a new EPCS PIN")
    choose(page, NEW_PIN, NEW_PIN)
    heading(page, "Your EPCS PIN is set")
    expect(page.get_by_text("You can sign with the new PIN now.")).to_be_visible()
    open_reset(page, "Reset EPCS PIN")
    heading(page, "Reset EPCS PIN")
