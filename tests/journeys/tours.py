"""Tours of the whole site: each leads one person past pages in every state they may meet.

A tour yields the template of every page it stops at. It needs no JavaScript.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from playwright.sync_api import Page

from tests.journeys.clocks import let_idle
from tests.journeys.hands import Fob, card, fill_pair, follow, heading, press, sign_in
from tests.journeys.portal import Portal

Tour = Callable[[Page, Portal], Iterator[str]]

SIGN_IN = ("/sign-in/", "accounts/sign_in.html")
SETTINGS = ("/settings/epcs/", "accounts/settings_epcs.html")
CONTROLS = ("/epcs/", "accounts/controls.html")
DEVICES = ("/epcs/devices/", "tokens/devices.html")
VERIFY = ("/epcs/verify/", "tokens/verify_method.html")
FOBS = ("/demo/devices/", "demo/devices.html")

TAKE_GRANTS = """
from tokens.models import EnrollmentGrant
EnrollmentGrant.objects.all().delete()
"""
BREAK = """
from django.db import connection
connection.cursor().execute("ALTER TABLE tokens_hardtoken RENAME TO broken")
"""


def a_stranger(page: Page, portal: Portal) -> Iterator[str]:
    yield from _past(page, SIGN_IN)
    press(page, "Sign in")
    yield "accounts/sign_in.html"
    for _attempt in range(4):
        sign_in(page, "mreyes", password="not-the-password")
    yield "accounts/sign_in.html"
    yield from _past(page, ("/support/", "accounts/support.html"))
    page.goto(f"http://wrong.localhost:{urlsplit(portal.address).port}/")
    yield "400.html"


def an_administrator(page: Page, portal: Portal) -> Iterator[str]:
    sign_in(page, "dwhitfield")
    yield "accounts/profile.html"
    page.goto("/epcs/")
    yield "403.html"
    page.goto("/nowhere/")
    yield "404.html"
    yield from _past(page, FOBS)
    let_idle(portal, seconds=15 * 60)
    page.goto("/settings/")
    yield "accounts/sign_in.html"


def who_is_not_registered(page: Page, portal: Portal) -> Iterator[str]:
    sign_in(page, "ivance")
    yield "accounts/settings_epcs.html"
    yield from _past(page, CONTROLS)
    page.goto("/epcs/token/add/")
    yield "tokens/no_authority.html"
    press(page, "Sign out")
    yield "accounts/sign_in.html"


def who_came_too_late(page: Page, portal: Portal) -> Iterator[str]:
    portal.run(TAKE_GRANTS)
    sign_in(page, "snguyen")
    yield from _past(page, DEVICES)
    page.goto("/epcs/token/add/")
    yield "tokens/no_authority.html"


def who_adds_a_token(page: Page, portal: Portal) -> Iterator[str]:
    sign_in(page, "snguyen")
    yield "accounts/settings_epcs.html"
    yield from _past(page, DEVICES)
    token = _picked_up(page, "GALH87654321")
    token.press()
    yield "demo/devices.html"
    token.let("Skip 30 seconds")
    yield "demo/devices.html"
    page.goto("/epcs/token/add/?door=admin")
    yield "tokens/add.html"
    press(page, "Submit")
    yield "tokens/add.html"
    page.get_by_label("Token Serial Number").fill("GALH1234567")
    fill_pair(page, "12345", "abcdef")
    press(page, "Submit")
    yield "tokens/add.html"
    page.get_by_label("Token Serial Number").fill("GALH00000000")
    fill_pair(page, "123456", "654321")
    press(page, "Submit")
    yield "tokens/add.html"
    pair = _picked_up(page, token.serial).press_twice()
    page.goto("/epcs/token/add/")
    page.get_by_label("Token Serial Number").fill(token.serial)
    fill_pair(page, *pair)
    press(page, "Next")
    yield "accounts/settings_epcs.html"
    page.goto("/epcs/token/add/")
    yield "tokens/already_has_one.html"


def who_has_a_token(page: Page, portal: Portal) -> Iterator[str]:
    sign_in(page, "mreyes")
    yield "accounts/settings_epcs.html"
    yield from _past(page, CONTROLS, DEVICES, VERIFY, FOBS)
    page.goto("/settings/")
    yield "accounts/profile.html"
    page.goto("/epcs/token/instructions/")
    yield "tokens/instructions.html"
    otp = _picked_up(page, "GALH12345678").press()
    page.goto("/epcs/devices/")
    follow(page, "Authenticate")
    press(page, "Next")
    yield "tokens/verify_token.html"
    press(page, "Next")
    yield "tokens/verify_token.html"
    page.get_by_label("One-time password").fill(otp)
    press(page, "Next")
    yield "tokens/devices.html"
    yield from _past(page, SETTINGS)
    follow(page, "Test my token")
    page.context.clear_cookies(name="csrftoken")
    press(page, "Test token")
    yield "403_csrf.html"
    portal.run(BREAK)
    page.goto("/settings/epcs/")
    yield "500.html"


def who_is_in_trouble(page: Page, portal: Portal) -> Iterator[str]:
    sign_in(page, "aokafor")
    token = _picked_up(page, "GALH24681357")
    token.let("Knock the token out of sync")
    otp = token.press()
    page.goto("/settings/epcs/")
    follow(page, "Test my token")
    yield "tokens/test.html"
    page.get_by_label("One-time password").fill("000000")
    press(page, "Test token")
    yield "tokens/test.html"
    page.get_by_label("One-time password").fill(otp)
    press(page, "Test token")
    yield "tokens/test.html"
    yield from _past(page, DEVICES, VERIFY, SETTINGS)
    card(page).get_by_role("link", name="Resync your token").click()
    heading(page, "Resync your token")
    yield "tokens/resync.html"
    fill_pair(page, "123456", "654321")
    press(page, "Next")
    yield "tokens/resync.html"
    resync = page.url
    _picked_up(page, token.serial).let("Lock the token")
    page.goto(resync.replace("/resync/", "/test/"))
    yield "tokens/test.html"
    yield from _past(page, SETTINGS, CONTROLS, DEVICES)
    pair = _picked_up(page, token.serial).press_twice()
    page.goto(resync)
    fill_pair(page, *pair)
    press(page, "Next")
    yield "accounts/settings_epcs.html"
    for _lock in range(2):
        pair = _picked_up(page, token.serial).press_twice()
        page.goto(resync)
        fill_pair(page, *pair)
        press(page, "Next")
        _picked_up(page, token.serial).let("Lock the token")
    yield from _past(page, SETTINGS, DEVICES, VERIFY)
    page.goto(resync)
    yield "tokens/resync.html"


TOURS: list[Tour] = [
    a_stranger,
    an_administrator,
    who_is_not_registered,
    who_came_too_late,
    who_adds_a_token,
    who_has_a_token,
    who_is_in_trouble,
]


def _past(page: Page, *stops: tuple[str, str]) -> Iterator[str]:
    for path, template in stops:
        page.goto(path)
        yield template


def _picked_up(page: Page, serial: str) -> Fob:
    """The token in the same tab: a phone shows one page at a time."""
    page.goto("/demo/devices/")
    return Fob(page, serial)
