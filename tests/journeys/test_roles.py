"""Everybody finds what is theirs, and is told who can help with what is not."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.hands import follow, heading, sign_in

NAVIGATION = {
    "mreyes": ["Rx Queue", "Compose Rx", "Admin", "Administration", "My Settings"],
    "snguyen": ["Rx Queue", "Compose Rx", "Admin", "My Settings"],
    "aokafor": ["Rx Queue", "Compose Rx", "Admin", "Administration", "My Settings"],
    "ivance": ["Rx Queue", "Compose Rx", "Admin", "My Settings"],
    "dwhitfield": ["Rx Queue", "Administration", "My Settings"],
    "rhale": ["Support site", "My Settings"],
}
FOR_PRESCRIBERS = ["/epcs/", "/epcs/devices/", "/epcs/token/add/", "/epcs/verify/"]
FOR_PRESCRIBERS += ["/epcs/verify/token/", "/settings/epcs/", "/rx/compose/"]


@pytest.mark.parametrize("username", NAVIGATION)
def test_the_navigation_shows_what_the_person_may_use(page, username):
    sign_in(page, username)

    links = page.get_by_role("navigation", name="Main").get_by_role("link")
    expect(links).to_have_text(NAVIGATION[username])
    for label in NAVIGATION[username]:
        link = page.get_by_role("navigation", name="Main").get_by_role(
            "link", name=label, exact=True
        )
        with page.expect_navigation():
            link.click()
        expect(link).to_have_attribute("aria-current", "page")


@pytest.mark.parametrize("username", ["dwhitfield", "rhale"])
def test_who_prescribes_nothing_has_a_profile_and_no_tokens(page, visits, username):
    visits.watch.expect_status(403)
    sign_in(page, username)
    follow(page, "My Settings")
    heading(page, "My Settings")
    expect(page.get_by_role("navigation", name="My Settings").get_by_role("link")).to_have_text(
        ["Profile", "Activity"]
    )

    # An agent verifies too, for the support site.
    closed = [path for path in FOR_PRESCRIBERS if username != "rhale" or "verify" not in path]
    for path in closed:
        page.goto(path)
        heading(page, "You don't have access to this page")
        expect(page.locator("main")).to_contain_text("Only a prescriber, signed in")


def test_iris_is_not_registered_and_is_told_who_can_help(page):
    sign_in(page, "ivance")
    ready = page.get_by_role("region", name="You can't sign yet")
    expect(ready).to_contain_text("Your EPCS registration is not complete.")
    expect(ready).to_contain_text("eRx administrator at your practice")
    expect(page.get_by_role("region", name="Hardware Token")).to_have_count(0)

    follow(page, "Admin")
    expect(page.locator("main")).to_contain_text(
        "This step is only for providers who have completed EPCS registration."
    )
    expect(page.get_by_role("link", name="EPCS Device Management")).to_have_count(0)

    page.goto("/epcs/devices/")
    expect(page.get_by_role("link", name="Add Token")).to_have_count(0)
    page.goto("/epcs/token/add/")
    heading(page, "Complete your registration first")
    expect(page.locator("main")).to_contain_text("(888) 555-0110")


def test_nobody_reaches_another_persons_token(page, visits):
    visits.watch.expect_status(404)
    sign_in(page, "mreyes")
    follow(page, "Test my token")
    of_maria = page.url
    alan = visits.open()
    sign_in(alan, "aokafor")

    for path in (of_maria, of_maria.replace("/test/", "/resync/")):
        alan.goto(path)
        heading(alan, "Page not found")
