"""If you lost your phone today, what could you still do? A small table, from what is there now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from accounts.standing import Standing
from epcs_portal.phone_numbers import masked
from tokens.consequences import name_of
from tokens.models import BackupPhone
from tokens.ways_in import WaysIn, is_way_in

NOTHING = "No"
REPEAT = "No. You would repeat identity proofing"


def losing(
    standing: Standing, phones: Sequence[BackupPhone], *, at: datetime
) -> dict[str, Any] | None:
    """Context of components/losing.html; None while there is nothing to lose."""
    tokens = [token for token in standing.tokens if is_way_in(token, at=at)]
    ways = WaysIn(tokens=tokens, phones=phones)
    if not ways:
        return None
    left = {"Your phone": ways.without(*_on_the_phone(standing, phones))}
    if standing.hard_token is not None:
        left["Your hardware token"] = ways.without(standing.hard_token)
    rows = [
        ("Sign prescriptions", [_sign(each) for each in left.values()]),
        ("Verify your identity here", [_verify(each) for each in left.values()]),
        ("Add a replacement yourself", [_add(each) for each in left.values()]),
    ]
    return {
        "things": list(left),
        "rows": [
            {
                "label": label,
                "cells": [
                    {"thing": thing, "text": text, "yes": text.startswith("Yes")}
                    for thing, text in zip(left, texts, strict=True)
                ],
            }
            for label, texts in rows
        ],
    }


def _on_the_phone(standing: Standing, phones: Sequence[BackupPhone]) -> list[Any]:
    """What goes with the smartphone. Without Mobile ID it is taken for the one that gets texts."""
    mobile = standing.mobile_id
    if mobile is None:
        return [phone for phone in phones if phone.delivery == BackupPhone.Delivery.TEXT]
    return [mobile, *(phone for phone in phones if phone.number == mobile.number)]


def _sign(left: WaysIn) -> str:
    return f"Yes, with {name_of(left.tokens[0])}" if left.tokens else NOTHING


def _verify(left: WaysIn) -> str:
    if left.tokens:
        return f"Yes, with {name_of(left.tokens[0])}"
    return f"Yes, with backup phone {masked(left.phones[0].number)}" if left.phones else NOTHING


def _add(left: WaysIn) -> str:
    if left.tokens:
        return "Yes"
    return "Yes, and your practice confirms it" if left.phones else REPEAT
