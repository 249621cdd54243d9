"""Reading what a person has set: their own, and nobody else's."""

from __future__ import annotations

from accounts.models import KnowledgeFactor, User
from epcs_portal.rows import one_or_none
from tokens.selectors import mobile_id_of, phones_of


def pin_of(owner: User) -> KnowledgeFactor | None:
    """Return the row of the owner's EPCS PIN without its sealed hash, or None if none is set."""
    factors = KnowledgeFactor.objects.filter(user=owner, kind=KnowledgeFactor.Kind.PIN)
    return one_or_none(factors.defer("sealed"))


def last_digits_of(person: User) -> frozenset[str]:
    """Return the last four digits of every number that is known to be this person's."""
    numbers = [phone.number for phone in phones_of(person)]
    mobile = mobile_id_of(person)
    numbers += [mobile.number] if mobile else []
    if person.is_prescriber:
        numbers.append(person.prescriber.npi)
        numbers += person.prescriber.dea_registrations.values_list("number", flat=True)
    return frozenset(number[-4:] for number in numbers)
