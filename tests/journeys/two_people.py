"""What Dana and Alan do at Lakeside: one enters, the other approves with both factors."""

from __future__ import annotations

from datetime import date, timedelta

from playwright.sync_api import Page, expect

from tests.journeys.hands import fob, follow, heading, press, sign_in, told

ALANS, ALANS_PIN = "GALH24681357", "5938"
A_DAY = (date.today() - timedelta(days=2)).isoformat()  # noqa: DTZ011  (in every zone past)


def open_prescriber(page: Page, last_name: str) -> None:
    """As the article says it: Administration, EPCS Setup, search by last name, Edit."""
    follow(page, "Administration")
    page.get_by_role("link", name="EPCS Setup", exact=True).first.click()
    heading(page, "EPCS Setup")
    page.get_by_label("Last name").fill(last_name)
    press(page, "Search")
    page.get_by_role("link", name="Edit").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(last_name)


def enter_grant(page: Page, name: str) -> None:
    """On the page of the prescriber: what was checked, and the change is entered."""
    page.get_by_role("link", name="Grant access").click()
    heading(page, "Grant access to sign")
    page.get_by_label("How you checked the DEA registration").fill("DEA Registration Validation")
    page.get_by_label("How you checked the State license").fill("Vermont, looked up online")
    page.get_by_label("Checked on").fill(A_DAY)
    press(page, "Enter this change")
    expect(told(page)).to_contain_text(f"It gives {name} no access yet.")
    expect(page.locator("main")).to_contain_text("You entered this change")


def approve_as_alan(page: Page, name: str) -> None:
    """Sign in as Alan, find what waits, and approve it."""
    sign_in(page, "aokafor")
    token = fob(page, ALANS)
    follow(page, "Administration")
    page.get_by_role("link", name="Access changes").first.click()
    heading(page, "Access changes")
    page.get_by_role("link", name=f"Review the change for {name}").click()
    heading(page, "Approve access to sign")
    page.get_by_label("EPCS PIN", exact=True).fill(ALANS_PIN)
    page.get_by_label("One-time password").fill(token.press())
    press(page, "Approve access")
    expect(told(page)).to_contain_text(f"{name} has access to sign now")
