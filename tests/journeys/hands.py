"""What people do with the portal and with a token, by the words they read."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests import markers
from tests.journeys.portal import PASSWORD

SIX_DIGITS = re.compile(r"[0-9]{6}")
ARRIVES_WITHIN = 20.0  # seconds


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


def open_device_management(page: Page, username: str) -> None:
    """Sign in, and go to EPCS Device Management by the Admin tab."""
    sign_in(page, username)
    follow(page, "Admin")
    page.get_by_role("link", name="EPCS Device Management").click()
    heading(page, "EPCS Device Management")


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


class Phone:
    """The virtual phone, held in the same tab as the virtual tokens."""

    def __init__(self, table: Page) -> None:
        self.table = table

    def messages(self) -> list[str]:
        """Look at the phone: what arrived, newest first."""
        self.table.goto("/demo/devices/")
        return self.table.locator("[data-handset] article").all_inner_texts()

    def code(self, number: str) -> str:
        """Wait for a text on this number; return its code, noted for the leak scan."""
        return self._noted(rf"Messages · {re.escape(number)}[\s\S]*?([0-9]{{6}}) is your EPCS")

    def answer(self, number: str) -> str:
        """Wait for the call and take it; return the code that is said."""
        ringing = self.table.get_by_role("article", name=f"Incoming call · {number}")
        _patiently(self.messages, lambda _texts: ringing.count() > 0)
        with self.table.expect_navigation():
            ringing.get_by_role("button", name="Answer").click()
        digits = "(?:[0-9], ){5}[0-9]"
        return self._noted(rf"Call · {re.escape(number)}[\s\S]*?is: ({digits})\.")

    def let(self, scenario: str) -> None:
        """Let something happen to the network; the same once more mends it."""
        self.table.goto("/demo/devices/")
        phone = self.table.get_by_role("region", name="Smartphone")
        if phone.locator("details:not([open])").count():
            phone.get_by_text("Make something go wrong").click()
        with self.table.expect_navigation():
            phone.get_by_role("button", name=scenario).click()

    def wait_for(self, pattern: str) -> list[str]:
        """Wait until the newest message reads so."""
        return _patiently(self.messages, lambda texts: bool(re.search(pattern, texts[0])))

    def wait_for_new(self, pattern: str, known: set[str]) -> str:
        """Wait for a match in any message that is not known yet, the newest first."""

        def new_in(texts: list[str]) -> list[str]:
            return [each for each in re.findall(pattern, "\n".join(texts)) if each not in known]

        return new_in(_patiently(self.messages, lambda texts: bool(new_in(texts))))[0]

    def _noted(self, pattern: str) -> str:
        texts = self.wait_for(pattern)
        found = re.search(pattern, texts[0])
        assert found is not None
        code = found[1].replace(", ", "")
        markers.note("codes", code)
        return code


def _patiently(look: Callable[[], list[str]], is_there: Callable[[list[str]], bool]) -> list[str]:
    """Look again and again, until it is there."""
    deadline = time.monotonic() + ARRIVES_WITHIN
    while not is_there(texts := look() or [""]):
        assert time.monotonic() < deadline, texts
        time.sleep(0.2)
    return texts
