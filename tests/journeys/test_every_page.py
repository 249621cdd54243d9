"""Every page in every state: readable for everybody, within its policy, and without JavaScript."""

from __future__ import annotations

import inspect
import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import (
    looking,
    tours,
    tours_of_access,
    tours_of_administration,
    tours_of_orders,
)
from tests.journeys.clocks import let_idle
from tests.journeys.hands import sign_in
from tests.journeys.tours import TOURS
from tests.journeys.tours_of_access import TOURS_OF_ACCESS
from tests.journeys.tours_of_administration import TOURS_OF_ADMINISTRATION
from tests.journeys.tours_of_orders import TOURS_OF_ORDERS
from tests.parts import ROOT

TEMPLATES = ROOT / "templates"
REFUSALS = [400, 403, 404, 500]
LAYOUTS = {"base.html", "bare.html", "task.html"}
ALL_TOURS = [*TOURS, *TOURS_OF_ACCESS, *TOURS_OF_ADMINISTRATION, *TOURS_OF_ORDERS]
TITLE = re.compile(r"{% block title %}([^{]+){% endblock")


def pages() -> list[str]:
    """The templates that are pages: each stands in a layout and has a title of its own."""
    texts = {
        str(each.relative_to(TEMPLATES)): each.read_text() for each in TEMPLATES.rglob("*.html")
    }
    return sorted(
        name
        for name, text in texts.items()
        if any(f'{{% extends "{layout}"' in text for layout in LAYOUTS - {name})
        and name not in LAYOUTS
    )


def on(page: Page, template: str) -> None:
    """Be sure that the page shows this template."""
    named = TITLE.findall((TEMPLATES / template).read_text())
    titles = [re.escape(title) for title in named] or [".+"]
    expect(page).to_have_title(re.compile(f"^(Error: )?({'|'.join(titles)}) – EPCS Portal$"))
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_no_page_is_left_out_of_the_tours():
    modules = (tours, tours_of_access, tours_of_administration, tours_of_orders)
    told = "".join(inspect.getsource(module) for module in modules)

    assert len(pages()) > 15
    assert [name for name in pages() if f'"{name}"' not in told] == []


@pytest.mark.parametrize("tour", ALL_TOURS, ids=lambda tour: tour.__name__)
def test_every_page_is_accessible_and_fits_a_phone(visits, portal, tour):
    visits.watch.expect_status(*REFUSALS)
    page = visits.open()
    problems = []

    for template in tour(page, portal):
        on(page, template)
        for problem in (*looking.violations(page), *looking.overflows(page)):
            problems.append(f"{template} {page.url}: {problem}")

    assert problems == []


@pytest.mark.parametrize("tour", ALL_TOURS, ids=lambda tour: tour.__name__)
def test_every_page_and_every_form_works_without_javascript(visits, portal, tour):
    visits.watch.expect_status(*REFUSALS)
    page = visits.open(java_script_enabled=False)

    for template in tour(page, portal):
        on(page, template)
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(page.get_by_role("button", name="Show")).to_have_count(0)


def test_the_question_before_the_end_of_a_session_is_accessible(visits, portal):
    page = visits.open()
    page.clock.install()
    sign_in(page, "mreyes")
    let_idle(portal, seconds=15 * 60 - 110)
    page.clock.fast_forward((15 * 60 - 119) * 1000)
    expect(page.get_by_role("dialog", name="Stay signed in?")).to_be_visible()
    page.clock.resume()

    assert looking.violations(page) == []
    assert looking.overflows(page) == []


PLANTED = """() => {
  document.querySelector("main").insertAdjacentHTML("beforeend", `
    <button id="planted"></button><button tabindex="-1">Not reached</button><img width="700">
    <p id="faint">Seen by day</p>`);
  document.styleSheets[0].insertRule("#planted:focus-visible { outline: none }");
  document.styleSheets[0].insertRule(
    "@media (prefers-color-scheme: dark) { #faint { color: #333; background: #222 } }");
}"""


def test_the_checks_see_what_is_wrong(page):
    page.goto("/support/")
    page.evaluate(PLANTED)

    violations = "".join(looking.violations(page))

    told = ("button-name (light, 1280)", "image-alt (light, 390)", "color-contrast (dark, 390)")
    assert all(each in violations for each in told)
    assert len(looking.overflows(page)) == 3
    unreached = "".join(looking.unreached(page))
    assert all(word in unreached for word in ("not reached", "Not reached", "no ring"))


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


def test_the_instructions_print_on_one_page(page):
    sign_in(page, "mreyes")
    page.goto("/epcs/token/instructions/")

    printed = page.pdf(format="Letter")

    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
