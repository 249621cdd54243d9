"""From invited to the first signature: Iris, with Robin of support, and Dana and Alan."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, expect

from tests import markers
from tests.journeys.hands import (
    Fob,
    Phone,
    add_token,
    fob,
    follow,
    heading,
    open_devices,
    press,
    sign_in,
    told,
)
from tests.journeys.support import ROBINS, enter_support_site
from tests.journeys.test_compose_a_prescription import start, write
from tests.journeys.test_sign_a_prescription import mark, sign
from tests.journeys.two_people import approve_as_alan, enter_grant, open_prescriber

PROOFED, SPARE = "(802) 555-0144", "(802) 555-0119"
IRIS = "/staff/accounts/user/?q=vance"
NEW_PIN = "6174"


def record_her_proofing(page: Page) -> None:
    """Robin copies the answer of the provider."""
    page.goto(IRIS)
    follow(page, "Vance")
    follow(page, "Record a proofing")
    expect(page.get_by_label("Credential service provider")).to_have_value(
        "Simulated credential service provider"
    )
    page.get_by_label("Reference of the provider").fill("SIM-2026-0001")
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    page.get_by_label("Completed on").fill(yesterday.isoformat())
    page.get_by_label("Proofed phone").fill(PROOFED)
    page.get_by_role("radio", name="Email of record").check()
    press(page, "Record the proofing")
    expect(told(page)).to_contain_text("The identity proofing is recorded")
    expect(page.locator("main")).to_contain_text("(•••) •••-0144")


def code_of_the_email(phone: Phone) -> str:
    code = phone.wait_for_new("activate your EPCS account is ([0-9]{8})", set())
    markers.note("codes", code)
    # A notice is on its way too: the next text is the newest message only when it is here.
    phone.wait_for_new("Support recorded your identity proofing", set())
    return code


def test_iris_registers_is_given_access_by_two_people_and_signs(page, visits):
    robin = visits.open()
    sign_in(robin, "rhale")
    follow(robin, "Support site")
    enter_support_site(robin, fob(robin, ROBINS))
    record_her_proofing(robin)

    sign_in(page, "ivance")
    phone = Phone(open_devices(page))
    letter = code_of_the_email(phone)
    follow(page, "Activate your EPCS account")
    heading(page, "Activate your EPCS account")
    press(page, "Text me a code")
    page.get_by_label("Code from the text message or call").fill(phone.code(PROOFED))
    page.get_by_label("Code from the email or letter").fill(letter)
    press(page, "Activate")
    expect(told(page)).to_contain_text("Your EPCS account is activated")
    expect(page.get_by_role("region", name="Next: First backup phone")).to_be_visible()

    follow(page, "Add a backup phone")
    page.get_by_label("Phone number").fill(SPARE)
    page.get_by_role("radio", name="Text message (SMS)").check()
    press(page, "Next")
    page.get_by_label("Verification code").fill(phone.code(SPARE))
    press(page, "Next")
    expect(told(page)).to_contain_text("Backup phone added")

    token = Fob(phone.table, "GALH87654321")
    add_token(page, token)
    page.goto("/epcs/setup/")
    follow(page, "Set your EPCS PIN")
    page.get_by_label("New 4-digit PIN", exact=True).fill(NEW_PIN)
    page.get_by_label("Confirm New 4-digit PIN", exact=True).fill(NEW_PIN)
    markers.note("pins", NEW_PIN)
    press(page, "Save")
    page.goto("/epcs/setup/")
    follow(page, "Attest sole possession")
    expect(page.locator("main")).to_contain_text("I share them with nobody")
    page.get_by_label("I have read this").check()
    press(page, "I attest")

    expect(told(page)).to_contain_text("Your attestation is kept")
    following = page.get_by_role("region", name="Next: Access to sign")
    expect(following).to_contain_text(
        re.compile("Two people at your practice give it.*Dana Whitfield")
    )
    page.goto("/settings/epcs/")
    ready = page.get_by_role("region", name="You can't sign yet")
    expect(ready).to_contain_text("Your practice has not given you access to sign yet.")
    expect(ready).to_contain_text("Alan Okafor, MD")

    dana = visits.open()
    sign_in(dana, "dwhitfield")
    open_prescriber(dana, "Vance")
    enter_grant(dana, "Iris Vance, MD")
    approve_as_alan(visits.open(), "Iris Vance, MD")
    start(page, "Theo Brandt")
    write(page)
    press(page, "Review and sign")
    mark(page)
    token.table.goto("/demo/devices/")
    sign(page, pin=NEW_PIN, otp=token.press())
    heading(page, "Signed")
