"""The article "Remove a Lost or Broken Token", and the signing that stops with a report."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.hands import (
    Fob,
    Phone,
    add_token,
    card,
    fob,
    follow,
    heading,
    open_devices,
    press,
    problem,
    sign_in,
    told,
)
from tests.journeys.test_sign_a_prescription import mark, review, sign

MARIAS, SPARE = "GALH12345678", "GALH87654321"
MARIAS_PHONE = "(802) 555-0187"
REASON = "Why are you removing it?"
ADD_MOBILE_ID = """
from accounts.models import User
from tests.tokens.mobile_phone import a_mobile_id
a_mobile_id(User.objects.get(username="mreyes"), with_phone=False)
"""


@pytest.fixture
def maria(page: Page) -> Page:
    sign_in(page, "mreyes")
    return page


def test_a_broken_hardware_token_is_removed_and_replaced(maria):
    phone = Phone(open_devices(maria))
    backup = maria.get_by_role("region", name="Phone-Based")
    expect(backup).to_contain_text("1 of 3")
    card(maria).get_by_role("link", name="Remove").click()
    heading(maria, "Verify it's you")
    maria.get_by_role("radio", name="Text message").check()
    press(maria, "Next")
    maria.get_by_label("One-Time Password Code").fill(phone.code(MARIAS_PHONE))
    press(maria, "Submit")
    heading(maria, "Remove hardware token?")
    expect(maria.locator("main")).to_contain_text("After this you will have no token and 1 backup")
    expect(maria.locator("main")).to_contain_text("This is your only active token")
    press(maria, "Remove")
    expect(problem(maria)).to_contain_text("Select a reason")
    maria.get_by_label(REASON).select_option("Broken or battery empty")
    maria.get_by_label("More detail").fill("The display stays dark.")
    press(maria, "Remove")

    expect(told(maria)).to_contain_text(f"Nobody can use {MARIAS} any more.")
    expect(card(maria)).to_contain_text("Removed")
    expect(maria.get_by_role("heading", name="You can't sign yet")).to_be_visible()
    add_token(maria, Fob(phone.table, SPARE))
    expect(card(maria)).to_contain_text("Added with a backup phone")


def test_mobile_id_is_removed_from_device_management(maria, portal):
    portal.run(ADD_MOBILE_ID)
    token = fob(maria, MARIAS)
    follow(maria, "Admin")
    maria.get_by_role("link", name="EPCS Device Management").click()
    maria.get_by_role("link", name="Remove Mobile ID").click()
    heading(maria, "Verify it's you")
    maria.get_by_role("radio", name="Hardware token").check()
    press(maria, "Next")
    maria.get_by_label("One-time password").fill(token.press())
    press(maria, "Next")
    heading(maria, "Remove Mobile ID?")
    expect(maria.locator("main")).to_contain_text(f"hardware token {MARIAS} and 1 backup phone.")
    maria.get_by_label(REASON).select_option("Another reason")
    press(maria, "Remove")

    heading(maria, "EPCS Device Management")
    expect(told(maria)).to_contain_text("Mobile ID removed")
    expect(maria.get_by_role("link", name="Add Mobile ID")).to_be_visible()


def test_signing_stops_in_a_page_that_is_open_when_a_loss_is_reported(maria, visits):
    token = fob(maria, MARIAS)
    otp = token.press()
    review(maria)
    mark(maria)
    at_home = visits.open()
    sign_in(at_home, "mreyes")
    at_home.get_by_role("link", name="Report lost or stolen").first.click()
    heading(at_home, "Report lost or stolen")
    at_home.get_by_role("radio", name="EPCS PIN or EPCS password").check()
    at_home.get_by_label("What happened?").select_option("Someone else used it or may know it")
    press(at_home, "Report and stop signing")
    heading(at_home, "Signing is stopped")
    expect(at_home.locator("main")).to_contain_text("Dana Whitfield")

    sign(maria, otp=otp)

    heading(maria, "Signing under your name is stopped")
    expect(maria.locator("main")).to_contain_text("reported lost or stolen")
    maria.goto("/settings/epcs/")
    follow(maria, "Test my token")
    maria.get_by_label("One-time password").fill(otp)
    press(maria, "Test token")
    expect(told(maria)).to_be_visible()
