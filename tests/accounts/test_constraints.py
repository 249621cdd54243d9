"""What the database itself refuses, whoever writes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

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


@pytest.mark.parametrize(
    ("kind", "reason", "refused"),
    [
        ("grant", "", False),
        ("grant", "factor-compromised", True),
        ("revoke", "", True),
        ("revoke", "factor-compromised", False),
        ("revoke", "registration-expired", False),
        ("revoke", "registration-ended", False),
        ("revoke", "no-longer-authorized", False),
    ],
)
def test_a_revocation_has_a_reason_and_a_grant_has_none(change, kind, reason, refused):
    rows = AccessChange.objects.filter(pk=change.pk)
    name = "access_change_revoked_for_a_reason"

    assert refuses(name, rows, kind=kind, reason=reason) is refused


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
