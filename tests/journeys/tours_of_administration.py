"""A tour of the practice's own administration: finding a prescriber, and helping them."""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import Page

from tests.journeys import rows
from tests.journeys.hands import PASSWORD, follow, press, sign_in
from tests.journeys.portal import Portal

SETUP = "/administration/epcs-setup/"


def who_administers(page: Page, portal: Portal) -> Iterator[str]:
    sign_in(page, "dwhitfield")
    page.goto("/administration/")
    yield "accounts/administration.html"
    follow(page, "EPCS Setup")
    yield "accounts/setup_search.html"
    yield from _search(page, "q" * 101)
    yield from _search(page, "zz")
    yield from _search(page, "re")
    follow(page, "Edit Maria Reyes, MD")
    yield "accounts/setup_edit.html"
    press(page, "Reset EPCS Password")
    yield "accounts/setup_edit.html"
    press(page, "Reset EPCS Password")
    yield "accounts/setup_edit.html"
    maria = page.url.split("?")[0]
    yield from _of_a_registration(page)
    portal.run(rows.HOLD_TOKENS)
    portal.run(rows.BIND_BY_PHONE)
    portal.run(rows.SEND_A_SPARE)
    page.goto("/administration/")
    yield "accounts/administration.html"
    page.goto(maria)
    yield "accounts/setup_edit.html"
    yield from _of_a_token(page, maria)
    portal.run(rows.LET_PASSWORDS_AGE)
    press(page, "Reset EPCS Password")
    yield "accounts/confirm_sign_in.html"
    press(page, "Continue")
    yield "accounts/confirm_sign_in.html"
    page.get_by_label("Password", exact=True).fill("not-the-password")
    press(page, "Continue")
    yield "accounts/confirm_sign_in.html"
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    press(page, "Continue")
    yield "accounts/setup_edit.html"
    page.goto(f"{SETUP}?q=vance")
    follow(page, "Edit Iris Vance, MD")
    yield "accounts/setup_edit.html"


def _search(page: Page, typed: str) -> Iterator[str]:
    page.get_by_label("Last name").fill(typed)
    press(page, "Search")
    yield "accounts/setup_search.html"


def _of_a_registration(page: Page) -> Iterator[str]:
    follow(page, "Renew DEA registration FR0000012")
    yield "accounts/registration_renew.html"
    press(page, "Save the new expiry")
    yield "accounts/registration_renew.html"
    page.get_by_role("link", name="Cancel").click()
    yield "accounts/setup_edit.html"


def _of_a_token(page: Page, maria: str) -> Iterator[str]:
    follow(page, "Confirm hardware token GALH12345678 of Maria Reyes, MD")
    yield "accounts/token_confirm.html"
    press(page, "Confirm this token")
    yield "accounts/token_confirm.html"
    page.get_by_label("How did you make sure").fill("In her office.")
    press(page, "Confirm this token")
    yield "accounts/setup_edit.html"
    follow(page, "Unlock hardware token GALH12345678 of Maria Reyes, MD")
    yield "accounts/token_unlock.html"
    press(page, "Unlock this token")
    yield "accounts/token_unlock.html"
    page.goto(maria)
    yield "accounts/setup_edit.html"


TOURS_OF_ADMINISTRATION = [who_administers]
