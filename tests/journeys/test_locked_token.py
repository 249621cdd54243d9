"""Five incorrect codes lock a token for 15 minutes, and the pages say so."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.journeys.hands import (
    card,
    fill_pair,
    fob,
    follow,
    heading,
    press,
    problem,
    sign_in,
    told,
)

UNTIL = re.compile(r"Locked until [0-9]{1,2}:[0-9]{2} [AP]M")


def test_the_fifth_incorrect_code_says_until_when_and_asks_for_no_sixth(page):
    sign_in(page, "mreyes")
    follow(page, "Test my token")
    for left in (4, 3, 2, 1):
        page.get_by_label("One-time password").fill("000000")
        press(page, "Test token")
        attempts = "1 attempt left" if left == 1 else f"{left} attempts left"
        expect(problem(page)).to_contain_text(f"You have {attempts}.")
    page.get_by_label("One-time password").fill("000000")
    press(page, "Test token")

    expect(problem(page)).to_contain_text(
        re.compile(r"We locked token GALH12345678 .* at [0-9]{1,2}:[0-9]{2} [AP]M")
    )
    page.goto(page.url)
    expect(page.get_by_label("One-time password")).to_have_count(0)


def test_a_locked_token_says_until_when_and_a_resync_unlocks_it(page):
    sign_in(page, "mreyes")
    token = fob(page, "GALH12345678")
    token.let("Lock the token")
    page.reload()

    expect(card(page)).to_contain_text(UNTIL)
    expect(card(page)).to_contain_text("Too many incorrect codes")
    expect(page.get_by_role("heading", level=2).first).to_have_text(
        re.compile("You can't sign until [0-9]{1,2}:[0-9]{2} [AP]M")
    )
    page.goto("/epcs/verify/")
    expect(page.locator("main")).to_contain_text(UNTIL)

    page.goto("/settings/epcs/")
    card(page).get_by_role("link", name="Resync your token").click()
    heading(page, "Resync your token")
    fill_pair(page, *token.press_twice())
    press(page, "Next")
    expect(told(page)).to_contain_text("Your token is back in sync")
    expect(card(page)).to_contain_text("Active")


def test_the_third_lock_in_a_day_stays_and_the_card_says_who_unlocks_it(page):
    sign_in(page, "aokafor")
    token = fob(page, "GALH24681357")
    for _lock in range(2):
        token.let("Lock the token")
        page.goto("/settings/epcs/")
        card(page).get_by_role("link", name="Resync your token").click()
        heading(page, "Resync your token")
        fill_pair(page, *token.press_twice())
        press(page, "Next")
        expect(told(page)).to_contain_text("Your token is back in sync")

    token.let("Lock the token")
    page.goto("/settings/epcs/")

    expect(card(page)).to_contain_text("This token stays locked")
    expect(card(page)).to_contain_text("A designated individual at your practice")
    expect(card(page).get_by_role("link", name="Resync your token")).to_have_count(0)
