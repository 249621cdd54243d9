"""Reading what a person has set: their own, and nobody else's."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.db.models import Max, QuerySet

from accounts.models import (
    DeaRegistration,
    KnowledgeFactor,
    Membership,
    PasswordReset,
    Practice,
    Prescriber,
    User,
)
from tokens.models import BackupPhone, SoftToken

Kind = KnowledgeFactor.Kind


def knowledge_of(owner: User) -> dict[Kind, KnowledgeFactor]:
    """Return what the owner has set, without the sealed hashes: the EPCS PIN, the password."""
    factors = KnowledgeFactor.objects.filter(user=owner, kind__in=[Kind.PIN, Kind.PASSWORD])
    return {Kind(factor.kind): factor for factor in factors.defer("sealed")}


def asked_first(owner: User, known: Collection[Kind]) -> Kind:
    """Return what signing asks this person for: the practice's choice, or the other if that alone
    is set."""
    chosen = Kind(owner.practice.signs_with) if owner.practice else Kind.PIN
    return next(iter(known), chosen) if chosen not in known and known else chosen


def prescriber_at(practice: Practice, person_id: int) -> Prescriber | None:
    """Return the prescriber with this person's id, if they work at the practice."""
    people = Prescriber.objects.select_related("user__membership__practice")
    return people.filter(user__pk=person_id, user__membership__practice=practice).first()


def registered_until(person: User) -> date | None:
    """Return the last day of the DEA registrations that were not ended, if there are any."""
    if hasattr(person, "loaded_registered_until"):  # accounts.backends
        loaded: date | None = person.loaded_registered_until
        return loaded
    rows = DeaRegistration.objects.filter(
        prescriber__user=person, status=DeaRegistration.Status.ACTIVE
    )
    latest: date | None = rows.aggregate(latest=Max("expires_on"))["latest"]
    return latest


def last_digits_of(person: User) -> frozenset[str]:
    """Return the last four digits of every number that is known to be this person's."""
    phones = BackupPhone.live().filter(user=person).values_list("number")
    numbers = phones.union(
        SoftToken.live().filter(user=person).values_list("number"),
        Prescriber.objects.filter(user=person).values_list("npi"),
        DeaRegistration.objects.filter(prescriber__user=person).values_list("number"),
    )
    return frozenset(number[-4:] for (number,) in numbers)


def latest_reset_of(owner: User) -> PasswordReset | None:
    """Return the latest reset of the owner's EPCS password, with who made it."""
    if not getattr(owner, "loaded_reset", True):  # accounts.backends: there never was one
        return None
    resets = PasswordReset.objects.filter(user=owner).select_related("reset_by")
    return resets.order_by("-reset_at", "-pk").first()


def open_reset_of(owner: User, *, at: datetime) -> PasswordReset | None:
    """Return the reset under which the owner may set a new EPCS password now."""
    if not getattr(owner, "loaded_reset", True):
        return None
    return open_resets(at=at).filter(user=owner).select_related("reset_by").first()


def open_resets(*, at: datetime) -> QuerySet[PasswordReset]:
    """Return the resets, of anybody, under which a new EPCS password may be set now."""
    return PasswordReset.objects.filter(used_at=None, ended_at=None, expires_at__gt=at)


def administrators_of(owner: User) -> list[User]:
    """Return the eRx administrators at the owner's practice, who can reset it; never themselves."""
    if owner.practice is None:
        return []
    members = Membership.objects.filter(
        practice=owner.practice, is_erx_administrator=True, user__is_active=True
    )
    others = members.exclude(user=owner).select_related("user")
    return [membership.user for membership in others.order_by("pk")]
