"""After a loss: back to signing by a new token, and by two people at the practice."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.hands import (
    Fob,
    Phone,
    add_token,
    card,
    heading,
    open_devices,
    press,
    sign_in,
    told,
)
from tests.journeys.test_sign_a_prescription import mark, review, sign
from tests.journeys.two_people import A_DAY, approve_as_alan, enter_grant, open_prescriber

SPARE = "GALH87654321"
MARIAS_PHONE = "(802) 555-0187"
MARIA = "Maria Reyes, MD"


def test_who_lost_a_token_signs_again_with_a_new_one_and_the_approval_of_two(visits):
    maria = visits.open()
    sign_in(maria, "mreyes")
    phone = Phone(open_devices(maria))
    maria.get_by_role("link", name="Report lost or stolen").first.click()
    maria.get_by_role("radio", name="Hardware Token").check()
    maria.get_by_label("What happened?").select_option("Lost")
    press(maria, "Report and stop signing")
    heading(maria, "Signing is stopped")
    maria.get_by_role("link", name="Remove").first.click()
    maria.get_by_role("radio", name="Text message").check()
    press(maria, "Next")
    maria.get_by_label("One-Time Password Code").fill(phone.code(MARIAS_PHONE))
    press(maria, "Submit")
    press(maria, "Remove")
    maria.goto("/settings/epcs/")
    token = Fob(phone.table, SPARE)
    add_token(maria, token)
    expect(card(maria)).to_contain_text("Added with a backup phone")

    dana = visits.open()
    sign_in(dana, "dwhitfield")
    open_prescriber(dana, "Reyes")
    dana.get_by_role("link", name="Confirm").click()
    dana.get_by_label("How did you make sure").fill("Maria showed it to me in her office.")
    press(dana, "Confirm this token")
    expect(told(dana)).to_contain_text("confirmed")
    open_prescriber(dana, "Reyes")
    enter_grant(dana, MARIA)
    approve_as_alan(visits.open(), MARIA)

    review(maria)
    mark(maria)
    token.table.goto("/demo/devices/")
    sign(maria, otp=token.press())
    heading(maria, "Signed")


@pytest.mark.parametrize("part", [0.5, 0.9])
def test_a_double_click_wherever_it_lands_on_the_button_does_it_once(page, part):
    """The label gets shorter while it is sent: nothing may move under the second click."""
    sign_in(page, "dwhitfield")
    open_prescriber(page, "Reyes")
    page.get_by_role("link", name="End access").click()
    page.get_by_label("No longer authorized to prescribe here").check()
    page.get_by_label("Day it became known").fill(A_DAY)
    button = page.get_by_role("button", name="Stop signing and enter this change")
    box = button.bounding_box()
    assert box is not None

    with page.expect_navigation():
        button.dblclick(position={"x": box["width"] * part, "y": box["height"] / 2})

    expect(told(page)).to_contain_text("Signing is stopped")
