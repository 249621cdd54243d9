"""All states of the three cards on one sheet, in the colours of day and night."""

from __future__ import annotations

from tests.journeys import looking
from tests.parts import WORK

SHEET = WORK / "card-states.html"
WRITE = f"""
from pathlib import Path
from tests.tokens import card_states
card_states.write(Path({str(SHEET)!r}))
"""


def test_every_card_in_every_state_is_accessible_and_fits_a_phone(visits, portal):
    portal.run(WRITE)
    page = visits.open()

    page.set_content(SHEET.read_text())

    for scheme in ("light", "dark"):
        for size in (looking.WIDE, looking.PHONE):
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size(size)
            picture = SHEET.with_name(f"card-states-{scheme}-{size['width']}.png")
            page.screenshot(path=picture, full_page=True)
    assert looking.violations(page) == []
    assert looking.overflows(page) == []
