from __future__ import annotations

from tests.journeys.hands import heading, sign_in


def test_a_person_signs_in(page):
    sign_in(page, "mreyes")

    heading(page, "My Settings")
