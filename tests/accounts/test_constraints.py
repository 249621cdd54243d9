"""What the database itself refuses, whoever writes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from accounts import guards
from accounts.models import (
    AccessChange,
    DeaRegistration,
    DesignatedIndividual,
    IdentityProofing,
    KnowledgeFactor,
    Membership,
    Practice,
    Prescriber,
)
from tests import factories

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def dana():
    return factories.a_person("dwhitfield")


@pytest.fixture
def alan():
    return factories.a_prescriber("aokafor")


@pytest.fixture
def change(prescriber, dana):
    """Dana has entered that Sam may sign."""
    return factories.an_access_change(prescriber, entered_by=dana, at=NOW)


COPIED = ("practice", "prescriber", "entered_by", "entered_at", "expires_at", "text", "digest")


def refuses(name: str, rows, **columns) -> bool:
    """Whether the database refuses the change, by the constraint of this name."""
    try:
        with transaction.atomic():
            rows.update(**columns)
    except IntegrityError as error:
        return name in str(error)
    return False


def test_an_access_change_is_never_executed_by_who_entered_it(change, dana):
    rows = AccessChange.objects.filter(pk=change.pk)

    assert refuses("access_change_takes_two_people", rows, executed_by=dana, executed_at=NOW)


def test_a_second_person_executes_it(change, alan):
    rows = AccessChange.objects.filter(pk=change.pk)

    assert rows.update(executed_by=alan, executed_at=NOW) == 1


@pytest.mark.parametrize("half", ["executed_by", "executed_at"])
def test_an_execution_has_a_person_and_a_time(change, alan, half):
    rows = AccessChange.objects.filter(pk=change.pk)
    value = {"executed_by": alan, "executed_at": NOW}[half]

    assert refuses("access_change_executed_by_somebody", rows, **{half: value})


GRANT = {"kind": "grant", "checked_on": NOW.date(), "dea_source": "A", "state_source": "B"}
REVOKE = {"kind": "revoke", "reason": "registration-expired", "discovered_on": NOW.date()}
LATER = {"executed_by": 1, "executed_at": NOW + timedelta(days=7)}


@pytest.mark.parametrize(
    ("constraint", "columns"),
    [
        ("", GRANT),
        ("", REVOKE),
        ("access_change_revoked_for_a_reason", GRANT | {"reason": "registration-ended"}),
        ("access_change_revoked_for_a_reason", REVOKE | {"reason": ""}),
        ("access_change_revoked_for_a_reason", REVOKE | {"discovered_on": None}),
        ("access_change_granted_after_a_check", GRANT | {"checked_on": None}),
        ("access_change_granted_after_a_check", GRANT | {"dea_source": ""}),
        ("access_change_granted_after_a_check", GRANT | {"state_source": ""}),
        ("access_change_granted_after_a_check", REVOKE | {"checked_on": NOW.date()}),
        ("access_change_executed_in_time", GRANT | LATER),
        ("access_change_executed_in_time", GRANT | LATER | {"executed_at": NOW - timedelta(1)}),
        ("access_change_rejected_by_somebody", GRANT | {"rejected_by": 1}),
        ("access_change_rejected_by_somebody", GRANT | {"rejected_at": NOW}),
    ],
)
def test_a_change_has_what_its_kind_asks_for(change, alan, constraint, columns):
    people = {name: alan for name in ("executed_by", "rejected_by") if name in columns}
    copied = {name: getattr(change, name) for name in COPIED}
    row = AccessChange(**copied | columns | people)

    if constraint:
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            row.save()
    else:
        row.save()


@pytest.mark.parametrize(
    "columns",
    [
        {"kind": "revoke"},
        {"reason": "registration-ended"},
        {"entered_by": 2},
        {"entered_at": NOW + timedelta(1)},
        {"expires_at": NOW + timedelta(99)},
        {"checked_on": NOW.date() - timedelta(1)},
        {"dea_source": "Another"},
        {"text": "{}"},
        {"digest": "0" * 64},
    ],
)
def test_what_was_entered_is_never_changed(change, alan, columns):
    rows = AccessChange.objects.filter(pk=change.pk)
    altered = columns | ({"entered_by": alan} if "entered_by" in columns else {})

    assert refuses("What was entered about access is never changed", rows, **altered)


def test_what_was_decided_stays_and_nothing_is_deleted(change, alan):
    rows = AccessChange.objects.filter(pk=change.pk)
    rows.update(executed_by=alan, executed_at=NOW)
    refused = "What was entered about access is never changed"

    assert refuses(refused, rows, executed_by=None, executed_at=None)
    assert refuses(refused, rows, executed_with="another token")
    with pytest.raises(IntegrityError, match=refused), transaction.atomic():
        rows.delete()
    assert guards.faulty(connection) == []


def test_the_reasons_are_the_four_of_the_rule():
    assert len(AccessChange.Reason) == 4


def test_a_person_works_at_one_practice(prescriber):
    with pytest.raises(IntegrityError):
        Membership.objects.create(user=prescriber, practice=factories.a_practice())


def test_a_person_is_one_prescriber(prescriber):
    with pytest.raises(IntegrityError):
        Prescriber.objects.create(user=prescriber, npi="1234567893")


def test_an_npi_belongs_to_one_prescriber(prescriber, dana):
    with pytest.raises(IntegrityError):
        Prescriber.objects.create(user=dana, npi=prescriber.prescriber.npi)


def test_a_knowledge_factor_of_a_kind_is_the_only_one(prescriber):
    factories.an_epcs_pin(prescriber)
    second = KnowledgeFactor(user=prescriber, kind=KnowledgeFactor.Kind.PIN, set_at=NOW)
    second.put(b"another hash")

    with pytest.raises(IntegrityError):
        second.save()


def test_a_pin_and_a_password_stand_side_by_side(prescriber):
    factories.an_epcs_pin(prescriber)
    password = KnowledgeFactor(user=prescriber, kind=KnowledgeFactor.Kind.PASSWORD, set_at=NOW)
    password.put(b"another hash")
    password.save()

    assert KnowledgeFactor.objects.filter(user=prescriber).count() == 2


def test_a_dea_number_is_registered_once(prescriber, alan):
    columns = {
        "number": "FD0000012",
        "state": "VT",
        "schedules": "2,2N,3,3N,4,5",
        "address": "48 Lake Street",
        "expires_on": NOW.date() + timedelta(days=400),
        "verified_by": alan,
        "verified_on": NOW.date(),
    }
    DeaRegistration.objects.create(prescriber=prescriber.prescriber, **columns)

    with pytest.raises(IntegrityError):
        DeaRegistration.objects.create(prescriber=alan.prescriber, **columns)


def test_an_identity_proofing_is_recorded_once(prescriber, alan):
    proofing = IdentityProofing.objects.get(prescriber=prescriber.prescriber)
    proofing.pk, proofing.prescriber = None, alan.prescriber

    with pytest.raises(IntegrityError):
        proofing.save()


def test_a_person_is_designated_once(prescriber):
    columns = {"practice": prescriber.practice, "user": prescriber, "appointed_at": NOW}
    DesignatedIndividual.objects.create(**columns)

    with pytest.raises(IntegrityError):
        DesignatedIndividual.objects.create(**columns)


def test_nobody_with_a_history_is_deleted(prescriber, token):
    for row in (prescriber, prescriber.practice, prescriber.prescriber, token.seed_record):
        with pytest.raises(ProtectedError):
            row.delete()


def test_a_practice_has_a_time_zone_that_exists():
    practice = Practice(name="Lakeside", time_zone="America/Burlington")

    with pytest.raises(ValidationError) as refused:
        practice.full_clean()

    assert "is not an IANA time zone" in str(refused.value.message_dict["time_zone"])
