"""Every page in every state: readable for everybody, within its policy, and without JavaScript."""

from __future__ import annotations

import inspect

import pytest
from playwright.sync_api import expect

from tests.journeys import looking, tours
from tests.journeys.hands import sign_in
from tests.journeys.tours import TOURS
from tests.parts import ROOT

REFUSALS = [400, 403, 404, 500]
PARTS = ("base.html", "bare.html", "task.html", "tokens/out_of_step.html")
FOLDERS_OF_PARTS = ("components/", "forms/", "icons/", "notes/")


def pages() -> list[str]:
    names = [str(each.relative_to(ROOT / "templates")) for each in ROOT.glob("templates/**/*.html")]
    return [
        name
        for name in names
        if name not in PARTS and name != "demo/fob.html" and not name.startswith(FOLDERS_OF_PARTS)
    ]


def test_no_page_is_left_out_of_the_tours():
    told = inspect.getsource(tours)

    assert [name for name in pages() if f'"{name}"' not in told] == []


@pytest.mark.parametrize("tour", TOURS, ids=lambda tour: tour.__name__)
def test_every_page_is_accessible_and_fits_a_phone(visits, portal, tour):
    visits.watch.expect_status(*REFUSALS)
    page = visits.open()
    problems = []

    for template in tour(page, portal):
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        for problem in (*looking.violations(page), *looking.overflows(page)):
            problems.append(f"{template} {page.url}: {problem}")

    assert problems == []


@pytest.mark.parametrize("tour", TOURS, ids=lambda tour: tour.__name__)
def test_every_page_and_every_form_works_without_javascript(visits, portal, tour):
    visits.watch.expect_status(*REFUSALS)
    page = visits.open(java_script_enabled=False)

    for template in tour(page, portal):
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(page.get_by_role("button", name="Show")).to_have_count(0)
        assert template


@pytest.mark.parametrize(
    ("username", "path"),
    [
        ("", "/sign-in/"),
        ("snguyen", "/settings/epcs/"),
        ("snguyen", "/epcs/token/add/"),
        ("mreyes", "/epcs/devices/"),
        ("mreyes", "/epcs/verify/"),
        ("mreyes", "/demo/devices/"),
    ],
)
def test_a_keyboard_reaches_everything_and_shows_where_it_is(page, username, path):
    if username:
        sign_in(page, username)
    page.goto(path)

    assert looking.unreached(page) == []


def test_the_keyboard_skips_to_the_content(page):
    page.goto("/support/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.locator("#main")).to_be_focused()
