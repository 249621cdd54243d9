"""Review and sign: with both factors it is signed, once, and what was shown is what is signed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from epcs_portal.audit.models import AuditEvent
from prescriptions import record
from prescriptions.ceremony import Reviewed
from prescriptions.flows.sign import sign
from prescriptions.models import Prescription, Signature
from prescriptions.refusals import PrescriptionChanged
from tests import factories, pages
from tests.prescriptions import signing
from tests.prescriptions.signing import by_token
from tests.tokens.reading import read


def events() -> list[str]:
    return list(AuditEvent.objects.order_by("sequence").values_list("event", flat=True))


def test_a_prescription_marked_ready_is_signed_with_pin_and_token(desk):
    page = desk.open()

    response = desk.send(page, pin=signing.PIN, otp=desk.fob.press())

    assert response.status_code == 302
    assert response.url.startswith(reverse("rx_detail", args=[desk.rx.reference]))
    desk.rx.refresh_from_db()
    assert desk.rx.status == Prescription.Status.SIGNED
    assert desk.rx.ready_by == desk.user
    assert events()[-3:] == ["prescription.ready", "signing.proven", "prescription.signed"]


def test_nothing_is_ticked_on_arrival(desk):
    page = desk.open()

    assert set(page.boxes) == {desk.rx.reference}
    assert page.ticked == set()


def test_the_page_shows_all_that_the_law_wants_shown_above_the_factors(desk):
    text = read(desk.open().response)

    for fact in (
        "Jordan Ellis",
        "31 Elm Court, Burlington, VT 05401",
        "Sam Nguyen, NP",
        "48 Lake Street, Suite 200, Burlington, VT 05401",
        str(desk.rx.dea_registration),
        "Lisdexamfetamine dimesylate 30 mg oral capsule",
        "30 (thirty) capsules",
        "Take 1 capsule by mouth every morning.",
        "Date of issue",
        "Refills",
        "Harbor Street Pharmacy, 210 Harbor St, Burlington, VT 05401",
        record.DECLARATION,
        "Sign controlled substance prescriptions",
    ):
        assert fact in text
    assert text.index("Jordan Ellis") < text.index(record.DECLARATION) < text.index("EPCS PIN")


def test_the_record_holds_what_was_shown_and_how_it_was_signed(desk):
    desk.sign()

    fields = record.read(Signature.objects.get().record)

    assert fields["prescription"]["directions"] == "Take 1 capsule by mouth every morning."
    assert fields["prescription"]["patient"]["address"] == "31 Elm Court, Burlington, VT 05401"
    assert fields["prescription"]["prescriber"]["dea_number"] == str(desk.rx.dea_registration)
    assert fields["declaration"] == record.DECLARATION
    assert fields["signed_by_prescriber"] is True
    assert fields["factors"] == {
        "knowledge": "EPCS PIN",
        "possession": f"hard token {desk.fob.serial}",
    }


def test_the_result_page_reads_the_record_and_not_the_rows(desk):
    response = desk.sign()
    desk.patient.last_name = "Somebody-Else"
    desk.patient.save()

    text = read(desk.client.get(response.url))

    assert "1 prescription for Jordan Ellis is signed" in text
    assert f"EPCS PIN and hard token {desk.fob.serial}" in text
    assert "Verified just now" in text
    assert "Copy only – not valid for dispensing." in text
    assert "nothing was sent to a pharmacy" in text


def test_several_prescriptions_of_one_patient_are_signed_together_each_by_its_own_mark(desk):
    second = factories.a_prescription(desk.user, desk.patient, quantity=60)
    third = factories.a_prescription(desk.user, desk.patient, quantity=90)
    page = desk.open()
    marked = [page.boxes[desk.rx.reference], page.boxes[second.reference]]

    response = desk.send(page, ready=marked, pin=signing.PIN, otp=desk.fob.press())

    assert "2 prescriptions for Jordan Ellis are signed" in read(desk.client.get(response.url))
    assert Signature.objects.values("ceremony").distinct().count() == 1
    third.refresh_from_db()
    assert third.status == Prescription.Status.DRAFT


def test_nothing_marked_is_said_and_costs_nothing(desk):
    page = desk.open()
    otp = desk.fob.press()

    response = desk.send(page, ready=[], pin=signing.PIN, otp=otp)

    assert "Mark at least one prescription as ready to sign." in read(response)
    assert desk.sign(otp=otp).status_code == 302


def test_a_missing_factor_keeps_the_ticks(desk):
    page = desk.open()

    response = desk.send(page, pin="", otp="")

    assert "Enter your EPCS PIN." in read(response)
    assert signing.read(response).ticked == {desk.rx.reference}


def test_a_second_click_shows_the_first_result(desk):
    page = desk.open()
    factors = {"pin": signing.PIN, "otp": desk.fob.press()}
    first = desk.send(page, **factors)

    second = desk.send(page, **factors)

    assert second.status_code == 302
    assert second.url == first.url
    assert Signature.objects.count() == 1


def test_a_change_after_the_page_was_opened_costs_no_password(desk):
    page, otp = desk.open(), desk.fob.press()
    Prescription.objects.filter(pk=desk.rx.pk).update(quantity=31)

    response = desk.send(page, pin=signing.PIN, otp=otp)

    assert "This prescription changed after you opened it." in read(response)
    assert "31 (thirty-one) capsules" in read(response)
    assert signing.read(response).ticked == set()
    assert not Signature.objects.exists()
    assert events()[-1] == "prescription.changed_meanwhile"
    assert desk.sign(otp=otp).status_code == 302


def test_what_was_shown_yesterday_is_reviewed_again_today(desk):
    page, tomorrow = desk.open(), timezone.now() + timedelta(days=1)
    reference, _, digest = page.boxes[desk.rx.reference].partition(":")
    reviewed = Reviewed(
        user=desk.user, patient_id=desk.patient.pk, marked={reference: digest}, generation=0
    )

    with pytest.raises(PrescriptionChanged):
        sign(reviewed=reviewed, secret=signing.PIN, offered=by_token(desk.fob.press()), at=tomorrow)


def test_a_tick_taken_back_takes_the_mark_back(desk):
    second = factories.a_prescription(desk.user, desk.patient, quantity=60)
    page = desk.open()
    desk.send(page, pin=signing.WRONG_PIN, otp=desk.fob.press())
    page = desk.open()
    assert page.ticked == {desk.rx.reference, second.reference}

    desk.send(page, ready=[page.boxes[desk.rx.reference]], pin=signing.PIN, otp=desk.fob.press())

    second.refresh_from_db()
    assert second.status == Prescription.Status.DRAFT
    assert "prescription.ready_cleared" in events()


def test_a_step_up_a_moment_ago_does_not_count(desk):
    pages.submit(desk.client, "/epcs/verify/token/", otp=desk.fob.press())
    page = desk.open()

    response = desk.send(page, pin=signing.PIN, otp="")

    assert "Enter the 6-digit code." in read(response)
    assert not Signature.objects.exists()


@pytest.mark.parametrize("patient", ["", "no-uuid", "00000000-0000-0000-0000-000000000000"])
def test_no_such_patient_is_not_found(desk, patient):
    assert desk.client.get(f"/rx/sign/?patient={patient}").status_code == 404
