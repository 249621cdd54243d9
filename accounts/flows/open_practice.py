"""An operator opens a practice, or adds people and DEA registrations: from a signed file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Model

from accounts import signing_states
from accounts.models import (
    DeaRegistration,
    DesignatedIndividual,
    Membership,
    Practice,
    Prescriber,
    User,
)
from accounts.signing_access import after_access
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import Trail, audited_transaction
from epcs_portal.local_time import day_at
from epcs_portal.refusals import Refusal
from tokens import notices
from tokens.models import SecurityNotice

Row = TypeVar("Row", bound=Model)
NOT_IN_THE_FILE = ["password", "plain_last_name", "plain_first_name"]
NOT_A_PRESCRIBER_HERE = "no prescriber of this practice with this NPI, to add a registration to."


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson:
    """``registrations``: columns of DEA registrations; a prescriber has an NPI."""

    columns: Mapping[str, Any]
    is_erx_administrator: bool = False
    is_designated: bool = False
    npi: str = ""
    registrations: Sequence[Mapping[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """``registrations``: those added to people who were there."""

    people: list[User]
    registrations: list[DeaRegistration]


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
) -> Opened:
    """Return what was added. A practice of that name stays as it is, and so does who is there.

    Nobody added here may sign, and nobody has a password, a token or a proofing yet. A DEA
    registration added to who is there ends their access until two people give it anew: it is one
    operator's word. Who manages access is named here only when the practice is opened: later its
    registrants do that. Refused, and then nothing at all is kept: a column that cannot be right, a
    name or number that is taken, a registration for somebody else than a prescriber of this
    practice, and a new practice with too few designated individuals.
    """
    there = Practice.objects.filter(name=practice.get("name", "")).first()
    names = [person.columns.get("username") for person in people]
    known = User.objects.in_bulk(names, field_name="username")
    new = [person for person in people if person.columns.get("username") not in known]
    if there is None and not _are_enough(new):
        raise TooFewDesignated
    with audited_transaction() as trail:
        row = there or _saved(Practice(**practice), "Practice")
        # First: a signing state is locked before the trail of the practice is.
        registrations = [
            each
            for person in people
            if (user := known.get(person.columns.get("username")))
            for each in _extend(trail, row, user, person, at=at)
        ]
        added = [_add(trail, row, person, is_new=there is None, at=at) for person in new]
        for user, person in zip(added, new, strict=True):
            _register(user, person, today=day_at(row.time_zone, at))
    return Opened(people=added, registrations=registrations)


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
        _registration(prescriber, columns, today=today)


def _extend(
    trail: Trail, practice: Practice, user: User, person: NewPerson, *, at: datetime
) -> list[DeaRegistration]:
    kept = DeaRegistration.objects.filter(prescriber__user=user).values_list("number", flat=True)
    missing = [each for each in person.registrations if each.get("number") not in set(kept)]
    if not missing:
        return []
    rows = Prescriber.objects.filter(user=user, npi=person.npi)
    prescriber = rows.filter(user__membership__practice=practice).first()
    if prescriber is None:
        raise PracticeRefused(what=user.username, why=NOT_A_PRESCRIBER_HERE)
    signing_states.lock_state(user)
    at = after_access(prescriber, at)
    today = day_at(practice.time_zone, at)
    added = [
        _registration(prescriber, {**each, "new_authority_at": at}, today=today) for each in missing
    ]
    for row in added:
        subject = f"DEA registration {row}"
        trail.record(Event.REGISTRATION_ADDED, at=at, person=user, subject=subject)
        change = SecurityNotice.Change.REGISTRATION_CHANGED
        notices.note(user, change, subject=subject[:60], at=at)
    return added


def _registration(
    prescriber: Prescriber, columns: Mapping[str, Any], *, today: date
) -> DeaRegistration:
    # By whom and how it was checked is said by the grant of access, not here.
    checked = {"verified_by": prescriber.user, "verified_on": today}
    row = DeaRegistration(prescriber=prescriber, **{**columns, **checked})
    return _saved(row, f"{prescriber.user.username}, DEA {row.number}")


def _saved(row: Row, what: str) -> Row:
    try:
        row.full_clean(exclude=NOT_IN_THE_FILE)
    except ValidationError as error:
        said = (f"{name}: {' '.join(told)}" for name, told in error.message_dict.items())
        raise PracticeRefused(what=what, why=" ".join(said)) from None
    row.save()
    return row
