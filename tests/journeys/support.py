"""What a support agent does, by the words on the pages."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests import factories, markers
from tests.journeys.hands import Fob, press
from tests.tokens.seed_files_in_hand import HEADER, line

ROBINS = "GALH55667788"
A_SEED_FILE = HEADER + line("GALH00000001")
SEND_FILE = re.compile("^(Check the file|Import [0-9]+ tokens?)$")


def enter_support_site(page: Page, fob: Fob) -> None:
    """Verify with the fob, which may lie in the very same tab, and stand on the first page."""
    fob.table.goto("/demo/devices/")
    otp = fob.press()
    page.goto("/epcs/verify/token/?for=support&next=/staff/")
    page.get_by_label(re.compile("One-Time Password|code", re.IGNORECASE)).fill(otp)
    press(page, "Next")
    expect(page).to_have_url(re.compile("/staff/"))


def offer_seeds(page: Page, content: str) -> None:
    """Choose this file, and press the only button there is."""
    markers.note("seeds", factories.seed_for("GALH00000001").hex())
    file = {"name": "seeds.csv", "mimeType": "text/csv", "buffer": content.encode()}
    page.get_by_label("Seed file").set_input_files(file)  # type: ignore[arg-type]
    with page.expect_navigation():
        page.get_by_role("button", name=SEND_FILE).click()
