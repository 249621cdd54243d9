"""Every address of the portal, who its view says may enter, and the people who knock."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import Membership, User
from epcs_portal.access import Who
from tests import factories

NOBODYS = {"IntConverter": 999_999_999, "UUIDConverter": uuid4(), "SlugConverter": "hard"}
NOBODYS |= {"ReferenceConverter": "RX-7F3A-20418"}


@dataclass(frozen=True)
class Door:
    name: str
    callback: Callable[..., HttpResponse]
    asked: Mapping[str, str]  # what of the address differs from row to row, and its converter

    @property
    def who(self) -> Who | None:
        return getattr(self.callback, "who", None)

    def address(self, **given: Any) -> str:
        """Return the address of a row; without one, of a row that nobody has."""
        anything = {name: NOBODYS[converter] for name, converter in self.asked.items()}
        known = {name: value for name, value in given.items() if name in self.asked}
        address = reverse(self.name, kwargs=anything | known)
        # Without it the page does not know that an agent is on the way to the support site.
        return f"{address}?for=support&next=/staff/" if self.who is Who.TOKEN_HOLDER else address


def doors() -> list[Door]:
    """Return all but those of Django's admin, which tests/support/test_the_crawl.py walks."""
    return list(_doors_in(get_resolver().url_patterns))


def _doors_in(patterns: list[URLPattern | URLResolver]) -> Iterator[Door]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            if pattern.app_name != "admin":
                yield from _doors_in(pattern.url_patterns)
        else:
            assert pattern.name, f"{pattern} has no name"
            converters = pattern.pattern.converters.items()
            asked = {name: type(converter).__name__ for name, converter in converters}
            yield Door(pattern.name, pattern.callback, asked)


PRACTICE = {"administrator", "designated", "designated prescriber"}
MAY = {
    Who.SIGNED_IN: {*PRACTICE, "nurse", "prescriber", "agent", "superuser"},
    Who.MEMBER: {*PRACTICE, "nurse", "prescriber"},
    Who.QUEUE: {*PRACTICE, "prescriber"},
    Who.PRESCRIBER: {"prescriber", "designated prescriber"},
    Who.TOKEN_HOLDER: {"prescriber", "designated prescriber", "agent"},
    Who.ADMINISTRATION: PRACTICE,
    Who.DESIGNATED: {"designated", "designated prescriber"},
    Who.AGENT: {"agent"},
}


# Its form is for fewer than the page: what signing asks for first, an eRx administrator chooses.
SENT_BY = {"administration": {"administrator"}}


def may(kind: str, door: Door, method: str) -> bool:
    assert door.who is not None
    is_narrow = method == "post" and door.name in SENT_BY
    return kind in (SENT_BY[door.name] if is_narrow else MAY[door.who])


def people() -> dict[str, User]:
    """One of each kind, all of one practice but those who work at none."""
    practice = factories.a_practice()
    made = {
        "nurse": factories.a_person(practice=practice),
        "prescriber": factories.a_prescriber(practice=practice),
        "designated": factories.designated(factories.a_person(practice=practice)),
        "designated prescriber": factories.designated(factories.a_prescriber(practice=practice)),
        "administrator": factories.a_person(practice=practice),
        "agent": factories.a_person(is_staff=True),
        "superuser": factories.a_person(is_superuser=True),
    }
    factories.a_hard_token(made["agent"])
    Membership.objects.filter(user=made["administrator"]).update(is_erx_administrator=True)
    return made
