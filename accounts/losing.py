"""If you lost your phone today, what could you still do? A small table, from what is there now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from accounts.standing import Standing
from epcs_portal.phone_numbers import masked
from tokens.consequences import name_of
from tokens.models import BackupPhone
from tokens.step_up import proof_of_token
from tokens.step_up_matrix import Action, permits
from tokens.ways_in import WaysIn

NOTHING = "No"
NOT_CONFIRMED = "No, until your practice confirms the token you have"
REPEAT = "No. You would repeat identity proofing"


def losing(
    standing: Standing, phones: Sequence[BackupPhone], *, at: datetime
) -> dict[str, Any] | None:
    """Context of components/losing.html; None while there is nothing to lose."""
    ways = WaysIn(tokens=standing.working(at), phones=phones)
    if not ways:
        return None
    left = {"Your phone": ways.without(*_on_the_phone(standing, phones))}
    hard = standing.hard_token
    if hard is not None and hard in ways.tokens:
        left["Your hardware token"] = ways.without(hard)
    rows = [
        ("Sign prescriptions", [_sign(each, standing, at) for each in left.values()]),
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


def _sign(left: WaysIn, standing: Standing, at: datetime) -> str:
    """A loss is reported, and that stops signing until the practice approved it again."""
    if not left.tokens or not standing.has_the_rest(at):
        return NOTHING
    return f"Yes, with {name_of(left.tokens[0])}, once your practice approves it again"


def _verify(left: WaysIn) -> str:
    if left.tokens:
        return f"Yes, with {name_of(left.tokens[0])}"
    return f"Yes, with backup phone {masked(left.phones[0].number)}" if left.phones else NOTHING


def _add(left: WaysIn) -> str:
    if any(permits(Action.ADD_HARD_TOKEN, proof_of_token(token)) for token in left.tokens):
        return "Yes"
    if left.phones:
        return "Yes, and your practice confirms it"
    return NOT_CONFIRMED if left.tokens else REPEAT
