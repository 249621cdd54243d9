"""Against whose own factors something stands, decides about nobody and brings nothing back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.access_changes import GrantEntry
from accounts.access_refusals import ChangeOutdated, ExecutorStopped, NotDesignated
from accounts.designation_rules import may_designate
from accounts.flows.confirm_token import confirm_token
from accounts.flows.enter_access_change import enter_access_change
from accounts.flows.lift_hold_of_another import lift_hold_of_another
from accounts.flows.revoke_account import revoke_account
from accounts.models import DeaRegistration, DesignatedIndividual, Membership, User
from accounts.signing_access import Access, access_of
from epcs_portal.audit.models import AuditEvent
from tests import factories
from tests.accounts.access.practice import (
    PIN,
    REVOKED,
    YESTERDAY,
    client_of,
    enter_grant,
    page_of,
)
from tests.accounts.access.test_executing import execute
from tests.pages import submit
from tokens.models import HardToken, RevocationCase, SecurityNotice
from tokens.step_up import Authority

LATER = timedelta(microseconds=1)


@pytest.fixture
def change(at_work):
    return enter_grant(at_work)


STOPS = {
    "on hold before any access": lambda at_work: factories.a_hold(at_work.alan),
    "reported before any access": lambda at_work: factories.a_report(
        at_work.alan, what="backup-phone"
    ),
    "suspended": lambda at_work: (
        factories.access_to_sign(at_work.alan, entered_by=at_work.dana, executed_by=at_work.sam),
        factories.a_report(at_work.alan, what="backup-phone"),
    ),
}


@pytest.mark.parametrize("stop", STOPS)
def test_a_stopped_registrant_executes_designates_enters_and_brings_back_nothing(
    at_work, change, stop
):
    HardToken.objects.filter(user=at_work.sam).update(is_phone_bound=True)
    hold = factories.a_hold(at_work.sam)
    STOPS[stop](at_work)
    alan, at = User.objects.get(pk=at_work.alan.pk), timezone.now()
    token = HardToken.objects.get(user=at_work.sam)
    today = timezone.localdate() - timedelta(days=1)

    with pytest.raises(ExecutorStopped):
        execute(change, alan, at_work.fob)
    with pytest.raises(ExecutorStopped):
        confirm_token(token=token, designee=alan, assurance="Seen.", at=at)
    with pytest.raises(ExecutorStopped):
        lift_hold_of_another(hold=hold, designee=alan, assurance="Spoken.", at=at)
    with pytest.raises(ExecutorStopped):
        enter_access_change(
            prescriber=at_work.sam.prescriber,
            entry=GrantEntry(checked_on=today, dea_source="A", state_source="B"),
            designee=alan,
            at=at,
        )

    assert not may_designate(alan, at=at)
    assert access_of(at_work.sam.prescriber) is Access.NOT_GIVEN


def test_a_report_from_before_the_activation_is_over_with_it(at_work, change):
    factories.a_report(at_work.alan, what="backup-phone")
    factories.an_identity_proofing(at_work.alan)

    execute(change, User.objects.get(pk=at_work.alan.pk), at_work.fob)

    assert access_of(at_work.sam.prescriber) is Access.GRANTED


def test_what_ends_access_counts_also_when_it_was_asked_for_before_the_grant_was_entered(at_work):
    """Its page was open, then it waited for the signing state."""
    asked_at = timezone.now()
    change = enter_grant(at_work)
    factories.a_report(at_work.sam, what="backup-phone", at=asked_at)

    with pytest.raises(ChangeOutdated):
        execute(change, at_work.alan, at_work.fob)


def test_so_does_a_revocation_of_the_account(at_work):
    asked_at = timezone.now()
    times = {"issued_at": asked_at - LATER, "expires_at": asked_at + timedelta(hours=1)}
    RevocationCase.objects.create(
        user=at_work.sam, number="CS-0001-0001", issued_by=at_work.dana, reason="Asked.", **times
    )
    change = enter_grant(at_work)
    authority = Authority(name="step-up", session_key="")
    revoke_account(user=at_work.sam, case="CS-0001-0001", authority=authority, at=asked_at)

    with pytest.raises(ChangeOutdated):
        execute(change, at_work.alan, at_work.fob)


@pytest.mark.parametrize("why", ["designation ended", "moved", "left", "became our staff"])
def test_a_grant_whose_author_no_longer_counts_is_entered_anew(at_work, change, why):
    if why == "designation ended":
        designations = DesignatedIndividual.objects.filter(user=at_work.dana)
        designations.update(ended_at=timezone.now(), ended_by=at_work.alan)
    elif why == "moved":
        elsewhere = factories.a_practice()
        Membership.objects.filter(user=at_work.dana).update(practice=elsewhere)
    elif why == "left":
        User.objects.filter(pk=at_work.dana.pk).update(is_active=False)
    else:
        User.objects.filter(pk=at_work.dana.pk).update(is_staff=True)

    with pytest.raises(ChangeOutdated):
        execute(change, at_work.alan, at_work.fob)
    assert at_work.dana not in at_work.sam.designees


def test_our_own_staff_enters_nothing_for_a_practice(at_work):
    User.objects.filter(pk=at_work.dana.pk).update(is_staff=True)
    today = timezone.localdate() - timedelta(days=1)

    with pytest.raises(NotDesignated):
        enter_access_change(
            prescriber=at_work.sam.prescriber,
            entry=GrantEntry(checked_on=today, dea_source="A", state_source="B"),
            designee=at_work.dana,
            at=timezone.now(),
        )


def test_the_only_registrant_comes_back_also_after_revoking_the_account(at_work):
    DeaRegistration.objects.filter(prescriber=at_work.sam.prescriber).update(status="ended")
    factories.access_to_sign(at_work.alan, entered_by=at_work.dana, executed_by=at_work.sam)
    at = timezone.now()
    RevocationCase.objects.create(
        user=at_work.alan,
        number="CS-0001-0002",
        issued_by=at_work.dana,
        reason="Asked.",
        issued_at=at,
        expires_at=at + timedelta(hours=1),
        used_at=at + LATER,
    )
    factories.an_identity_proofing(at_work.alan)
    change = factories.an_access_change(at_work.alan, entered_by=at_work.dana, at=timezone.now())

    execute(change, at_work.alan, at_work.fob)

    assert access_of(at_work.alan.prescriber) is Access.GRANTED


def test_the_longest_name_keeps_nobody_from_stopping_signing(at_work):
    """The notice to the second person names the prescriber in a short column."""
    User.objects.filter(pk=at_work.sam.pk).update(first_name="S" * 150, last_name="N" * 150)
    sam = User.objects.get(pk=at_work.sam.pk)

    change = factories.an_access_change(sam, entered_by=at_work.dana, at=timezone.now())
    execute(change, at_work.alan, at_work.fob)

    told = enter_revocation_by_page(at_work, sam)
    assert told.status_code == 302
    notice = SecurityNotice.objects.get(change="access-change-waits", user=at_work.alan)
    assert len(notice.subject) == 60
    assert access_of(sam.prescriber) is Access.STOPPED


def enter_revocation_by_page(at_work, person):
    fields = REVOKED | {"discovered_on": YESTERDAY}
    page = f"/administration/epcs-setup/{person.pk}/revoke/"
    return submit(client_of(at_work.dana), page, **fields)


@pytest.mark.parametrize("page", ["grant", "revoke"])
def test_a_number_too_large_for_any_row_is_not_found(at_work, page):

    address = f"/administration/epcs-setup/{2**63}/{page}/"

    assert client_of(at_work.dana).get(address).status_code == 404


def test_an_altered_digest_is_on_the_trail_however_long_it_is(at_work, change):
    otp = at_work.fob.press()
    submit(client_of(at_work.alan), page_of(change), digest="0" * 5000, pin=PIN, otp=otp)

    event = AuditEvent.objects.get(event="access_change.not_executed")
    assert event.facts["outcome"] == "change-altered"
