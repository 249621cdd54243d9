"""The article "Never Revoke Your EPCS Account": who insists meets five guards."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.journeys.hands import Fob, follow, heading, open_devices, press, problem, sign_in
from tests.journeys.rows import ISSUE_A_CASE
from tests.journeys.tours import REVOKE_ALL

PHRASE = "revoke all credentials"


def test_it_takes_a_case_number_a_phrase_and_a_fresh_password(page: Page, visits, portal):
    elsewhere = visits.open()
    sign_in(elsewhere, "mreyes")
    sign_in(page, "mreyes")
    table = open_devices(page)
    expect(page.get_by_text("Contact support first.")).to_be_hidden()
    page.get_by_text(REVOKE_ALL).click()
    expect(page.get_by_text("Contact support first.")).to_be_visible()
    follow(page, "I have a case number")
    heading(page, "Verify it's you")
    page.get_by_role("radio", name="Hardware token").check()
    press(page, "Next")
    page.get_by_label("One-time password").fill(Fob(table, "GALH12345678").press())
    press(page, "Next")
    heading(page, REVOKE_ALL)
    page.get_by_label("Support case number").fill("CS-0000-0000")
    page.get_by_label("To confirm, type").fill("revoke")
    press(page, REVOKE_ALL)
    expect(problem(page)).to_contain_text("To confirm, type revoke all credentials.")
    page.get_by_label("To confirm, type").fill(PHRASE)
    press(page, REVOKE_ALL)
    expect(problem(page)).to_contain_text("That case number is not open for your account.")
    expect(page.get_by_role("link", name="Keep my account")).to_be_visible()

    page.get_by_label("Support case number").fill(portal.run(ISSUE_A_CASE).strip())
    press(page, REVOKE_ALL)

    heading(page, "Your EPCS account is revoked")
    elsewhere.reload()
    heading(elsewhere, "Sign in")
    sign_in(page, "mreyes")
    expect(page.get_by_role("heading", name="Your EPCS account is revoked")).to_be_visible()
    page.goto("/demo/devices/")
    mail = page.get_by_role("article", name="Mail · mreyes@lakeside.example").first
    expect(mail).to_contain_text("Your EPCS account was revoked", timeout=15_000)
