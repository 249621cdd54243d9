"""Finding people by the beginning of their names, with and without accents."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from accounts.models import Prescriber
from accounts.plain_names import plain_name


def begins(word: str, *, person: str = "") -> Q:
    """Return whose last or first name begins with the word. ``person``: the way to the user."""
    plain = plain_name(word)
    if not plain:  # an accent alone begins nothing
        return Q(pk__in=[])
    last = Q(**{f"{person}plain_last_name__startswith": plain})
    return last | Q(**{f"{person}plain_first_name__startswith": plain})


def prescribers_named(prescribers: QuerySet[Prescriber], typed: str) -> QuerySet[Prescriber]:
    """Return who has a last name that begins so, or of whom each word begins one of the names."""
    words = typed.replace(",", " ").split()
    if not words:
        return prescribers.none()
    each_fits = Q()
    for word in words:
        each_fits &= begins(word, person="user__")
    whole = plain_name(" ".join(words))
    if len(words) == 1 or not whole:
        return prescribers.filter(each_fits)
    return prescribers.filter(each_fits | Q(user__plain_last_name__startswith=whole))
