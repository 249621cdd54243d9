"""A browser, and a portal whose data are new for every journey."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from tests.journeys.portal import FOLDER, Portal, running_portal
from tests.journeys.watching import Watch

QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
QUIET += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
PATIENCE = 5_000  # milliseconds
FAILED = pytest.StashKey[bool]()


def launch(playwright: Playwright, *, is_whole: bool = False) -> Browser:
    """Start the engine alone, where there is one; else, or if it has to be, the whole browser."""
    program = os.environ.get("EPCS_CHROMIUM", "/usr/bin/chromium")
    if not is_whole:
        program = os.environ.get("EPCS_HEADLESS_SHELL", program)
    return playwright.chromium.launch(executable_path=program, args=QUIET)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    chromium = launch(playwright)
    yield chromium
    chromium.close()


@pytest.fixture(scope="session")
def whole_browser(playwright: Playwright) -> Iterator[Browser]:
    """For what the engine alone does not do: it shows no notification."""
    chromium = launch(playwright, is_whole=True)
    yield chromium
    chromium.close()


@pytest.fixture(scope="session")
def server() -> Iterator[Portal]:
    with running_portal() as portal:
        yield portal


@pytest.fixture
def portal(server: Portal, request: pytest.FixtureRequest) -> Iterator[Portal]:
    """The portal as the demo starts. What the journey leaves is kept for the leak scan."""
    server.start_over()
    yield server
    server.keep(_name(request))


class Visits:
    """The browsers of one test: each call opens another person's."""

    def __init__(self, browser: Browser, portal: Portal) -> None:
        self.watch = Watch()
        self.pages: list[Page] = []
        self._browser, self._portal = browser, portal

    def open(self, browser: Browser | None = None, **options: Any) -> Page:
        context = (browser or self._browser).new_context(
            **{"base_url": self._portal.address, "viewport": {"width": 1280, "height": 900}}
            | options
        )
        context.set_default_timeout(PATIENCE)
        self.watch.over(context)
        context.on("page", self._meet)
        return context.new_page()

    def _meet(self, page: Page) -> None:
        self.pages.append(page)

    def close(self, *, screenshots: str = "") -> None:
        for number, page in enumerate(self.pages):
            if screenshots and not page.is_closed():
                page.screenshot(path=FOLDER / "failed" / f"{screenshots}-{number}.png")
        for page in self.pages:
            page.context.close()


@pytest.fixture
def visits(browser: Browser, portal: Portal, request: pytest.FixtureRequest) -> Iterator[Visits]:
    visits = Visits(browser, portal)
    yield visits
    failed = request.node.stash.get(FAILED, False)
    visits.close(screenshots=_name(request) if failed else "")
    assert visits.watch.complaints == []


@pytest.fixture
def page(visits: Visits) -> Page:
    return visits.open()


def _name(request: pytest.FixtureRequest) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in request.node.name)
