"""A resync that goes wrong says what was wrong, and the next one works."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.hands import (
    Fob,
    add_token,
    fill_pair,
    fob,
    follow,
    heading,
    press,
    problem,
    sign_in,
    told,
)

ANOTHER = "GALH13572468"


@pytest.fixture
def sam(page: Page) -> Page:
    sign_in(page, "snguyen")
    return page


@pytest.fixture
def added(sam: Page) -> Fob:
    token = fob(sam, "GALH87654321")
    add_token(sam, token)
    return token


NOT_IN_A_ROW = "These two passwords didn't come one after the other from this token."
WRONG_WAYS = {
    "the same twice": "One-Time Password 2 is the same as password 1.",
    "reversed": "These two passwords are the wrong way round.",
    "one press skipped": "The button was pressed an extra time between these two passwords.",
    "of another token": NOT_IN_A_ROW,
}


@pytest.mark.parametrize("way", WRONG_WAYS)
def test_a_wrong_resync_says_what_was_wrong_and_the_next_one_works(sam, added, way):
    added.let("Carry it in a pocket for a week")
    follow(sam, "Resync your token")
    fill_pair(sam, *_wrong_pair(added, way))
    press(sam, "Next")

    heading(sam, "Resync your token")
    expect(problem(sam)).to_contain_text(WRONG_WAYS[way])
    expect(problem(sam)).to_be_focused()
    expect(sam).to_have_title(re.compile("^Error: "))

    added.let("Skip 30 seconds")
    fill_pair(sam, *added.press_twice())
    press(sam, "Next")
    expect(told(sam)).to_contain_text("Your token is back in sync")


def _wrong_pair(token: Fob, way: str) -> tuple[str, str]:
    first = token.press()
    match way:
        case "the same twice":
            return first, first
        case "reversed":
            return token.press(), first
        case "one press skipped":
            token.press()
            return first, token.press()
        case _:
            other = Fob(token.table, ANOTHER)
            return other.press_twice()
