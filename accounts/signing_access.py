"""Who may sign. Derived from what happened each time it is asked; no flag anywhere says so."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from django.db.models import Exists, F, Max, OuterRef, QuerySet, Value

from accounts.models import AccessChange, DeaRegistration, Hold, IdentityProofing, Prescriber, User
from accounts.models.prescriber import revoked_since
from epcs_portal.compiled import Select
from tokens.models import CompromiseReport, RevocationCase


class Access(StrEnum):
    GRANTED = "granted"
    NOT_GIVEN = "not-given"
    REVOKED = "revoked"
    SUSPENDED = "suspended"  # a factor was reported lost after the grant was executed
    ACCOUNT_REVOKED = "account-revoked"  # the person revoked all, and was not proofed again since
    LAPSED = "lapsed"  # a DEA registration was renewed late or added, after the grant
    STOPPED = "stopped"  # the practice entered a revocation: two people give it back, or end it
    HELD = "held"  # a change was disowned: "This wasn't me"


def _executed(
    rows: QuerySet[AccessChange], prescriber: Value | OuterRef, user: Value | OuterRef
) -> QuerySet[AccessChange]:
    reported_since = CompromiseReport.objects.filter(
        user=user, reported_at__gte=OuterRef("executed_at")
    )
    activated = IdentityProofing.objects.filter(prescriber=prescriber, activated_at__isnull=False)
    executed = rows.filter(Exists(activated), executed_at__isnull=False)
    held = Hold.objects.filter(user=user, lifted_at=None)
    revoked = RevocationCase.objects.filter(user=user, used_at__gte=OuterRef("executed_at"))
    stopped = AccessChange.objects.filter(
        prescriber=prescriber,
        practice=OuterRef("practice"),
        kind=AccessChange.Kind.REVOKE,
        entered_at__gte=OuterRef("executed_at"),
    )
    lapsed = DeaRegistration.objects.filter(
        prescriber=prescriber, new_authority_at__gte=OuterRef("executed_at")
    )
    facts = {
        "is_stopped": Exists(stopped),
        "is_reported_since": Exists(reported_since),
        "is_lapsed": Exists(lapsed),
        "is_held": Exists(held),
        "is_revoked": Exists(revoked) | ~Exists(activated.filter(~Exists(revoked_since(user)))),
    }
    return executed.annotate(**facts).order_by("-executed_at", "-pk")


def _own(prescriber: Value, user: Value) -> QuerySet[AccessChange]:
    rows = AccessChange.objects.filter(prescriber=prescriber, practice__memberships__user=user)
    return _executed(rows, prescriber, user)


_LATEST = Select(lambda prescriber, user: _own(prescriber, user)[:1])


def access_of(prescriber: Prescriber) -> Access:
    """Return what the latest executed access change gives (21 CFR 1311.125(c)), in one query.

    It counts at the practice that made it, and for a person whose account was activated. Once a
    revocation is entered signing stops, whatever becomes of it: two people give it back. A
    compromise report after it suspends all signing (21 CFR 1311.125(d)(1)), and a hold stops it
    until it is lifted. So does a DEA registration that was renewed after it had expired, or added
    later: one person wrote that down, and two give access. Revoking the EPCS account ends what
    came before it. A superuser, a Django group or a role gives nothing.
    """
    return _given_by(_LATEST.one_or_none(prescriber=prescriber.pk, user=prescriber.user_id))


def access_of_all(prescribers: Collection[Prescriber]) -> dict[int, Access]:
    """Return the same of many, by their ids, in one query however many they are."""
    rows = AccessChange.objects.filter(
        prescriber__in=[each.pk for each in prescribers],
        practice__memberships__user=F("prescriber__user"),
    )
    latest: dict[int, AccessChange] = {}
    for change in _executed(rows, OuterRef("prescriber"), OuterRef("prescriber__user")):
        latest.setdefault(change.prescriber_id, change)
    return {each.pk: _given_by(latest.get(each.pk)) for each in prescribers}


def _given_by(latest: AccessChange | None) -> Access:
    if latest is None:
        return Access.NOT_GIVEN
    if latest.kind == AccessChange.Kind.REVOKE:
        return Access.REVOKED
    if latest.is_revoked:  # type: ignore[attr-defined]
        return Access.ACCOUNT_REVOKED
    if latest.is_stopped:  # type: ignore[attr-defined]
        return Access.STOPPED
    if latest.is_reported_since:  # type: ignore[attr-defined]
        return Access.SUSPENDED
    if latest.is_lapsed:  # type: ignore[attr-defined]
        return Access.LAPSED
    return Access.HELD if latest.is_held else Access.GRANTED  # type: ignore[attr-defined]


def after_access(prescriber: Prescriber, at: datetime) -> datetime:
    """Return ``at``, or when access was last entered or given if that is later: what ends access
    was asked for earlier and waited for the signing state, which must be locked."""
    changes = AccessChange.objects.filter(prescriber=prescriber)
    latest = changes.aggregate(given=Max("executed_at"), entered=Max("entered_at"))
    times: list[datetime] = [at, *(time for time in latest.values() if time is not None)]
    return max(times)


def is_on_hold(person: User) -> bool:
    return Hold.objects.filter(user=person, lifted_at=None).exists()


def is_stopped(person: User) -> bool:
    """Whether something stands against this person's own factors: then they decide nothing about
    others, and bring nothing back. Who prescribes nothing has none that could be reported.

    Who was never given access is asked for reports since the activation, and for holds.
    """
    if not person.is_prescriber:
        return False
    access = access_of(person.prescriber)
    if access is not Access.NOT_GIVEN:
        return access is not Access.GRANTED
    proofings = IdentityProofing.objects.filter(prescriber=person.prescriber)
    activated = proofings.aggregate(latest=Max("activated_at"))["latest"]
    reports = CompromiseReport.objects.filter(user=person)
    since = reports.filter(reported_at__gte=activated) if activated else reports
    return since.exists() or is_on_hold(person)


def may_sign(prescriber: Prescriber) -> bool:
    return access_of(prescriber) is Access.GRANTED
