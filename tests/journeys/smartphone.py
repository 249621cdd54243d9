"""A smartphone with Mobile ID, beside the computer: a browser of its own, 390 pixels, touched."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests import markers
from tests.journeys.hands import Phone, heading

NUMBER = "(802) 555-0142"
PIXEL: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
    "user_agent": (
        "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/130.0.0.0 Mobile Safari/537.36"
    ),
}
LINK = r"http[^ ]+#pair=[A-Za-z0-9_-]+"


class Smartphone:
    def __init__(self, screen: Page) -> None:
        self.screen = screen
        self.opened: set[str] = set()

    def tap(self, label: str) -> None:
        self.screen.get_by_role("button", name=label, exact=True).tap()

    def open_link(self, table: Page) -> None:
        """Open the newest link that was texted to it."""
        link = Phone(table).wait_for_new(LINK, self.opened)
        self.opened.add(link)
        self.screen.goto(link)
        heading(self.screen, "Pair this phone with EPCS Portal?")

    def pair(self, table: Page) -> None:
        self.open_link(table)
        self.tap("Pair this phone")
        heading(self.screen, "Mobile ID")

    def bell(self) -> Locator:
        return self.screen.get_by_role("button", name=re.compile("^Requests:"))

    def open_request(self, title: str) -> None:
        expect(self.bell()).to_have_accessible_name("Requests: 1 waiting", timeout=10_000)
        self.screen.get_by_role("button", name=re.compile(f"^{re.escape(title)}")).tap()
        heading(self.screen, title)

    def approve(self, title: str, number: str = "") -> None:
        self.open_request(title)
        if number:
            self.screen.get_by_label("Two digits shown on your computer").fill(number)
        self.tap("Approve")

    def code(self) -> str:
        """Read the code of now, with some seconds left, and note it for the leak scan."""
        left = self.screen.get_by_text(re.compile("^(30|[12][0-9]|[4-9]) s left$"))
        expect(left).to_be_visible(timeout=10_000)
        code = self.screen.locator("#code").inner_text().replace(" ", "")
        assert re.fullmatch("[0-9]{6}", code)
        markers.note("codes", code)
        return code


def number_on(computer: Page) -> str:
    """The two digits that the computer shows."""
    return computer.locator("[data-number]").first.inner_text().strip()
