"""Looking at what was done under one's name, and taking it away."""

from __future__ import annotations

import csv
from pathlib import Path

from playwright.sync_api import expect

from tests.journeys.hands import follow, heading, press, problem, sign_in


def test_a_prescriber_finds_what_was_done_and_takes_it_away_as_a_file(page):
    sign_in(page, "mreyes")
    page.get_by_role("link", name="See all").click()
    heading(page, "My Settings")
    tabs = page.get_by_role("navigation", name="My Settings")
    expect(tabs.get_by_role("link", name="Activity")).to_have_attribute("aria-current", "page")

    page.get_by_label("Kind").select_option("Tokens and phones")
    press(page, "Filter")
    rows = page.get_by_role("table").get_by_role("row")
    expect(rows.filter(has_text="Hardware Token added")).to_contain_text("GALH12345678")
    expect(rows.filter(has_text="Signed in")).to_have_count(0)

    with page.expect_download() as download:
        page.get_by_role("link", name="Download as CSV").click()
    content = Path(download.value.path()).read_text(encoding="utf-8-sig")
    lines = list(csv.reader(content.splitlines()))
    assert download.value.suggested_filename.startswith("activity-")
    assert lines[0][1:3] == ["What happened", "Detail"]
    assert ["Hardware Token added", "GALH12345678"] in [line[1:3] for line in lines]

    follow(page, "Show all activity")
    expect(rows.filter(has_text="Activity downloaded as a file")).to_have_count(1)


def test_a_wrong_date_is_told_and_nothing_entered_is_lost(page):
    sign_in(page, "mreyes")
    page.goto("/settings/activity/")
    page.get_by_label("Kind").select_option("Tokens and phones")
    page.get_by_label("From").fill("13/01/2026")
    press(page, "Filter")

    expect(problem(page)).to_contain_text("From: there is no such day.")
    expect(page.get_by_label("From")).to_have_value("13/01/2026")
    expect(page.get_by_label("Kind")).to_have_value("tokens")
