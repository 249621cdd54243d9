"""Signing in and out, and what becomes of a session nobody uses."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.journeys.clocks import let_idle, let_pass
from tests.journeys.hands import follow, heading, press, problem, sign_in, told

FIFTEEN_MINUTES = 15 * 60


def test_a_person_signs_in_and_comes_to_the_page_they_wanted(page):
    page.goto("/epcs/devices/")
    heading(page, "Sign in")
    sign_in(page, "mreyes")

    heading(page, "EPCS Device Management")
    expect(page.get_by_role("banner")).to_contain_text("Maria Reyes, MD")


def test_one_click_signs_in_a_demo_person(page):
    page.goto("/sign-in/")
    with page.expect_navigation():
        page.get_by_role("button", name="Sam Nguyen, NP").click()

    heading(page, "My Settings")
    expect(page.get_by_role("banner")).to_contain_text("Sam Nguyen, NP")


def test_a_wrong_password_is_told_at_the_field_and_the_right_one_works(page):
    sign_in(page, "mreyes", password="not-the-password")

    expect(problem(page)).to_contain_text("The username and password don't match.")
    expect(problem(page)).to_be_focused()
    expect(page).to_have_title(re.compile("^Error: Sign in"))
    expect(page.get_by_label("Username")).to_have_value("mreyes")
    expect(page.get_by_label("Password", exact=True)).to_have_value("")

    sign_in(page, "mreyes")
    heading(page, "My Settings")


def test_after_many_wrong_passwords_the_page_says_until_when_to_wait(page):
    for _attempt in range(4):
        sign_in(page, "aokafor", password="not-the-password")

    expect(problem(page)).to_contain_text(
        re.compile(r"Wait until [0-9]{1,2}:[0-9]{2}:[0-9]{2} [AP]M ET, then try again\.")
    )


def test_whom_to_call_is_told_to_somebody_who_cannot_sign_in(page):
    page.goto("/sign-in/")
    follow(page, "Trouble signing in?")

    heading(page, "Contact support")
    expect(page.get_by_role("region", name="Trouble signing in?")).to_be_in_viewport()


def test_after_signing_out_the_back_button_shows_the_sign_in_page(page):
    sign_in(page, "mreyes")
    follow(page, "Admin")
    press(page, "Sign out")
    heading(page, "Sign in")
    expect(told(page)).to_contain_text("You are signed out")

    page.go_back()

    heading(page, "Sign in")
    expect(page.locator("body")).not_to_contain_text("Maria Reyes, MD · ")


def test_fifteen_idle_minutes_sign_one_out_and_signing_in_leads_back(page, portal):
    sign_in(page, "mreyes")
    follow(page, "Admin")
    let_idle(portal, seconds=FIFTEEN_MINUTES)
    page.get_by_role("link", name="EPCS Device Management").click()

    heading(page, "Sign in")
    expect(told(page)).to_contain_text("There was no activity for 15 minutes.")
    sign_in(page, "mreyes")
    heading(page, "EPCS Device Management")


def test_two_minutes_before_the_end_one_is_asked_and_stays(visits, portal):
    page = visits.open()
    page.clock.install()
    sign_in(page, "mreyes")
    follow(page, "Admin")
    let_idle(portal, seconds=FIFTEEN_MINUTES - 110)
    page.clock.fast_forward((FIFTEEN_MINUTES - 119) * 1000)
    warning = page.get_by_role("dialog", name="Stay signed in?")
    expect(warning).to_contain_text("You will be signed out in 2 minutes.")
    expect(page.get_by_role("button", name="Stay signed in")).to_be_focused()

    page.get_by_role("button", name="Stay signed in").click()
    expect(warning).to_be_hidden()

    follow(page, "My Settings")
    heading(page, "My Settings")


def test_nobody_answers_the_question_and_the_page_goes_to_sign_in_by_itself(visits, portal):
    visits.watch.expect_status(401)
    page = visits.open()
    page.clock.install()
    sign_in(page, "mreyes")
    follow(page, "Admin")
    let_idle(portal, seconds=FIFTEEN_MINUTES - 110)
    page.clock.fast_forward((FIFTEEN_MINUTES - 119) * 1000)
    expect(page.get_by_role("dialog", name="Stay signed in?")).to_be_visible()

    let_idle(portal, seconds=110)
    page.clock.run_for(111_000)

    heading(page, "Sign in")
    expect(told(page)).to_contain_text("There was no activity for 15 minutes.")
    sign_in(page, "mreyes")
    heading(page, "Admin")


def test_at_the_end_of_twelve_hours_staying_is_no_longer_offered(visits, portal):
    page = visits.open()
    page.clock.install()
    sign_in(page, "mreyes")
    follow(page, "Admin")
    let_pass(portal, seconds=12 * 3600 - 110)
    page.clock.fast_forward((FIFTEEN_MINUTES - 119) * 1000)
    warning = page.get_by_role("dialog", name="Stay signed in?")
    expect(warning).to_be_visible()

    page.get_by_role("button", name="Stay signed in").click()

    expect(warning).to_contain_text("You have been signed in for as long as one session may last.")
    page.get_by_role("button", name="Continue for now").click()
    expect(warning).to_be_hidden()
