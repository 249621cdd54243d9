"""Access changes: storing one, reading those of a practice, and which of them still stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet

from accounts.access_text import digest_of, text_of
from accounts.models import AccessChange, DeaRegistration, Practice, Prescriber, User
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import Trail
from epcs_portal.local_time import day_at
from epcs_portal.refusals import Refusal

Kind = AccessChange.Kind
_WHO = ("prescriber__user", "entered_by", "executed_by", "rejected_by", "practice")


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantEntry:
    """What a designated individual checked before a grant, when and where (21 CFR 1311.125(b))."""

    checked_on: date
    dea_source: str
    state_source: str
    kind = Kind.GRANT


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeEntry:
    """Why access ends, and when that was found out (21 CFR 1311.125(d))."""

    reason: AccessChange.Reason
    discovered_on: date
    kind = Kind.REVOKE


Entry = GrantEntry | RevokeEntry


def store(
    prescriber: Prescriber, entry: Entry, *, entered_by: User, at: datetime, **columns: Any
) -> AccessChange:
    """Write the row, with the text that stands for it and the digest of that."""
    said: dict[str, Any] = {name: getattr(entry, name) for name in entry.__dataclass_fields__}
    change = AccessChange(
        practice=prescriber.user.membership.practice,
        prescriber=prescriber,
        kind=entry.kind,
        entered_by=entered_by,
        entered_at=at,
        expires_at=at + settings.ACCESS_CHANGE,
        **said,
        **columns,
    )
    change.text = text_of(facts_of(change))
    change.digest = digest_of(change.text)
    change.save(force_insert=True)
    return change


def facts_of(change: AccessChange) -> dict[str, Any]:
    """Return what the second person is shown, as the rows are now."""
    practice, user = change.practice, change.prescriber.user
    place = ", ".join(filter(None, [practice.address, practice.suite, practice.city]))
    return {
        "change": str(change.uuid),
        "kind": str(change.kind),
        "practice": f"{practice.name}, {place}, {practice.state} {practice.zip_code}",
        "prescriber": user.full_name,
        "npi": change.prescriber.npi,
        "dea_registrations": [
            {
                "number": str(each),
                "schedules": each.schedules,
                "state": each.state,
                "expires_on": each.expires_on.isoformat(),
            }
            for each in registrations_in_force(change.prescriber, at=change.entered_at)
        ],
        "reason": str(change.reason),
        "discovered_on": _iso(change.discovered_on),
        "checked_on": _iso(change.checked_on),
        "dea_source": change.dea_source,
        "state_source": change.state_source,
        "entered_by": change.entered_by.full_name,
        "entered_at": change.entered_at,
        "expires_at": change.expires_at,
    }


def registrations_in_force(prescriber: Prescriber, *, at: datetime) -> list[DeaRegistration]:
    """Return the DEA registrations that count on this day of the practice (1311.125(d)(2))."""
    today = day_at(prescriber.user.time_zone, at)
    rows = prescriber.dea_registrations.order_by("number")
    return [each for each in rows if each.is_in_force(on=today)]


def registrants_of(practice: Practice, *, at: datetime) -> QuerySet[Prescriber]:
    """Return the prescribers of the practice with a DEA registration that counts today."""
    today = day_at(practice.time_zone, at)
    active = DeaRegistration.Status.ACTIVE
    return Prescriber.objects.filter(
        user__membership__practice=practice,
        user__is_active=True,
        dea_registrations__status=active,
        dea_registrations__expires_on__gte=today,
    ).distinct()


def change_by_id(person: User, change_id: UUID) -> AccessChange | None:
    """Return the change, if it is of this person's practice."""
    changes = AccessChange.objects.select_related(*_WHO)
    return changes.filter(uuid=change_id, practice=person.practice).first()


def pending_of(practice: Practice, *, at: datetime) -> QuerySet[AccessChange]:
    """Return what waits for a second person there, the oldest first."""
    pending = Q(practice=practice, executed_at=None, rejected_at=None, expires_at__gt=at)
    return AccessChange.objects.filter(pending).select_related(*_WHO).order_by("entered_at")


def decided_of(practice: Practice, *, at: datetime) -> QuerySet[AccessChange]:
    """Return what was executed or rejected there, or has expired, the newest first."""
    pending = Q(executed_at=None, rejected_at=None, expires_at__gt=at)
    decided = AccessChange.objects.filter(~pending, practice=practice)
    return decided.select_related(*_WHO).order_by("-entered_at", "-pk")


def record(
    trail: Trail,
    change: AccessChange,
    *,
    done: Event,
    refused: Event,
    refusal: Refusal | None,
    actor: User,
    at: datetime,
    **facts: Any,
) -> None:
    """Put on the trail of the practice what was done, or refused, and to which change."""
    trail.record(
        refused if refusal else done,
        at=at,
        person=change.prescriber.user,
        actor=actor,
        subject=str(change),
        digest=change.digest,
        outcome=refusal.code if refusal else None,
        **facts,
    )


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
