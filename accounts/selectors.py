"""Reading what a person has set: their own, and nobody else's."""

from __future__ import annotations

from collections.abc import Collection

from accounts.models import DeaRegistration, KnowledgeFactor, Prescriber, User
from epcs_portal.rows import one_or_none
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


def pin_of(owner: User) -> KnowledgeFactor | None:
    """Return the row of the owner's EPCS PIN without its sealed hash, or None if none is set."""
    factors = KnowledgeFactor.objects.filter(user=owner, kind=KnowledgeFactor.Kind.PIN)
    return one_or_none(factors.defer("sealed"))


def last_digits_of(person: User) -> frozenset[str]:
    """Return the last four digits of every number that is known to be this person's."""
    phones = BackupPhone.live().filter(user=person).values_list("number")
    numbers = phones.union(
        SoftToken.live().filter(user=person).values_list("number"),
        Prescriber.objects.filter(user=person).values_list("npi"),
        DeaRegistration.objects.filter(prescriber__user=person).values_list("number"),
    )
    return frozenset(number[-4:] for (number,) in numbers)
