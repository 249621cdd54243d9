"""Who may sign. Derived from what happened each time it is asked; no flag anywhere says so."""

from __future__ import annotations

from enum import StrEnum

from django.db.models import Exists, OuterRef, QuerySet, Value

from accounts.models import AccessChange, Hold, IdentityProofing, Prescriber
from epcs_portal.compiled import Select
from tokens.models import CompromiseReport


class Access(StrEnum):
    GRANTED = "granted"
    NOT_GIVEN = "not-given"
    REVOKED = "revoked"
    SUSPENDED = "suspended"  # a factor was reported lost after the grant was executed
    HELD = "held"  # a change was disowned: "This wasn't me"


def _executed(prescriber: Value, user: Value) -> QuerySet[AccessChange]:
    reported_since = CompromiseReport.objects.filter(
        user=user, reported_at__gte=OuterRef("executed_at")
    )
    executed = AccessChange.objects.filter(
        Exists(IdentityProofing.objects.filter(prescriber=prescriber)),
        prescriber=prescriber,
        practice__memberships__user=user,
        executed_at__isnull=False,
    )
    held = Hold.objects.filter(user=user, lifted_at=None)
    facts = {"is_reported_since": Exists(reported_since), "is_held": Exists(held)}
    return executed.annotate(**facts).order_by("-executed_at", "-pk")


_LATEST = Select(lambda prescriber, user: _executed(prescriber, user)[:1])


def access_of(prescriber: Prescriber) -> Access:
    """Return what the latest executed access change gives (21 CFR 1311.125(c)), in one query.

    It counts at the practice that made it, and for a person whose proofing is on record. A
    compromise report after it suspends all signing (21 CFR 1311.125(d)(1)), and a hold stops it
    until it is lifted. A superuser, a Django group or a role gives nothing.
    """
    latest = _LATEST.one_or_none(prescriber=prescriber.pk, user=prescriber.user_id)
    if latest is None:
        return Access.NOT_GIVEN
    if latest.kind == AccessChange.Kind.REVOKE:
        return Access.REVOKED
    if latest.is_reported_since:  # type: ignore[attr-defined]
        return Access.SUSPENDED
    return Access.HELD if latest.is_held else Access.GRANTED  # type: ignore[attr-defined]


def may_sign(prescriber: Prescriber) -> bool:
    return access_of(prescriber) is Access.GRANTED
