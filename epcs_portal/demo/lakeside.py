"""Lakeside Pediatrics: the demo practice, its people, and who let whom sign."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from accounts import access_changes, knowledge, registration
from accounts.access_changes import GrantEntry
from accounts.models import (
    Attestation,
    DeaRegistration,
    DesignatedIndividual,
    IdentityProofing,
    KnowledgeFactor,
    Membership,
    Practice,
    Prescriber,
    User,
)
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import Trail
from epcs_portal.demo.people import DANA, PEOPLE, Person
from epcs_portal.local_time import day_at

SIMULATED = "Simulated at the first start of the demo"
NAME = "Lakeside Pediatrics"
ADDRESS = "48 Lake Street, Suite 200, Burlington, VT 05401"
REGISTERED_FOR = timedelta(days=3 * 365)  # a practitioner's DEA registration; 21 CFR 1301.13(e)


@dataclass(frozen=True, kw_only=True)
class Hashes:
    """Of one person's password and, if there is one, PIN."""

    password: str = field(repr=False)
    pin: bytes | None = field(repr=False)


def open_practice(trail: Trail, *, hashes: Mapping[str, Hashes], at: datetime) -> dict[str, User]:
    """Return the people by username, each as far set up as the demo says, tokens apart."""
    practice = Practice.objects.create(
        name=NAME,
        address="48 Lake Street",
        suite="Suite 200",
        city="Burlington",
        state="VT",
        zip_code="05401",
        phone="(802) 555-0100",
        time_zone="America/New_York",
    )
    users = {person.username: _hire(person, practice, hashes, at) for person in PEOPLE}
    administrator = users[DANA.username]
    prescribers = [person for person in PEOPLE if person.npi]
    for person in prescribers:
        _enter_prescriber(person, users[person.username], administrator, at)
    for person in prescribers:
        if person.executor:
            _let_sign(trail, users[person.username], administrator, users[person.executor], at)
    return users


def _hire(person: Person, practice: Practice, hashes: Mapping[str, Hashes], at: datetime) -> User:
    user = User.objects.create(
        username=person.username,
        first_name=person.first_name,
        last_name=person.last_name,
        credentials=person.credentials,
        email=f"{person.username}@lakeside.example",
        password=hashes[person.username].password,
        is_staff=person.is_support,
        date_joined=at,
    )
    if not person.is_support:
        Membership.objects.create(
            user=user, practice=practice, is_erx_administrator=person.is_erx_administrator
        )
    if person.is_designated:
        DesignatedIndividual.objects.create(practice=practice, user=user, appointed_at=at)
    pin = hashes[person.username].pin
    if pin is not None:
        knowledge.store(user=user, kind=KnowledgeFactor.Kind.PIN, hashed=pin, at=at)
    return user


def _enter_prescriber(person: Person, user: User, administrator: User, at: datetime) -> None:
    today = day_at(user.time_zone, at)
    prescriber = Prescriber.objects.create(user=user, npi=person.npi)
    DeaRegistration.objects.create(
        prescriber=prescriber,
        number=person.dea_number,
        state="VT",
        schedules="2,2N,3,3N,4,5",
        address=ADDRESS,
        expires_on=today + REGISTERED_FOR,
        verified_by=administrator,
        verified_on=today,
    )
    if person.is_registered:
        IdentityProofing.objects.create(
            prescriber=prescriber,
            provider="Simulated credential service provider",
            level="IAL2 (simulated)",
            reference=f"DEMO-{person.username}",
            completed_at=at,
            recorded_by=administrator,
            recorded_at=at,
            activated_at=at,
        )
        version = registration.ATTESTATION_VERSION
        Attestation.objects.create(prescriber=prescriber, version=version, given_at=at)


def _let_sign(trail: Trail, user: User, administrator: User, executor: User, at: datetime) -> None:
    """One designated individual enters, a second executes (21 CFR 1311.125(c))."""
    today = day_at(user.time_zone, at)
    entry = GrantEntry(checked_on=today, dea_source=SIMULATED, state_source=SIMULATED)
    decided = {"executed_by": executor, "executed_at": at, "executed_with": SIMULATED}
    change = access_changes.store(
        user.prescriber, entry, entered_by=administrator, at=at, **decided
    )
    subject = str(change)
    trail.record(
        Event.ACCESS_CHANGE_ENTERED, at=at, person=user, actor=administrator, subject=subject
    )
    trail.record(Event.ACCESS_CHANGE_EXECUTED, at=at, person=user, actor=executor, subject=subject)
