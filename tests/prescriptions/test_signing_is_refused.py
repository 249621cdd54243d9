"""Whatever is wrong, nothing is signed; and no answer tells which of the two factors it was."""

from __future__ import annotations

import pytest
from django.utils import timezone

from accounts.models import KnowledgeFactor, Membership, SigningState
from epcs_portal.audit.models import AuditEvent
from prescriptions.models import Patient, Signature
from tests import factories
from tests.prescriptions import signing
from tests.tokens.reading import events_of, read
from tokens.models import HardToken

NOT_RIGHT = (
    "The EPCS PIN or one-time password is not right. Enter both again, with a new one-time "
    "password. You have {} left before signing locks for 15 minutes."
)


def test_a_wrong_pin_signs_nothing_and_spends_the_password(desk):
    otp = desk.fob.press()

    response = desk.sign(pin=signing.WRONG_PIN, otp=otp)

    assert NOT_RIGHT.format("4 attempts") in read(response)
    again = desk.sign(otp=otp)
    assert NOT_RIGHT.format("3 attempts") in read(again)
    assert not Signature.objects.exists()
    assert "otp.replayed" in events_of(desk.user)


def test_a_wrong_password_signs_nothing(desk):
    response = desk.sign(otp=desk.fob.wrong())

    assert NOT_RIGHT.format("4 attempts") in read(response)
    assert not Signature.objects.exists()
    token = HardToken.objects.get()
    assert token.failures == 1


def test_a_replayed_password_is_told_nothing_special(desk):
    otp = desk.fob.press()
    token = HardToken.objects.get()
    from tests import pages

    pages.submit(desk.client, f"/epcs/token/{token.pk}/test/", otp=otp)

    response = desk.sign(otp=otp)

    assert NOT_RIGHT.format("4 attempts") in read(response)
    assert "already used" not in read(response)


def test_six_digits_that_no_token_shows_are_refused_and_counted(desk):
    """As a code that came by phone would be: nothing but the token is asked."""
    response = desk.sign(otp=desk.fob.wrong())

    assert NOT_RIGHT.format("4 attempts") in read(response)
    assert SigningState.objects.get().failures == 1


def test_everything_is_still_there_after_a_refusal(desk):
    response = desk.sign(pin=signing.WRONG_PIN)

    text = read(response)
    assert "Take 1 capsule by mouth every morning." in text
    assert "By completing the two-factor authentication protocol" in text
    assert signing.read(response).ticked == {desk.rx.reference}


def test_the_factors_are_never_shown_again(desk):
    otp = desk.fob.press()

    response = desk.sign(pin=signing.WRONG_PIN, otp=otp)

    assert signing.WRONG_PIN not in read(response)
    assert otp not in read(response)


def test_five_failures_lock_signing_and_time_ends_it(desk):
    for _ in range(4):
        desk.sign(pin=signing.WRONG_PIN)
    response = desk.sign(pin=signing.WRONG_PIN)
    assert "Signing is locked until" in read(response)
    assert events_of(desk.user)[-1] == "signing.locked"
    assert "Signing is locked until" in read(desk.client.get(signing.address(desk.patient)))

    _minutes_pass(15)

    assert desk.sign().status_code == 302


def test_a_locked_signing_refuses_the_right_factors(desk):
    page = desk.open()
    for _ in range(5):
        desk.sign(pin=signing.WRONG_PIN)

    response = desk.send(page, pin=signing.PIN, otp=desk.fob.press())

    assert "Signing is locked until" in read(response)
    assert not Signature.objects.exists()


def test_the_third_lock_of_a_day_does_not_run_out(desk):
    for _ in range(3):
        for _ in range(5):
            response = desk.sign(pin=signing.WRONG_PIN)
        held = read(response)
        _minutes_pass(15)

    assert "Signing stays locked" in held
    assert "until you reset your EPCS PIN" in held
    assert "Signing stays locked" in read(desk.client.get(signing.address(desk.patient)))


def test_a_success_clears_the_count(desk):
    for _ in range(4):
        desk.sign(pin=signing.WRONG_PIN)

    desk.sign()

    assert SigningState.objects.get().failures == 0


