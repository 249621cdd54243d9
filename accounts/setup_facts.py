"""One line of the cards of EPCS Setup: see components/access_facts.html."""

from __future__ import annotations

from typing import Any

Fact = dict[str, Any]


def fact(label: str, text: object, **more: object) -> Fact:
    return {"label": label, "text": str(text), **more}
