"""What is committed between the two transactions of a ceremony, or while the PIN is compared."""

from __future__ import annotations

import pytest
from django.utils import timezone

from accounts import knowledge
from accounts.flows.reset_pin import PinNotPermitted, reset_pin
from accounts.models import KnowledgeFactor
from prescriptions.ceremony import Reviewed
from prescriptions.flows.sign import sign
from prescriptions.models import Prescription, Signature
from prescriptions.refusals import CeremonyVoid, SigningNotAllowed
from tests import factories
from tests.prescriptions import signing
from tests.tokens.reading import read


def reviewed(desk, *, generation: int = 0) -> Reviewed:
    page = desk.open()
    reference, _, digest = page.boxes[desk.rx.reference].partition(":")
    return Reviewed(
        user=desk.user, patient=desk.patient, marked={reference: digest}, generation=generation
    )


def test_a_page_that_claims_a_later_generation_signs_nothing(desk):
    """The number on the page is the browser's word; the portal reads its own."""
    with pytest.raises(CeremonyVoid):
        sign(
            reviewed=reviewed(desk, generation=1),
            pin=signing.PIN,
            otp=desk.fob.press(),
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


def test_access_given_at_another_practice_does_not_count_here(desk):
    membership = desk.user.membership
    membership.practice = factories.a_practice()
    membership.save()
    desk.user.refresh_from_db()
    review = Reviewed(user=desk.user, patient=desk.patient, marked={}, generation=0)

    with pytest.raises(SigningNotAllowed):
        sign(reviewed=review, pin=signing.PIN, otp=desk.fob.press(), at=timezone.now())


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
    assert knowledge.check(user=desk.user, kind=kind, secret=signing.PIN) == "right"
