"""An eRx administrator resets an EPCS password: the old one is dead, and nobody sees a new one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from accounts import knowledge, selectors
from accounts.flows.reset_password import (
    OwnPassword,
    ResetNotAllowed,
    ResetStillOpen,
    reset_password,
)
from accounts.knowledge import Knowledge
from accounts.models import KnowledgeFactor, Membership, PasswordReset, SigningState
from epcs_portal.audit.models import AuditEvent
from epcs_portal.delivery.models import Message
from tests import factories
from tests.accounts.passwords import OLD, Kind, what_is
from tests.pages import submit
from tests.tokens.reading import events_of, is_verified
from tokens import notices
from tokens.models import SecurityNotice

HOURS_72 = timedelta(hours=72)


@pytest.fixture
def sam(prescriber):
    factories.an_epcs_password(prescriber)
    return prescriber


@pytest.fixture
def dana(sam):
    return factories.an_erx_administrator(sam.practice, "dwhitfield")


def test_the_old_password_is_dead_at_once_and_the_window_is_open(sam, dana):
    at = timezone.now()

    reset = reset_password(user=sam, administrator=dana, at=at)

    assert what_is(OLD, sam) is Knowledge.NOT_SET
    assert what_is(OLD, sam, Kind.FORMER) is Knowledge.RIGHT
    assert selectors.knowledge_of(sam) == {}
    assert (reset.reset_by, reset.expires_at - reset.reset_at) == (dana, HOURS_72)
    assert selectors.open_reset_of(sam, at=at) == selectors.latest_reset_of(sam) == reset
    assert str(reset) == "EPCS password reset of snguyen"


@pytest.mark.parametrize(("seconds", "is_open"), [(-1, True), (0, False)])
def test_it_ends_after_72_hours(sam, dana, seconds, is_open):
    at = timezone.now()
    reset_password(user=sam, administrator=dana, at=at)

    later = at + HOURS_72 + timedelta(seconds=seconds)

    assert (selectors.open_reset_of(sam, at=later) is not None) is is_open


def test_the_trail_and_the_person_are_told_and_no_secret(sam, dana):
    reset_password(user=sam, administrator=dana, at=timezone.now())

    event = AuditEvent.objects.get(event="password_reset.made")
    notice = SecurityNotice.objects.get()
    words = notices.words_for(notice, Message.Channel.EMAIL)
    assert (event.person, event.actor, event.succeeded, event.event_class) == (sam, dana, True, 4)
    assert event.subject == "EPCS password"
    assert (notice.user, notice.change) == (sam, "password-reset")
    assert "select Set up my EPCS password within 72 hours" in words
    assert "a one-time password of your token" in words
    assert "/epcs/password" not in words
    assert OLD not in words + str(event.facts)


def test_open_signing_pages_and_whatever_was_proven_end(client, sam, dana, fob):
    client.force_login(sam)
    submit(client, "/epcs/verify/token/", otp=fob.press())
    before = is_verified(client)

    reset_password(user=sam, administrator=dana, at=timezone.now())

    assert (before, is_verified(client)) == (True, False)
    assert SigningState.objects.get(user=sam).generation == 1


def test_a_second_one_is_refused_while_the_first_is_open(sam, dana):
    first = reset_password(user=sam, administrator=dana, at=timezone.now())

    with pytest.raises(ResetStillOpen) as refused:
        reset_password(user=sam, administrator=dana, at=timezone.now())

    day = timezone.localtime(first.expires_at)
    assert str(refused.value) == (
        f"Sam Nguyen, NP can already set a new EPCS password, until {day:%B} {day.day}, "
        f"{day:%-I:%M %p}. You can reset it again when that time is over."
    )
    assert events_of(sam) == ["password_reset.made", "password_reset.refused"]
    assert PasswordReset.objects.count() == SecurityNotice.objects.count() == 1
    assert SigningState.objects.get().generation == 1


def test_one_that_has_run_out_is_ended_by_the_next(sam, dana):
    at = timezone.now()
    first = reset_password(user=sam, administrator=dana, at=at - HOURS_72)

    second = reset_password(user=sam, administrator=dana, at=at)

    first.refresh_from_db()
    assert (first.ended_at, first.used_at) == (at, None)
    assert selectors.open_reset_of(sam, at=at) == second
    assert what_is(OLD, sam, Kind.FORMER) is Knowledge.RIGHT


def test_nobody_resets_their_own(sam):
    Membership.objects.filter(user=sam).update(is_erx_administrator=True)

    with pytest.raises(OwnPassword):
        reset_password(user=sam, administrator=sam, at=timezone.now())

    assert events_of(sam) == ["password_reset.refused"]
    assert what_is(OLD, sam) is Knowledge.RIGHT


def _elsewhere(sam, dana):
    Membership.objects.filter(user=dana).update(practice=factories.a_practice())


def _no_administrator(sam, dana):
    Membership.objects.filter(user=dana).update(is_erx_administrator=False)


def _closed(sam, dana):
    type(dana).objects.filter(pk=dana.pk).update(is_active=False)


def _unregistered(sam, dana):
    sam.prescriber.identity_proofings.all().delete()


@pytest.mark.parametrize("what", [_elsewhere, _no_administrator, _closed, _unregistered])
def test_who_may_is_read_again_and_not_taken_from_the_page(sam, dana, what):
    assert dana.is_erx_administrator
    what(sam, dana)

    with pytest.raises(ResetNotAllowed):
        reset_password(user=sam, administrator=dana, at=timezone.now())

    event = AuditEvent.objects.get(event="password_reset.refused")
    assert (event.person, event.actor, event.facts["outcome"]) == (
        sam,
        dana,
        "password-reset-not-allowed",
    )
    assert event.event_class == 1
    assert what_is(OLD, sam) is Knowledge.RIGHT


def test_who_is_no_prescriber_has_none_to_reset(sam, dana):
    other = factories.a_person(practice=sam.practice)

    with pytest.raises(ResetNotAllowed):
        reset_password(user=other, administrator=dana, at=timezone.now())


def test_who_never_had_one_can_be_let_set_one(prescriber):
    dana = factories.an_erx_administrator(prescriber.practice)

    reset_password(user=prescriber, administrator=dana, at=timezone.now())

    assert not KnowledgeFactor.objects.exists()
    assert selectors.open_reset_of(prescriber, at=timezone.now()) is not None


def test_the_pin_stays_as_it_is(sam, dana):
    factories.an_epcs_pin(sam)

    reset_password(user=sam, administrator=dana, at=timezone.now())

    assert what_is("4827", sam, Kind.PIN) is Knowledge.RIGHT


def test_the_former_one_takes_the_place_of_the_one_before(sam):
    knowledge.retire_password(sam)
    factories.an_epcs_password(sam, "marker second Vr5")

    knowledge.retire_password(sam)
    knowledge.retire_password(sam)  # and once more, with none set

    assert KnowledgeFactor.objects.count() == 1
    assert what_is("marker second Vr5", sam, Kind.FORMER) is Knowledge.RIGHT


def test_one_that_can_not_be_read_is_deleted(sam):
    factor = sam.knowledge_factors.get()
    factor.sealed = bytes(reversed(bytes(factor.sealed)))
    factor.save()

    knowledge.retire_password(sam)

    assert not KnowledgeFactor.objects.exists()


def test_what_is_reported_known_to_others_is_forgotten_and_proves_nothing(sam):
    factories.an_epcs_pin(sam)

    factories.a_report(sam, what="knowledge", circumstance="compromised")

    assert list(sam.knowledge_factors.values_list("kind", flat=True)) == ["former"]
    assert what_is(OLD, sam) is what_is("4827", sam, Kind.PIN) is Knowledge.NOT_SET


def test_administrators_are_those_of_the_practice_who_still_sign_in(sam, dana):
    factories.a_person(practice=sam.practice)
    gone = factories.an_erx_administrator(sam.practice)
    type(gone).objects.filter(pk=gone.pk).update(is_active=F("is_superuser"))
    factories.an_erx_administrator(factories.a_practice())
    Membership.objects.filter(user=sam).update(is_erx_administrator=True)

    assert selectors.administrators_of(sam) == [dana]
    assert selectors.administrators_of(factories.a_person()) == []
