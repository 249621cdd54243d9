"""What people do with the portal and with a token, by the words they read."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests import markers
from tests.journeys.portal import PASSWORD

SIX_DIGITS = re.compile(r"[0-9]{6}")


def sign_in(page: Page, username: str, *, password: str = PASSWORD) -> None:
    if "/sign-in/" not in page.url:
        page.goto("/sign-in/")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password", exact=True).fill(password)
    press(page, "Sign in")


def press(page: Page, label: str) -> None:
    """Press the button and wait for the page it leads to."""
    with page.expect_navigation():
        page.get_by_role("button", name=label, exact=True).click()


def follow(page: Page, label: str) -> None:
    """Follow the link and wait for the page it leads to."""
    with page.expect_navigation():
        page.get_by_role("link", name=label, exact=True).click()


def heading(page: Page, words: str) -> None:
    """Be sure of the page one is on."""
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def told(page: Page) -> Locator:
    """The note after something went well."""
    return page.locator("main").get_by_role("status")


def problem(page: Page) -> Locator:
    """The summary of what went wrong."""
    return page.get_by_role("alert")


def card(page: Page) -> Locator:
    return page.get_by_role("region", name="Hardware Token")


class Fob:
    """A virtual token, held in a tab of its own."""

    def __init__(self, table: Page, serial: str) -> None:
        self.table = table
        self.serial = serial

    def press(self) -> str:
        """Press the button, read the display, and note the password for the leak scan."""
        press(self.table, f"Press the button of token {self.serial}")
        display = self.table.get_by_label(f"Display of token {self.serial}")
        expect(display).to_have_text(SIX_DIGITS)
        shown = display.inner_text().strip()
        markers.note("codes", shown)
        return shown

    def press_twice(self) -> tuple[str, str]:
        """Two passwords in a row, with the wait between them that the article asks for."""
        first = self.press()
        self.let("Skip 30 seconds")
        return first, self.press()

    def let(self, scenario: str) -> None:
        """Let something happen to the token."""
        closed = self.table.locator(f"#{self.serial} details:not([open])")
        if closed.count():
            closed.get_by_text("Make something go wrong").click()
        box = self.table.get_by_role("region", name=self.serial)
        with self.table.expect_navigation():
            box.get_by_role("button", name=scenario).click()


def open_devices(page: Page) -> Page:
    """Open the virtual devices from the demo bar, in a tab of their own."""
    with page.expect_popup() as tab:
        page.get_by_role("link", name="Open virtual devices").click()
    heading(tab.value, "Virtual devices")
    return tab.value


def fob(page: Page, serial: str) -> Fob:
    return Fob(open_devices(page), serial)


def fill_pair(page: Page, first: str, second: str) -> None:
    page.get_by_label("One-Time Password 1").fill(first)
    page.get_by_label("One-Time Password 2").fill(second)


def open_add_form(page: Page) -> None:
    card(page).get_by_role("link", name="Add").click()
    heading(page, "Add a hardware token")


def add_token(page: Page, token: Fob) -> None:
    """Add the token from its card in My Settings."""
    open_add_form(page)
    page.get_by_label("Token Serial Number").fill(token.serial)
    fill_pair(page, *token.press_twice())
    press(page, "Next")
    expect(told(page)).to_contain_text("Hardware token added")
