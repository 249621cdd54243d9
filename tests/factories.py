"""Plain functions that make people and tokens. Every secret they use is a marker the leak
scan looks for afterwards."""

from __future__ import annotations

import hashlib
import itertools
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from django.utils import timezone

from accounts import access_changes, knowledge
from accounts.access_changes import Entry, GrantEntry, RevokeEntry
from accounts.compromises import Loss
from accounts.flows.report_compromise import report_compromise
from accounts.flows.reset_password import reset_password
from accounts.models import (
    AccessChange,
    Attestation,
    DeaRegistration,
    DesignatedIndividual,
    Hold,
    IdentityProofing,
    KnowledgeFactor,
    Membership,
    PasswordReset,
    Practice,
    Prescriber,
    User,
)
from accounts.registration import ATTESTATION_VERSION
from accounts.registration_numbers import is_dea_number, is_npi
from prescriptions import references
from prescriptions.models import Drug, Patient, Pharmacy, Prescription
from tests.in_hand import FobInHand
from tokens import notices
from tokens.models import (
    CompromiseReport,
    EnrollmentGrant,
    HardToken,
    Reservation,
    SecurityNotice,
    SeedBatch,
    SeedRecord,
)

PASSWORD = "marker-password-Qx7"
EPCS_PASSWORD = "marker epcs password Vr4"
_numbers = itertools.count(1)


def a_practice(name: str = "") -> Practice:
    return Practice.objects.create(
        name=name or f"Practice {next(_numbers)}",
        address="48 Lake Street",
        city="Burlington",
        state="VT",
        zip_code="05401",
        phone="(802) 555-0100",
        time_zone="America/New_York",
    )


def a_person(username: str = "", *, practice: Practice | None = None, **columns: object) -> User:
    user = User.objects.create_user(
        username or f"person{next(_numbers)}", password=PASSWORD, **columns
    )
    if practice is not None:
        Membership.objects.create(user=user, practice=practice)
    return user


def a_prescriber(
    username: str = "", *, practice: Practice | None = None, registered: bool = True
) -> User:
    user = a_person(
        username,
        practice=practice or a_practice(),
        first_name="Sam",
        last_name="Nguyen",
        credentials="NP",
    )
    Prescriber.objects.create(user=user, npi=_npi(next(_numbers)))
    if registered:
        an_identity_proofing(user)
    return user


def an_identity_proofing(user: User, *, at: datetime | None = None) -> IdentityProofing:
    """Proofed and activated, and with it the attestation that goes with an open account."""
    at = at or timezone.now()
    Attestation.objects.create(prescriber=user.prescriber, version=ATTESTATION_VERSION, given_at=at)
    return IdentityProofing.objects.create(
        prescriber=user.prescriber,
        provider="Simulated CSP",
        level="IAL2",
        reference=f"T-{next(_numbers)}",
        completed_at=at,
        recorded_by=user,
        recorded_at=at,
        activated_at=at,
    )


def designated(person: User) -> User:
    """Name this person to manage access at their practice."""
    assert person.practice is not None
    DesignatedIndividual.objects.create(
        practice=person.practice, user=person, appointed_at=timezone.now()
    )
    return person


def a_grant(user: User, *, given_at: datetime | None = None) -> EnrollmentGrant:
    given_at = given_at or timezone.now()
    return EnrollmentGrant.objects.create(
        user=user, given_at=given_at, expires_at=given_at + timedelta(hours=24)
    )


def seed_for(serial: str) -> bytes:
    """The seed of a test token: 20 bytes that nobody would draw by chance."""
    return hashlib.sha1(b"seed marker " + serial.encode()).digest()


