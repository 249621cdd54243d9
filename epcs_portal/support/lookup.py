"""Finding a person by what somebody on the telephone can say."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from accounts.models import DeaRegistration, User
from accounts.people_search import begins
from tokens.models import HardToken, RevocationCase
from tokens.serials import is_serial, plain_serial


def find_people(people: QuerySet[User], typed: str) -> QuerySet[User]:
    """Return who has this last name (or its beginning), username, DEA number, token or case.

    Names are found with and without their accents. Of several words each has to fit.
    """
    serial = plain_serial(typed)
    if is_serial(serial):
        held = HardToken.objects.filter(seed_record__serial=serial)
        return people.filter(pk__in=held.values("user"))
    for word in typed.split():
        people = people.filter(begins(word) | Q(username__iexact=word) | _numbered(word))
    return people


def _numbered(word: str) -> Q:
    """Subqueries, so that a person with two registrations is listed once."""
    registered = DeaRegistration.objects.filter(number__iexact=word)
    cased = RevocationCase.objects.filter(number__iexact=word)
    people_of = Q(prescriber__in=registered.values("prescriber"))
    return people_of | Q(pk__in=cased.values("user"))
