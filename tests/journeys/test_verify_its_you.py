"""Step-up with the hardware token: once per session, from EPCS Device Management."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.hands import (
    Fob,
    fob,
    follow,
    heading,
    open_device_management,
    press,
    problem,
    sign_in,
    told,
)

VERIFIED = "Identity verified for this session"


@pytest.fixture
def maria(page: Page) -> Page:
    """Maria, signed in, in front of EPCS Device Management."""
    open_device_management(page, "mreyes")
    return page


@pytest.fixture
def token(maria: Page) -> Fob:
    return fob(maria, "GALH12345678")


def test_authenticate_asks_for_a_password_of_the_token_and_comes_back(maria, token):
    follow(maria, "Authenticate")
    heading(maria, "Verify it's you")
    expect(maria.get_by_role("radio", name="Hardware token")).to_be_checked()
    press(maria, "Next")
    heading(maria, "Enter a one-time password")
    maria.get_by_label("One-time password").fill(token.press())
    press(maria, "Next")

    heading(maria, "EPCS Device Management")
    expect(told(maria)).to_contain_text("Identity verified")
    expect(maria.get_by_text(VERIFIED, exact=True)).to_be_visible()
    expect(maria.get_by_role("link", name="Authenticate")).to_have_count(0)
    follow(maria, "My Settings")
    expect(maria.get_by_text(VERIFIED, exact=True)).to_be_visible()


def test_a_password_counts_once_and_only_in_this_session(maria, token):
    follow(maria, "Authenticate")
    press(maria, "Next")
    used = token.press()
    maria.get_by_label("One-time password").fill(used)
    press(maria, "Next")
    press(maria, "Sign out")
    sign_in(maria, "mreyes")
    maria.goto("/epcs/devices/")
    expect(maria.get_by_text(VERIFIED, exact=True)).to_have_count(0)

    follow(maria, "Authenticate")
    press(maria, "Next")
    maria.get_by_label("One-time password").fill(used)
    press(maria, "Next")

    expect(problem(maria)).to_contain_text("That one-time password was already used.")


def test_a_password_of_another_token_is_told_with_the_attempts_left(maria, token):
    other = Fob(token.table, "GALH13572468")
    follow(maria, "Authenticate")
    press(maria, "Next")
    maria.get_by_label("One-time password").fill(other.press())
    press(maria, "Next")

    expect(problem(maria)).to_contain_text("Press the button on token GALH12345678")
    expect(problem(maria)).to_contain_text("You have 4 attempts left.")


def test_a_token_out_of_sync_cannot_verify_and_the_page_says_what_to_do(maria, token):
    token.let("Knock the token out of sync")
    follow(maria, "Authenticate")
    press(maria, "Next")
    maria.get_by_label("One-time password").fill(token.press())
    press(maria, "Next")
    expect(problem(maria)).to_contain_text("Your token is out of sync.")
    maria.goto("/epcs/verify/")

    heading(maria, "Verify it's you")
    expect(maria.get_by_role("radio", name="Hardware token")).to_have_count(0)
    expect(maria.locator("main")).to_contain_text("Out of sync. Resync it first, then verify")