def test_a_token_test_does_not_clear_the_count(desk):
    from tests import pages

    desk.sign(pin=signing.WRONG_PIN)

    pages.submit(
        desk.client, f"/epcs/token/{HardToken.objects.get().pk}/test/", otp=desk.fob.press()
    )

    assert SigningState.objects.get().failures == 1


def test_a_locked_token_is_told_as_such(desk):
    HardToken.objects.update(failures=4)
    response = desk.sign(otp=desk.fob.wrong())
    assert NOT_RIGHT.format("4 attempts") not in read(response)

    page = desk.client.get(signing.address(desk.patient))

    assert "Your token is locked until" in read(page)
    assert "token.locked" in events_of(desk.user)


@pytest.mark.parametrize(
    ("spoil", "title"),
    [
        (lambda user: KnowledgeFactor.objects.all().delete(), "You need an EPCS PIN to sign"),
        (
            lambda user: HardToken.objects.update(status="removed", removed_at=timezone.now()),
            "You need a token to sign",
        ),
        (lambda user: _no_access(user), "You don't have access to sign yet"),
        (lambda user: _revoked(user), "Your access to sign was ended"),
        (lambda user: _stopped(user), "Your practice stopped signing under your name"),
        (lambda user: _reported(user), "Signing under your name is stopped"),
        (lambda user: _unproofed(user), "You can't sign yet"),
    ],
    ids=["no PIN", "no token", "no access", "revoked", "stopped", "reported", "not registered"],
)
def test_each_reason_has_a_page_of_its_own(desk, spoil, title):
    spoil(desk.user)

    text = read(desk.client.get(signing.address(desk.patient)))

    assert f"<h1>{title}</h1>" in text
    assert "One-Time Password" not in text


@pytest.mark.parametrize("happens", ["revoked", "stopped", "reported"])
def test_who_lost_access_is_told_who_gives_it(desk, happens):
    dana = {"first_name": "Dana", "last_name": "Whitfield"}
    factories.designated(factories.a_person(practice=desk.user.practice, **dana))
    {"revoked": _revoked, "stopped": _stopped, "reported": _reported}[happens](desk.user)

    text = read(desk.client.get(signing.address(desk.patient)))

    assert "Ask Dana Whitfield. Your prescriptions are saved in Rx Queue." in text
    assert 'href="/support/#practice">Who can help</a>' in text
    assert "eRx administrator" not in text


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (
            lambda user: HardToken.objects.update(status="removed", removed_at=timezone.now()),
            "You need a token to sign",
        ),
        (lambda user: _revoked(user), "Your access to sign was ended"),
        (lambda user: _stopped(user), "Your practice stopped signing under your name"),
        (lambda user: _reported(user), "Signing under your name is stopped"),
    ],
    ids=["no token", "revoked", "stopped", "reported"],
)
def test_what_happened_after_the_page_was_opened_counts_at_once(desk, spoil, sentence):
    page = desk.open()
    spoil(desk.user)

    response = desk.send(page, pin=signing.PIN, otp=desk.fob.press())

    assert sentence in read(response)
    assert not Signature.objects.exists()
    assert not SigningState.objects.filter(failures__gt=0).exists()


def test_a_page_from_before_a_new_pin_signs_nothing(desk):
    page, otp = desk.open(), desk.fob.press()
    _generation_moves(desk)

    response = desk.send(page, pin=signing.PIN, otp=otp)

    assert "or your access changed after you opened this page" in read(response)
    assert not Signature.objects.exists()
    assert desk.sign(otp=otp).status_code == 302


def test_an_expired_registration_signs_nothing_and_costs_nothing(desk):
    page, otp = desk.open(), desk.fob.press()
    registration = desk.user.prescriber.dea_registrations.get()
    registration.status = "ended"
    registration.save()

    response = desk.send(page, pin=signing.PIN, otp=otp)

    assert "is not in force today for schedule II" in read(response)
    assert not Signature.objects.exists()
    assert HardToken.objects.get().next_factor == 0


def test_a_registration_that_does_not_cover_the_schedule_offers_no_box(desk):
    desk.user.prescriber.dea_registrations.update(schedules="3,3N,4,5")

    text = read(desk.client.get(signing.address(desk.patient)))

    assert "is not in force today for C-II" in text
    assert "data-ready id=" not in text


