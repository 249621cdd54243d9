"""Finding a person by what somebody on the telephone can say."""

from __future__ import annotations

import unicodedata

from django.db.models import Q, QuerySet

from accounts.models import DeaRegistration, User
from tokens.models import HardToken, RevocationCase
from tokens.serials import is_serial, plain_serial

BEYOND_ASCII = r"[^ -~]"


def find_people(people: QuerySet[User], typed: str) -> QuerySet[User]:
    """Return who has this last name (or its beginning), username, DEA number, token or case.

    Names are found with and without their accents. Of several words each has to fit.
    """
    serial = plain_serial(typed)
    if is_serial(serial):
        held = HardToken.objects.filter(seed_record__serial=serial)
        return people.filter(pk__in=held.values("user"))
    for word in typed.split():
        people = people.filter(_named(people, word) | _numbered(word))
    return people


def _named(people: QuerySet[User], word: str) -> Q:
    plain = _plain(word)
    accented = people.filter(
        Q(last_name__regex=BEYOND_ASCII) | Q(first_name__regex=BEYOND_ASCII)
    ).values_list("pk", "last_name", "first_name")
    found = [pk for pk, *names in accented if any(_plain(n).startswith(plain) for n in names)]
    asked = Q(last_name__istartswith=plain) | Q(first_name__istartswith=plain)
    return asked | Q(username__iexact=word) | Q(pk__in=found)


def _numbered(word: str) -> Q:
    """Subqueries, so that a person with two registrations is listed once."""
    registered = DeaRegistration.objects.filter(number__iexact=word)
    cased = RevocationCase.objects.filter(number__iexact=word)
    people_of = Q(prescriber__in=registered.values("prescriber"))
    return people_of | Q(pk__in=cased.values("user"))


def _plain(name: str) -> str:
    """Return the name in small letters without accents."""
    letters = unicodedata.normalize("NFKD", name)
    return "".join(each for each in letters if not unicodedata.combining(each)).casefold()
