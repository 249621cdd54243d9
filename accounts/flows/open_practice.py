"""An operator opens a practice, or adds people to one: from a file that somebody signed for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError

from accounts.models import (
    DeaRegistration,
    DesignatedIndividual,
    Membership,
    Practice,
    Prescriber,
    User,
)
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import Trail, audited_transaction
from epcs_portal.local_time import day_at
from epcs_portal.refusals import Refusal

NOT_IN_THE_FILE = ["password", "plain_last_name", "plain_first_name"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson:
    """``registrations``: columns of DEA registrations; a prescriber has an NPI."""

    columns: Mapping[str, Any]
    is_erx_administrator: bool = False
    is_designated: bool = False
    npi: str = ""
    registrations: Sequence[Mapping[str, Any]] = field(default_factory=list)


class PracticeRefused(Refusal):
    """Facts: ``what``, and ``why``, the sentence of the first thing that is wrong."""

    code = "practice-refused"
    text = "{what}: {why} Nothing was opened and nobody was added."


class TooFewDesignated(Refusal):
    """21 CFR 1311.125(a)."""

    code = "too-few-designated"

    @property
    def sentence(self) -> str:
        return (
            f"A practice names at least {settings.DESIGNATED_INDIVIDUALS} designated individuals, "
            "one of them a prescriber with a DEA registration. Nothing was opened."
        )


def open_practice(
    *, practice: Mapping[str, Any], people: Sequence[NewPerson], at: datetime
) -> list[User]:
    """Return who was added. A practice of that name stays as it is, and so does who is there.

    Nobody added here may sign, and nobody has a password, a token or a proofing yet. Who manages
    access is named here only when the practice is opened: later its registrants do that. Refused,
    and then nothing at all is kept: a column that cannot be right, a name or number that is taken,
    and a new practice with too few designated individuals.
    """
    there = Practice.objects.filter(name=practice.get("name", "")).first()
    if there is None and not _are_enough(people):
        raise TooFewDesignated
    with audited_transaction() as trail:
        row = there or _saved(Practice(**practice), "Practice")
        known = set(User.objects.values_list("username", flat=True))
        new = [person for person in people if person.columns.get("username") not in known]
        added = [_add(trail, row, person, is_new=there is None, at=at) for person in new]
        for user, person in zip(added, new, strict=True):
            _register(user, person, today=day_at(row.time_zone, at))
    return added


def _are_enough(people: Sequence[NewPerson]) -> bool:
    named = [person for person in people if person.is_designated]
    has_registrant = any(person.npi and person.registrations for person in named)
    return len(named) >= settings.DESIGNATED_INDIVIDUALS and has_registrant


def _add(
    trail: Trail, practice: Practice, person: NewPerson, *, is_new: bool, at: datetime
) -> User:
    user = User(date_joined=at, **person.columns)
    user.set_unusable_password()
    _saved(user, user.username)
    member = Membership(user=user, practice=practice)
    member.is_erx_administrator = person.is_erx_administrator
    member.save()
    trail.record(Event.PERSON_ADDED, at=at, person=user, subject=user.full_name)
    if person.is_designated and is_new:
        DesignatedIndividual.objects.create(practice=practice, user=user, appointed_at=at)
        trail.record(Event.DESIGNATION_MADE, at=at, person=user, subject=user.full_name)
    return user


def _register(user: User, person: NewPerson, *, today: date) -> None:
    if not person.npi:
        return
    prescriber = _saved(Prescriber(user=user, npi=person.npi), user.username)
    for columns in person.registrations:
        # By whom and how it was checked is said by the grant of access, not here.
        checked = {"verified_by": user, "verified_on": today}
        row = DeaRegistration(prescriber=prescriber, **{**columns, **checked})
        _saved(row, f"{user.username}, DEA {row.number}")


def _saved(row: Any, what: str) -> Any:
    try:
        row.full_clean(exclude=NOT_IN_THE_FILE)
    except ValidationError as error:
        said = (f"{name}: {' '.join(told)}" for name, told in error.message_dict.items())
        raise PracticeRefused(what=what, why=" ".join(said)) from None
    row.save()
    return row
