"""Robin finds Maria, helps on the telephone, and imports seeds."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.journeys import looking
from tests.journeys.hands import fob, follow, heading, press, sign_in, told
from tests.journeys.support import A_SEED_FILE, ROBINS, offer_seeds

MARIAS = "GALH12345678"
LISTS = """() => [...document.querySelectorAll("#content-main .model-name a, #content-main th a")]
  .map((each) => each.getAttribute("href"))"""
LOOKED_AT = ["/staff/", "/staff/accounts/user/", "/staff/audit/auditevent/"]
ROWS = """() => [...document.querySelectorAll("#result_list a[href*='/change/']")]
  .map((each) => each.getAttribute("href"))"""


def enter(page: Page) -> None:
    """Sign in, follow the link to the support site, and press the fob."""
    sign_in(page, "rhale")
    follow(page, "Support site")
    heading(page, "Verify it's you")
    table = fob(page, ROBINS)
    press(page, "Next")
    page.get_by_label("One-Time Password").fill(table.press())
    press(page, "Next")
    heading(page, "Look up")


def find(page: Page, words: str) -> None:
    page.goto("/staff/")
    follow(page, "Find a person")
    page.locator("#searchbar").fill(words)
    press(page, "Search")
    follow(page, "Reyes")
    heading(page, "Maria Reyes, MD")


def test_robin_finds_maria_and_helps_her(page, visits):
    enter(page)
    expect(page.locator(".environment")).to_have_text("Demo")
    find(page, "rey")
    expect(page.locator("main")).to_contain_text("You can sign controlled substance prescriptions")
    find(page, MARIAS)

    follow(page, "Issue a case number")
    press(page, "Issue a case number")
    expect(page.get_by_role("alert")).to_contain_text("Say why.")
    page.get_by_label("reason").fill("She lost all and wants to begin anew.")
    press(page, "Issue a case number")
    expect(told(page)).to_contain_text(re.compile("Case number CS-[0-9]{4}-[0-9]{4}"))

    follow(page, "Suspend signing")
    page.get_by_label("reason").fill("She called: her token was stolen.")
    press(page, "Suspend signing")
    expect(told(page)).to_contain_text("Signing is suspended")
    expect(page.locator("main")).to_contain_text("You can't sign now")

    maria = visits.open()
    sign_in(maria, "mreyes")
    expect(maria.get_by_role("region", name="You can't sign now")).to_be_visible()


def test_a_file_with_one_wrong_row_imports_nothing(page):
    enter(page)
    follow(page, "Import seeds")

    offer_seeds(page, A_SEED_FILE + "GALH00000002,xyz,0\n")

    checked = page.get_by_role("region", name="1 of 2 rows is wrong: nothing can be imported")
    expect(checked).to_contain_text("the seed is not hexadecimal")
    expect(page.get_by_role("button", name="Import")).to_have_count(0)
    offer_seeds(page, A_SEED_FILE)
    expect(page.get_by_role("button", name="Import 1 tokens")).to_be_visible()
    offer_seeds(page, A_SEED_FILE)
    expect(told(page)).to_contain_text("1 tokens are in stock")
    page.goto("/staff/tokens/seedrecord/?q=GALH0000")
    expect(page.locator("#result_list tbody tr")).to_have_count(1)


def test_every_list_keeps_the_policy_and_is_readable_for_everybody(page):
    """Django's own pages. ``visits`` fails when the browser complains of the policy."""
    enter(page)
    lists = sorted(set(page.evaluate(LISTS)))
    assert len(lists) > 15

    problems = []
    for address in ["/staff/", *lists]:
        page.goto(address)
        own = [row for row in page.evaluate(ROWS) if row.startswith(address)][:1]
        if address in LOOKED_AT:
            problems += [f"{address}: {problem}" for problem in looking.violations(page)]
        for each in [address, *own]:
            page.goto(each)
            problems += [f"{each}: {problem}" for problem in looking.overflows(page)]

    assert problems == []