def a_fob_in_stock(serial: str = "", *, presses: int = 0) -> FobInHand:
    """A hard token somebody may hold, and its seed record in stock."""
    serial = serial or f"TEST{next(_numbers):08}"
    batch, _ = SeedBatch.objects.get_or_create(
        sha256="0" * 64, defaults={"file_format": "csv", "imported_at": timezone.now()}
    )
    record = SeedRecord(serial=serial, batch=batch, first_factor=presses)
    record.put(seed_for(serial))
    record.save()
    return FobInHand(seed_for(serial), serial=serial, presses=presses)


def a_hard_token(user: User, serial: str = "", *, presses: int = 0) -> tuple[HardToken, FobInHand]:
    """An active token of this person, and the fob in their hand."""
    fob = a_fob_in_stock(serial, presses=presses)
    token = HardToken.objects.create(
        user=user,
        name="Hardware Token",
        seed_record=SeedRecord.objects.get(serial=fob.serial),
        bound_at=timezone.now(),
        next_factor=presses,
    )
    return token, fob


def a_spare_on_its_way(
    user: User, serial: str, *, by: User | None = None, expected_on: date | None = None
) -> Reservation:
    """A token from stock that support has sent to this person."""
    at = timezone.now()
    return Reservation.objects.create(
        user=user,
        order_number="EP-00000000",
        destination="Practice Address",
        ordered_at=at,
        expected_on=expected_on or at.date(),
        seed_record=SeedRecord.objects.get(serial=serial),
        reserved_by=by or a_person(is_staff=True),
        reserved_at=at,
        sent_at=at,
    )


_hash_of = cache(knowledge.hash_of)  # 20 ms, and most tests want the same PIN


def an_epcs_pin(user: User, pin: str = "4827") -> None:
    hashed = _hash_of(pin)
    knowledge.store(user=user, kind=KnowledgeFactor.Kind.PIN, hashed=hashed, at=timezone.now())


def an_epcs_password(user: User, password: str = EPCS_PASSWORD) -> None:
    kind = KnowledgeFactor.Kind.PASSWORD
    hashed = _hash_of(password, kind)
    knowledge.store(user=user, kind=kind, hashed=hashed, at=timezone.now())


def an_erx_administrator(practice: Practice | None, username: str = "") -> User:
    person = a_person(username, practice=practice, first_name="Dana", last_name="Whitfield")
    Membership.objects.filter(user=person).update(is_erx_administrator=True)
    return User.objects.get(pk=person.pk)  # with the membership as it is now


def a_password_reset(
    user: User, *, by: User | None = None, at: datetime | None = None
) -> PasswordReset:
    """An eRx administrator reset the EPCS password: the person may set a new one."""
    by = by or an_erx_administrator(user.practice)
    return reset_password(user=user, administrator=by, at=at or timezone.now())


def an_access_change(
    user: User, kind: str = "grant", *, entered_by: User, at: datetime, **columns: Any
) -> AccessChange:
    """An access change as it was entered then; ``executed_by`` and ``executed_at`` if it was."""
    day = at.date()
    entry: Entry = GrantEntry(checked_on=day, dea_source="DEA lookup", state_source="VT board")
    if kind == AccessChange.Kind.REVOKE:
        entry = RevokeEntry(reason=AccessChange.Reason.FACTOR_COMPROMISED, discovered_on=day)
    return access_changes.store(user.prescriber, entry, entered_by=entered_by, at=at, **columns)


def access_to_sign(user: User, *, entered_by: User, executed_by: User) -> AccessChange:
    at = timezone.now()
    decided = {"executed_by": executed_by, "executed_at": at, "executed_with": "EPCS PIN, a token"}
    return an_access_change(user, entered_by=entered_by, at=at, **decided)


def a_report(
    user: User,
    *,
    what: str = "hard-token",
    circumstance: str = "lost",
    factor: Any = None,
    at: datetime | None = None,
) -> CompromiseReport:
    """The person reports a loss. Signing is stopped when this returns."""
    at = at or timezone.now()
    loss = Loss(
        what=CompromiseReport.What(what),
        circumstance=CompromiseReport.Circumstance(circumstance),
        discovered_at=at,
        factor=factor,
    )
    return report_compromise(user=user, loss=loss, at=at)