def test_an_unreadable_pin_is_refused_like_a_wrong_one_and_is_on_the_trail(desk):
    KnowledgeFactor.objects.update(sealed=b"x" * 60)

    response = desk.sign()

    assert NOT_RIGHT.format("4 attempts") in read(response)
    assert "knowledge.unreadable" in events_of(desk.user)


def test_another_prescriber_of_the_practice_cannot_open_it(desk, client):
    other = factories.a_signer(practice=desk.user.practice)
    factories.a_hard_token(other)
    client.force_login(other)

    assert client.get(signing.address(desk.patient)).status_code == 302
    assert client.get(f"/rx/{desk.rx.reference}/").status_code == 404


def test_a_box_of_another_patient_or_prescriber_is_refused(desk):
    other = factories.a_signer(practice=desk.user.practice)
    foreign = factories.a_prescription(other, desk.patient)
    elsewhere = factories.a_prescription(desk.user, factories.a_patient(desk.user.practice))
    page = desk.open()

    for reference in (foreign.reference, elsewhere.reference):
        mark = page.boxes[desk.rx.reference].replace(desk.rx.reference, reference)
        response = desk.send(page, ready=[mark], pin=signing.PIN, otp=desk.fob.press())
        assert "This prescription changed after you opened it." in read(response)
        page = desk.open()
    assert not Signature.objects.exists()


def test_factors_sent_for_a_patient_of_another_practice_sign_and_cost_nothing(desk):
    foreign = factories.a_patient(factories.a_practice())
    page = desk.open()

    response = signing.send(
        desk.client, foreign, page, pin=signing.PIN, otp=(otp := desk.fob.press())
    )

    assert response.status_code == 404
    assert not Signature.objects.exists()
    assert events_of(desk.user)[-2:] == ["prescription.changed_meanwhile", "access.denied"]
    assert desk.sign(otp=otp).status_code == 302


def test_what_waits_for_a_patient_of_the_practice_before_is_not_signed(desk):
    """Also with access to sign at the new practice, from a page that was opened before."""
    page, membership = desk.open(), desk.user.membership
    membership.practice = factories.a_practice()
    membership.save()
    desk.user.refresh_from_db()
    people = [factories.a_person(practice=membership.practice) for _ in range(2)]
    factories.access_to_sign(desk.user, entered_by=people[0], executed_by=people[1])

    response = desk.send(page, pin=signing.PIN, otp=desk.fob.press())

    assert response.status_code == 404
    assert not Signature.objects.exists()
    assert HardToken.objects.get().next_factor == 0


def test_a_forged_form_is_refused(desk):
    page = desk.open()

    for ready in (["RX-0000-00000"], ["x"], [f"{desk.rx.reference}:{'g' * 64}"]):
        response = desk.send(page, ready=ready, pin=signing.PIN, otp=desk.fob.press())
        assert response.status_code == 200
        assert "Open the page again" in read(response)
    assert not AuditEvent.objects.filter(event="signing.proven").exists()


def _minutes_pass(minutes: int) -> None:
    from tests.tokens.clock import minutes_pass

    minutes_pass(SigningState.objects.get(), minutes)


def _no_access(user) -> None:
    """Access was given at another practice, and does not follow whoever moves."""
    elsewhere = factories.a_practice()
    Membership.objects.filter(user=user).update(practice=elsewhere)
    Patient.objects.update(practice=elsewhere)


def _revoked(user) -> None:
    at = timezone.now()
    executed = {"executed_by": factories.a_person(), "executed_at": at}
    factories.an_access_change(user, "revoke", entered_by=factories.a_person(), at=at, **executed)


def _stopped(user) -> None:
    factories.an_access_change(user, "revoke", entered_by=factories.a_person(), at=timezone.now())


def _removed(user) -> None:
    HardToken.objects.update(status="removed", removed_at=timezone.now())


def _reported(user) -> None:

    factories.a_report(user, what="hard-token", circumstance="lost")


def _unproofed(user) -> None:
    user.prescriber.identity_proofings.all().delete()


def _generation_moves(desk) -> None:
    from django.db import transaction

    from accounts import signing_states

    with transaction.atomic():
        signing_states.void_ceremonies(signing_states.lock_state(desk.user))
