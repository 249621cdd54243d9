"""Reading what a person has set: their own, and nobody else's."""

from __future__ import annotations

from accounts.models import DeaRegistration, KnowledgeFactor, Prescriber, User
from epcs_portal.rows import one_or_none
from tokens.models import BackupPhone, SoftToken


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
