"""The table of EPCS Setup: one row a prescriber."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse

from accounts.models import Prescriber, User
from accounts.practice_standings import Placed, placed
from accounts.standing import Kind
from accounts.standing_words import status_of


def rows_of(prescribers: Iterable[Prescriber], *, at: datetime) -> list[dict[str, Any]]:
    return [_row(each, at) for each in placed(list(prescribers), at=at)]


def _row(each: Placed, at: datetime) -> dict[str, Any]:
    person, status = each.standing.person, status_of(each, at=at)
    return {
        "name": listed_name(person),
        "full_name": person.full_name,
        "numbers": [str(number) for number in each.registrations],
        "tag": status.tag,
        "tone": status.tone,
        "password": "Set" if Kind.PASSWORD in each.standing.knowledge else "Not set",
        "tokens": len(each.standing.tokens),
        "url": reverse("setup_edit", args=[person.pk]),
    }


def listed_name(person: User) -> str:
    """Return ``Reyes, Maria, MD``, as lists by last name say it."""
    parts = [person.last_name, person.first_name, person.credentials]
    return ", ".join(filter(None, parts)) or person.username
