"""Click Authenticate in the Manage Phones section, then select phone call or text."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.hands import (
    Phone,
    follow,
    heading,
    open_device_management,
    open_devices,
    press,
    problem,
    told,
)
from tests.tokens.phones import wrong

NUMBER = "(802) 555-0187"
VERIFIED = "Identity verified for this session"


@pytest.fixture
def maria(page: Page) -> Page:
    """Maria, in front of EPCS Device Management."""
    open_device_management(page, "mreyes")
    return page


@pytest.fixture
def phone(maria: Page) -> Phone:
    return Phone(open_devices(maria))


@pytest.mark.parametrize("method", ["Text message", "Phone call"])
def test_the_two_ways(maria, phone, method):
    manage = maria.get_by_role("region", name="Manage Phones")
    manage.get_by_role("link", name="Authenticate").click()
    heading(maria, "Verify it's you")
    maria.get_by_role("radio", name=method).check()
    press(maria, "Next")
    heading(maria, "Enter the code")
    expect(maria.locator("main")).to_contain_text("(•••) •••-0187")
    code = phone.answer(NUMBER) if method == "Phone call" else phone.code(NUMBER)
    maria.get_by_label("One-Time Password Code").fill(code)
    press(maria, "Submit")

    heading(maria, "EPCS Device Management")
    expect(told(maria)).to_contain_text("Identity verified")
    expect(manage.get_by_text(VERIFIED, exact=True)).to_be_visible()
    follow(maria, "Add Phone")
    heading(maria, "Add a backup phone")


def test_a_wrong_code_says_how_many_tries_are_left_and_five_lock(maria, phone):
    follow(maria, "Authenticate")
    maria.get_by_role("radio", name="Text message").check()
    press(maria, "Next")
    code = phone.code(NUMBER)
    for left in (4, 3, 2, 1):
        maria.get_by_label("One-Time Password Code").fill(wrong(code))
        press(maria, "Submit")
        expect(problem(maria)).to_contain_text(f"You have {left} attempt")
    maria.get_by_label("One-Time Password Code").fill(wrong(code))
    press(maria, "Submit")

    heading(maria, "Phone codes are locked")
    follow(maria, "Use another method")
    expect(maria.get_by_role("radio")).to_have_count(1)
    expect(maria.get_by_role("radio", name="Hardware token")).to_be_checked()


def test_a_phone_answers_a_page_that_asked_for_it(maria, phone):
    maria.goto("/settings/epcs/")
    phones = maria.get_by_role("region", name="Phone-Based")
    phones.get_by_role("link", name="Add").click()
    maria.get_by_role("radio", name="Text message").check()
    press(maria, "Next")
    maria.get_by_label("One-Time Password Code").fill(phone.code(NUMBER))
    press(maria, "Submit")

    heading(maria, "Add a backup phone")
