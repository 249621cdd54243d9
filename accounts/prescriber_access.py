"""The card "Access to sign" on the page of a prescriber, and what is missing before it is given."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.text import capfirst

from accounts import access_changes, access_rules, registration
from accounts.models import AccessChange, User
from accounts.practice_standings import Placed
from accounts.setup_facts import Fact, fact
from accounts.standing_words import access_words
from epcs_portal.local_time import date_words, day, day_and_time


def access_card(placed: Placed, viewer: User, missing: list[str], at: datetime) -> dict[str, Any]:
    """Return what is known of the access, and what the viewer can enter. ``missing``: see below."""
    person, access = placed.standing.person, placed.standing.access
    in_force = [
        each.expires_on for each in placed.registrations if each.is_in_force(on=placed.today)
    ]
    until = date_words(max(in_force)) if in_force else "None in force"
    facts = [fact("DEA registration expires", until)]
    pending = access_changes.pending_of(viewer.membership.practice, at=at)
    waiting = pending.filter(prescriber=placed.prescriber)
    manages = viewer.is_designated
    links = {
        "Grant access": (
            "access_grant",
            access not in access_rules.HAS_ACCESS and person != viewer and not missing,
        ),
        "End access": ("access_revoke", access in access_rules.CAN_END),
    }
    return {
        "reason": access_words(placed, at=at),
        "facts": [*_latest_change(placed), *facts],
        "links": [
            {"label": label, "url": reverse(page, args=[person.pk])}
            for label, (page, is_offered) in links.items()
            if manages and is_offered
        ],
        "waiting": [
            {
                "text": f"{change.get_kind_display()}, until {day_and_time(change.expires_at, at)}",
                "url": reverse("access_approve", args=[change.uuid]),
            }
            for change in waiting
        ],
    }


def _latest_change(placed: Placed) -> list[Fact]:
    executed = AccessChange.objects.filter(
        prescriber=placed.prescriber,
        practice=placed.standing.person.practice,
        executed_at__isnull=False,
    ).select_related("entered_by", "executed_by")
    change = executed.order_by("-executed_at", "-pk").first()
    if change is None or change.executed_at is None or change.executed_by is None:
        return [fact("Given", "Never")]
    return [
        fact("Last change", "Access given" if change.kind == "grant" else "Access ended"),
        fact("Entered by", f"{change.entered_by.full_name}, {day(change.entered_at)}"),
        fact("Approved by", f"{change.executed_by.full_name}, {day(change.executed_at)}"),
    ]


def missing_for(placed: Placed, at: datetime) -> list[str]:
    """Return what has to be there before access can be given, to the person and at the practice."""
    prescriber = placed.prescriber
    missing = [capfirst(each) for each in registration.missing_of(prescriber, at=at)]
    if not access_rules.is_ready(prescriber.user.membership.practice, at=at):
        missing.append(
            f"At the practice: {settings.DESIGNATED_INDIVIDUALS} people who manage access, one of "
            "them a prescriber with a DEA registration and a token"
        )
    return missing
