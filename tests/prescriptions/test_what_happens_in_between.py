"""What is committed between the two transactions of a ceremony, or while the PIN is compared."""

from __future__ import annotations

import pytest
from django.db import connection
from django.utils import timezone

from accounts import knowledge
from accounts.flows.reset_pin import PinNotPermitted, reset_pin
from accounts.models import Hold, KnowledgeFactor, SigningState
from prescriptions.ceremony import Reviewed
from prescriptions.flows.sign import sign
from prescriptions.models import Prescription, Signature
from prescriptions.refusals import CeremonyVoid, PrescriptionChanged, SigningNotAllowed
from prescriptions.waiting import UNMARKED
from tests import factories
from tests.prescriptions import signing
from tests.prescriptions.signing import by_token
from tests.tokens.reading import read
from tokens import notices
from tokens.models import CompromiseReport, HardToken, SecurityNotice


def reviewed(desk, *, generation: int = 0) -> Reviewed:
    page = desk.open()
    reference, _, digest = page.boxes[desk.rx.reference].partition(":")
    return Reviewed(
        user=desk.user,
        patient_id=desk.patient.pk,
        marked={reference: digest},
        generation=generation,
    )


class Meanwhile:
    """Something is committed just before the portal reads the signing state for the nth time.

    Once when the PIN is about to be compared, then at the start of each transaction.
    """

    def __init__(self, reading: int, happens) -> None:
        self._left, self._happens = reading, happens

    def __call__(self, execute, sql, params, many, context):
        if sql.startswith("SELECT") and 'FROM "accounts_signingstate"' in sql:
            self._left -= 1
            if self._left == 0:
                self._happens()
        return execute(sql, params, many, context)


def sign_while(desk, happens, *, reading: int, generation: int = 0) -> None:
    SigningState.objects.create(user=desk.user)
    review, otp = reviewed(desk, generation=generation), desk.fob.press()
    with connection.execute_wrapper(Meanwhile(reading, happens)):
        sign(reviewed=review, secret=signing.PIN, offered=by_token(otp), at=timezone.now())


def report(desk) -> None:
    at = timezone.now()
    CompromiseReport.objects.create(
        user=desk.user,
        what="hard-token",
        circumstance="stolen",
        discovered_at=at,
        reported_at=at,
    )


def disown(desk) -> None:
    """Somebody presses "This wasn't me"."""
    at = timezone.now()
    notice = notices.note(desk.user, SecurityNotice.Change.PHONE_ADDED, at=at)
    Hold.objects.create(user=desk.user, notice=notice, placed_at=at)


def became(status: str) -> None:
    """What a page of the same person does: no change leaves a mark standing."""
    Prescription.objects.update(status=status, **UNMARKED)


@pytest.mark.parametrize(
    ("happens", "refusal"),
    [
        (report, SigningNotAllowed),
        (disown, SigningNotAllowed),
        (lambda _desk: became("canceled"), PrescriptionChanged),
        (lambda _desk: became("draft"), PrescriptionChanged),
    ],
    ids=["reported", "disowned", "discarded", "mark taken back"],
)
def test_what_happens_after_the_password_was_spent_still_counts(desk, happens, refusal):
    with pytest.raises(refusal):
        sign_while(desk, lambda: happens(desk), reading=3)

    assert not Signature.objects.exists()
    assert HardToken.objects.get().next_factor == 1


def test_a_pin_that_changes_while_the_old_one_is_compared_signs_nothing(desk):
    """Also for a page that claims to be newer than the change."""
    with pytest.raises(CeremonyVoid):
        sign_while(desk, lambda: SigningState.objects.update(generation=1), reading=2, generation=1)

    assert not Signature.objects.exists()
    assert HardToken.objects.get().next_factor == 0


def test_a_page_that_claims_a_later_generation_signs_nothing(desk):
    """The number on the page is the browser's word; the portal reads its own."""
    with pytest.raises(CeremonyVoid):
        sign(
            reviewed=reviewed(desk, generation=1),
            secret=signing.PIN,
            offered=by_token(desk.fob.press()),
            at=timezone.now(),
        )
    assert not Signature.objects.exists()


def test_a_drug_that_was_rescheduled_meanwhile_is_not_signed(desk):
    drug = desk.rx.drug
    drug.schedule = "III"
    drug.save()

    response = desk.sign()

    assert "no longer keeps the rules for its medication" in read(response)
    assert not Signature.objects.exists()


def test_refills_that_are_no_longer_allowed_are_not_signed(desk):
    Prescription.objects.update(refills=1)

    response = desk.sign()

    assert "no longer keeps the rules for its medication" in read(response)


def test_a_unit_that_the_catalogue_no_longer_takes_is_not_signed(desk):
    drug = desk.rx.drug
    drug.form = "oral solution"
    drug.save()

    response = desk.sign()

    assert "no longer keeps the rules for its medication" in read(response)
    assert not Signature.objects.exists()


def test_access_given_at_another_practice_does_not_count_here(desk):
    membership = desk.user.membership
    membership.practice = factories.a_practice()
    membership.save()
    desk.user.refresh_from_db()
    review = Reviewed(user=desk.user, patient_id=desk.patient.pk, marked={}, generation=0)

    with pytest.raises(SigningNotAllowed):
        sign(
            reviewed=review,
            secret=signing.PIN,
            offered=by_token(desk.fob.press()),
            at=timezone.now(),
        )


def test_a_chart_of_the_practice_before_is_not_found(desk):
    membership = desk.user.membership
    membership.practice = factories.a_practice()
    membership.save()

    assert desk.client.get(f"/rx/compose/?rx={desk.rx.reference}").status_code == 404
    assert desk.rx.medication not in read(desk.client.get("/queue/"))
    assert desk.client.get(signing.address(desk.patient)).status_code == 404


def test_a_pin_is_not_even_compared_without_a_permit(desk):
    for pin in (signing.PIN, "6174"):
        with pytest.raises(PinNotPermitted):
            reset_pin(user=desk.user, pin=pin, session_key="another", at=timezone.now())

    kind = KnowledgeFactor.Kind.PIN
    assert knowledge.check(user=desk.user, kind=kind, secret=signing.PIN).known == "right"
