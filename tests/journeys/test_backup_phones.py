"""The article "Manage the Backup Phone Number": add, resend, remove, with the virtual phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.clocks import HALF_A_MINUTE
from tests.journeys.hands import Fob, Phone, follow, heading, open_devices, press, sign_in, told

MARIAS, NEW, SHOWN = "(802) 555-0187", "(802) 555-0119", "(•••) •••-0119"
RESEND = "Resend verification code"


@pytest.fixture
def maria(page: Page) -> Page:
    """Maria, in front of her account."""
    sign_in(page, "mreyes")
    return page


@pytest.fixture
def phone(maria: Page) -> Phone:
    return Phone(open_devices(maria))


def phones(page: Page) -> Locator:
    return page.get_by_role("region", name="Phone-Based")


def authenticate_by_token(page: Page, phone: Phone) -> None:
    """Authenticate Your Identity: a code of the hard token, which lies beside the phone."""
    heading(page, "Verify it's you")
    page.get_by_role("radio", name="Hardware token").check()
    token = Fob(phone.table, "GALH12345678")
    press(page, "Next")
    page.get_by_label("One-time password").fill(token.press())
    press(page, "Next")


def enter_number(page: Page, number: str, how: str) -> None:
    heading(page, "Add a backup phone")
    page.get_by_label("Phone number").fill(number)
    page.get_by_role("radio", name=how).check()
    press(page, "Next")
    heading(page, "Enter the verification code")


@pytest.mark.parametrize("how", ["Text message (SMS)", "Voice call"])
def test_add_a_number_by_text_or_voice(maria, phone, how):
    phones(maria).get_by_role("link", name="Add").click()
    authenticate_by_token(maria, phone)
    enter_number(maria, NEW, how)
    code = phone.answer(NEW) if how == "Voice call" else phone.code(NEW)
    maria.get_by_label("Verification code").fill(f"{code[:3]} {code[3:]}")
    press(maria, "Next")

    expect(told(maria)).to_contain_text(f"{NEW} can now receive codes.")
    expect(phones(maria)).to_contain_text("2 of 3")
    expect(phones(maria)).to_contain_text(SHOWN)
    expect(phones(maria)).to_contain_text("Cannot sign prescriptions.")


def test_the_page_says_how_far_the_message_got(maria, phone):
    phones(maria).get_by_role("link", name="Add").click()
    authenticate_by_token(maria, phone)
    enter_number(maria, NEW, "Text message (SMS)")

    expect(maria.get_by_text(re.compile("^Delivered at"))).to_be_visible(timeout=15_000)


def test_resend_comes_after_half_a_minute_and_replaces_the_code(maria, phone, portal):
    phones(maria).get_by_role("link", name="Add").click()
    authenticate_by_token(maria, phone)
    enter_number(maria, NEW, "Text message (SMS)")
    first = phone.code(NEW)
    resend = maria.get_by_role("button", name=RESEND)
    expect(resend).to_have_attribute("aria-disabled", "true")
    expect(maria.get_by_text("You can ask for another code in")).to_be_visible()
    portal.run(HALF_A_MINUTE)
    maria.reload()
    expect(resend).not_to_have_attribute("aria-disabled", "true")

    press(maria, RESEND)

    expect(told(maria).first).to_contain_text("A new code is on its way")
    expect(maria.locator("main")).to_contain_text("If you don't receive a code after a second")
    second = first
    while second == first:
        second = phone.code(NEW)
    maria.get_by_label("Verification code").fill(second)
    press(maria, "Next")
    expect(told(maria)).to_contain_text("Backup phone added")


def test_a_number_that_was_mistyped_is_changed(maria, phone):
    phones(maria).get_by_role("link", name="Add").click()
    authenticate_by_token(maria, phone)
    enter_number(maria, "(802) 555-0133", "Text message (SMS)")
    follow(maria, "Change it")
    enter_number(maria, NEW, "Text message (SMS)")
    maria.get_by_label("Verification code").fill(phone.code(NEW))
    press(maria, "Next")

    expect(phones(maria)).to_contain_text("2 of 3")
    expect(phones(maria)).not_to_contain_text("0133")


def test_remove_a_number_and_every_contact_is_told_the_removed_one_too(maria, phone):
    phones(maria).get_by_role("link", name="Remove").click()
    authenticate_by_token(maria, phone)
    heading(maria, "Remove backup phone?")
    expect(maria.locator("main")).to_contain_text("This is your only backup phone")
    press(maria, "Remove")
    expect(maria.get_by_role("alert")).to_contain_text("Select a reason")
    maria.get_by_label("Why are you removing it?").select_option("Replaced with a new one")
    maria.get_by_label("More detail").fill("Sold it.")
    press(maria, "Remove")

    expect(told(maria)).to_contain_text("It was your only backup phone, so add a new one now.")
    expect(phones(maria)).to_contain_text("Last phone removed")
    removed = "A backup phone was removed from your EPCS account"
    text = f"Messages · {MARIAS}"
    expect(phone.table.get_by_role("article", name=text)).to_contain_text(removed, timeout=15_000)
    letter = phone.table.get_by_role("article", name="Mail · mreyes@lakeside.example")
    expect(letter).to_contain_text("If you didn't do this, call (888) 555-0110 now.")


def test_nothing_arrives_and_the_service_is_down(maria, phone):
    phone.let("Code service down")
    maria.goto("/epcs/devices/")
    follow(maria, "Authenticate")
    maria.get_by_role("radio", name="Text message").check()
    press(maria, "Next")
    unreachable = "We can't reach the code service."
    expect(maria.get_by_text(unreachable)).to_be_visible(timeout=15_000)
    phone.let("Code service down")
    phone.let("Lose the phone")

    expect(maria.get_by_text(re.compile("^Sent at"))).to_be_visible(timeout=30_000)
    assert not any("is your EPCS Portal code" in text for text in phone.messages())


def test_this_was_not_me(maria, phone, visits):
    phones(maria).get_by_role("link", name="Remove").click()
    authenticate_by_token(maria, phone)
    maria.get_by_label("Why are you removing it?").select_option("Another reason")
    press(maria, "Remove")
    link = phone.table.locator("[data-handset] a[href*='/not-me/']").first
    expect(link).to_be_visible(timeout=15_000)
    stranger = visits.open()
    stranger.goto(str(link.get_attribute("href")))
    heading(stranger, "This wasn't me")
    maria.goto("/settings/epcs/")
    expect(maria.get_by_role("heading", name="Ready to sign")).to_be_visible()
    press(stranger, "Stop signing now")
    heading(stranger, "Signing is on hold")
    maria.reload()
    expect(maria.get_by_role("heading", name="Signing is on hold")).to_be_visible()

    follow(maria, "Lift the hold")
    token = Fob(phone.table, "GALH12345678")
    token.let("Skip 30 seconds")
    maria.get_by_label("EPCS PIN", exact=True).fill("4827")
    maria.get_by_label("One-time password").fill(token.press())
    press(maria, "Lift the hold")

    expect(told(maria)).to_contain_text("The hold is lifted")
    expect(maria.get_by_role("heading", name="Ready to sign")).to_be_visible()
