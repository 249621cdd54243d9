"""A tour of the pages on which two people decide who may sign."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from playwright.sync_api import Page

from tests.journeys.hands import Fob, press, sign_in
from tests.journeys.portal import Portal

A_DAY = (date.today() - timedelta(days=2)).isoformat()  # noqa: DTZ011  (in every zone past)


def two_people(page: Page, portal: Portal) -> Iterator[str]:
    sign_in(page, "dwhitfield")
    page.goto("/administration/access/")
    yield "accounts/access_list.html"
    page.goto("/administration/designated/")
    yield "accounts/designations.html"
    follow_to_sam(page)
    page.get_by_role("link", name="End access").click()
    press(page, "Stop signing and enter this change")
    yield "accounts/access_revoke.html"
    page.get_by_label("No longer authorized to prescribe here").check()
    page.get_by_label("Day it became known").fill(A_DAY)
    press(page, "Stop signing and enter this change")
    yield "accounts/access_approve.html"
    change = page.url.split("?")[0]
    page.goto("/administration/access/")
    yield "accounts/access_list.html"
    page.goto(f"{change}reject/")
    yield "accounts/access_reject.html"
    follow_to_sam(page)
    # No link leads there while a token is missing; whoever goes there is refused all the same.
    page.goto(f"{page.url.split('?')[0]}grant/")
    yield "accounts/access_grant.html"
    press(page, "Enter this change")
    yield "accounts/access_grant.html"
    page.get_by_label("How you checked the DEA registration").fill("DEA Registration Validation")
    page.get_by_label("How you checked the State license").fill("Vermont, looked up online")
    page.get_by_label("Checked on").fill(A_DAY)
    press(page, "Enter this change")
    yield "accounts/access_grant.html"
    press(page, "Sign out")
    yield from _the_second_person(page, change)


def _the_second_person(page: Page, change: str) -> Iterator[str]:
    sign_in(page, "aokafor")
    page.goto(change)
    press(page, "Approve the end of access")
    yield "accounts/access_approve.html"
    page.goto("/demo/devices/")
    otp = Fob(page, "GALH24681357").press()
    page.goto(change)
    page.get_by_label("EPCS PIN", exact=True).fill("5938")
    page.get_by_label("One-time password").fill(otp)
    press(page, "Approve the end of access")
    yield "accounts/access_list.html"
    page.goto(change)
    yield "accounts/access_approve.html"
    page.goto("/administration/designated/")
    press(page, "Name to manage access")
    yield "accounts/designations.html"


def follow_to_sam(page: Page) -> None:
    page.goto("/administration/epcs-setup/?q=nguyen")
    page.get_by_role("link", name="Edit Sam Nguyen").click()


TOURS_OF_ACCESS = [two_people]
