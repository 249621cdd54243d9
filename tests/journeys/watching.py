"""Noticing what a person does not see: errors in the browser, requests that leave the machine."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, WebError

from tests.parts import WORK

ADDRESSES = WORK / "logs" / "journeys" / "addresses.log"
HERE = re.compile(r"127\.0\.0\.1|(.+\.)?localhost")
TELL_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) => {
  console.error(`CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`);
});
"""
_STATUS = re.compile(r"Failed to load resource: .* status of ([0-9]{3})")


class Watch:
    """Everything the browsers of one test complained about."""

    def __init__(self) -> None:
        self._complaints: list[str] = []
        self._expected_statuses: set[int] = set()
        self._may_be_offline = False

    def over(self, context: BrowserContext) -> None:
        ADDRESSES.parent.mkdir(parents=True, exist_ok=True)
        context.add_init_script(TELL_VIOLATIONS)
        context.on("console", self._console)
        context.on("weberror", self._page_error)
        context.on("request", self._request)

    def expect_status(self, *statuses: int) -> None:
        """Chromium calls an answer with such a status an error; in this test it is none."""
        self._expected_statuses.update(statuses)

    def expect_offline(self) -> None:
        """Chromium calls a request without a network an error; in this test it is none."""
        self._may_be_offline = True

    @property
    def complaints(self) -> list[str]:
        return sorted(set(self._complaints))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type not in {"error", "warning"}:
            return
        status = _STATUS.match(message.text)
        if status and int(status[1]) in self._expected_statuses:
            return
        if self._may_be_offline and "net::ERR_INTERNET_DISCONNECTED" in message.text:
            return
        self._complaints.append(f"{message.type} at {message.location['url']}: {message.text}")

    def _page_error(self, error: WebError) -> None:
        self._complaints.append(f"script: {error.error}")

    def _request(self, request: Request) -> None:
        with ADDRESSES.open("a") as book:  # for the leak scan
            book.write(f"{request.url}\n")
        address = urlsplit(request.url)
        if address.scheme in {"data", "blob"}:
            return
        if not HERE.fullmatch(address.hostname or ""):
            self._complaints.append(f"left the machine: {request.url}")