def a_hold(user: User) -> Hold:
    """Somebody with the link of a notice said: this wasn't me."""
    at = timezone.now()
    notice = notices.note(user, SecurityNotice.Change.PHONE_ADDED, at=at)
    return Hold.objects.create(user=user, notice=notice, placed_at=at)


def a_signer(username: str = "", *, practice: Practice | None = None) -> User:
    """A prescriber who may sign: registered with DEA, access executed, PIN 4827; no token."""
    practice = practice or a_practice()
    user = a_prescriber(username, practice=practice)
    a_dea_registration(user)
    administrator, other = a_person(practice=practice), a_person(practice=practice)
    access_to_sign(user, entered_by=administrator, executed_by=other)
    an_epcs_pin(user)
    return user


def a_dea_registration(user: User, **columns: object) -> DeaRegistration:
    values: dict[str, object] = {
        "number": _dea_number(next(_numbers)),
        "state": "VT",
        "schedules": "2,2N,3,3N,4,5",
        "address": "48 Lake Street, Suite 200, Burlington, VT 05401",
        "expires_on": timezone.now().date() + timedelta(days=365),
        "verified_by": user,
        "verified_on": timezone.now().date(),
    }
    return DeaRegistration.objects.create(prescriber=user.prescriber, **(values | columns))


def a_patient(practice: Practice | None, **columns: object) -> Patient:
    values: dict[str, object] = {
        "first_name": "Jordan",
        "last_name": "Ellis",
        "birth_date": date(2014, 4, 12),
        "address": "31 Elm Court",
        "city": "Burlington",
        "state": "VT",
        "zip_code": "05401",
    }
    return Patient.objects.create(practice=practice, **(values | columns))


def a_drug(name: str = "Lisdexamfetamine dimesylate", **columns: object) -> Drug:
    values: dict[str, object] = {
        "strength": "30 mg",
        "form": "oral capsule",
        "schedule": "II",
        "is_narcotic": False,
        "catalogue_date": date(2026, 11, 1),
    }
    return Drug.objects.get_or_create(name=name, defaults=values | columns)[0]


def a_pharmacy() -> Pharmacy:
    return Pharmacy.objects.get_or_create(
        ncpdp_id="9900001",
        defaults={
            "name": "Harbor Street Pharmacy",
            "address": "210 Harbor St, Burlington, VT 05401",
            "phone": "(802) 555-0160",
        },
    )[0]


def a_prescription(user: User, patient: Patient | None = None, **columns: object) -> Prescription:
    """A draft by this prescriber, who has a DEA registration."""
    drug = columns.pop("drug", None) or a_drug()
    assert isinstance(drug, Drug)
    at = timezone.now()
    values: dict[str, object] = {
        "reference": references.draw(),
        "dea_registration": user.prescriber.dea_registrations.get(),
        "drug_name": drug.name,
        "drug_strength": drug.strength,
        "drug_form": drug.form,
        "schedule": drug.schedule,
        "quantity": 30,
        "unit": "capsule",
        "days_supply": 30,
        "directions": "Take 1 capsule by mouth every morning.",
        "refills": 0,
        "pharmacy": a_pharmacy(),
        "composed_by": user,
        "composed_at": at,
        "changed_at": at,
    }
    return Prescription.objects.create(
        patient=patient or a_patient(user.practice),
        prescriber=user.prescriber,
        drug=drug,
        **(values | columns),
    )


def _dea_number(number: int) -> str:
    stem = f"BN{number:06}"
    return next(n for n in (f"{stem}{digit}" for digit in range(10)) if is_dea_number(n))


def _npi(number: int) -> str:
    first_nine = f"1{number:08}"
    return next(npi for npi in (f"{first_nine}{digit}" for digit in range(10)) if is_npi(npi))
