"""The article "Reset Your EPCS Password": the administrator's steps, and the prescriber's."""

from __future__ import annotations

from playwright.sync_api import expect

from tests import markers
from tests.journeys.hands import Fob, follow, heading, open_devices, press, problem, sign_in, told
from tests.journeys.test_sign_a_prescription import mark, review
from tests.journeys.two_people import open_prescriber

MARIAS = "GALH12345678"
COMMON, NEW = "password1234", "seven-quiet-lanterns-above"


def test_an_administrator_resets_it_and_the_prescriber_creates_a_new_one(visits):
    markers.note("passwords", NEW)
    maria = visits.open()
    sign_in(maria, "mreyes")
    expect(maria.get_by_role("link", name="Set up my EPCS password")).to_have_count(0)
    dana = visits.open()
    sign_in(dana, "dwhitfield")
    open_prescriber(dana, "Reyes")
    press(dana, "Reset EPCS Password")
    expect(told(dana)).to_contain_text("Maria Reyes can now set a new EPCS password")
    expect(told(dana)).to_contain_text("They had none before.")

    token = Fob(open_devices(maria), MARIAS)
    follow(maria, "My Settings")
    maria.get_by_role("link", name="Set up my EPCS password").first.click()
    heading(maria, "Set up my EPCS password")
    maria.get_by_label("Passcode").or_(maria.get_by_label("One-time password")).first.fill(
        token.press()
    )
    press(maria, "Validate Passcode")
    expect(maria.locator("main")).to_contain_text("Dana Whitfield")
    for password, again, sentence in (
        (COMMON, COMMON, "easy to guess"),
        ("too short", "too short", "at least 12"),
        (NEW, f"{NEW}x", "The two passwords don't match."),
    ):
        maria.get_by_label("New EPCS password", exact=True).fill(password)
        maria.get_by_label("Enter the new EPCS password again", exact=True).fill(again)
        press(maria, "Submit")
        expect(problem(maria)).to_contain_text(sentence)
    maria.get_by_label("New EPCS password", exact=True).fill(NEW)
    maria.get_by_label("Enter the new EPCS password again", exact=True).fill(NEW)
    press(maria, "Submit")
    expect(told(maria)).to_contain_text("EPCS password is set")

    review(maria)
    mark(maria)
    follow(maria, "Use my EPCS password instead")
    mark(maria)
    maria.get_by_label("EPCS password", exact=True).fill(NEW)
    token.let("Skip 30 seconds")
    maria.get_by_label("One-Time Password").fill(token.press())
    with maria.expect_navigation():
        maria.get_by_role("button", name="Sign and send 1 prescription").click()
    heading(maria, "Signed")
