from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.utils import timezone

from accounts.models import AccessChange, IdentityProofing
from accounts.signing_access import Access, access_of, may_sign
from tests import factories

START = timezone.now() - timedelta(days=30)
GRANT, REVOKE = AccessChange.Kind


@pytest.fixture
def dana(db):
    return factories.a_person("dwhitfield")


@pytest.fixture
def alan(db):
    return factories.a_prescriber("aokafor")


def happens(prescriber, kind, *, day: int, entered_by, executed_by=None) -> AccessChange:
    """A change that was entered on this day, and executed on the next if anybody did."""
    executed_at = START + timedelta(days=day + 1) if executed_by else None
    decided = {"executed_by": executed_by, "executed_at": executed_at}
    at = START + timedelta(days=day)
    return factories.an_access_change(prescriber, kind, entered_by=entered_by, at=at, **decided)


def test_nobody_may_sign_from_the_start(prescriber):
    assert not may_sign(prescriber.prescriber)


def test_a_grant_counts_when_the_second_person_executed_it(prescriber, dana, alan):
    entered = happens(prescriber, GRANT, day=1, entered_by=dana)
    before = may_sign(prescriber.prescriber)

    entered.executed_by, entered.executed_at = alan, START + timedelta(days=2)
    entered.save()

    assert (before, may_sign(prescriber.prescriber)) == (False, True)


def test_the_latest_executed_change_decides(prescriber, dana, alan):
    answers = []
    for day, kind in enumerate([GRANT, REVOKE, GRANT, REVOKE]):
        happens(prescriber, kind, day=day * 3, entered_by=dana, executed_by=alan)
        answers.append(may_sign(prescriber.prescriber))

    assert answers == [True, False, True, False]


def test_the_time_of_execution_decides_not_that_of_entry(prescriber, dana, alan):
    decided = {"executed_by": alan, "executed_at": START + timedelta(days=7)}
    at = START + timedelta(days=1)
    factories.an_access_change(prescriber, GRANT, entered_by=dana, at=at, **decided)
    happens(prescriber, REVOKE, day=5, entered_by=dana, executed_by=alan)

    assert may_sign(prescriber.prescriber)


def test_a_revocation_stops_signing_when_it_is_entered_and_two_people_give_it_back(
    prescriber, dana, alan
):
    happens(prescriber, GRANT, day=1, entered_by=dana, executed_by=alan)
    entered = happens(prescriber, REVOKE, day=5, entered_by=dana)
    stopped = access_of(prescriber.prescriber)

    entered.rejected_by, entered.rejected_at = alan, START + timedelta(days=6)
    entered.save()
    rejected = access_of(prescriber.prescriber)
    happens(prescriber, GRANT, day=7, entered_by=dana, executed_by=alan)

    assert (stopped, rejected) == (Access.STOPPED, Access.STOPPED)
    assert may_sign(prescriber.prescriber)


def test_an_account_that_was_never_activated_signs_nothing(prescriber, dana, alan):
    happens(prescriber, GRANT, day=1, entered_by=dana, executed_by=alan)
    IdentityProofing.objects.update(activated_at=None)

    assert access_of(prescriber.prescriber) is Access.NOT_GIVEN


def test_a_grant_is_for_one_prescriber(prescriber, dana, alan):
    happens(prescriber, GRANT, day=1, entered_by=dana, executed_by=alan)

    assert not may_sign(alan.prescriber)


def test_no_rank_and_no_group_of_django_gives_it(prescriber):
    prescriber.is_superuser = prescriber.is_staff = True
    prescriber.save()
    everything = Group.objects.create(name="may sign")
    everything.permissions.set(Permission.objects.all())
    prescriber.groups.add(everything)

    assert not may_sign(prescriber.prescriber)


def test_a_superuser_whose_access_was_revoked_may_not_sign(prescriber, dana, alan):
    prescriber.is_superuser = True
    prescriber.save()
    happens(prescriber, GRANT, day=1, entered_by=dana, executed_by=alan)
    happens(prescriber, REVOKE, day=5, entered_by=dana, executed_by=alan)

    assert not may_sign(prescriber.prescriber)
