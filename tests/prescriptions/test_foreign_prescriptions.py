"""Another prescriber's prescription, and another practice's patient, do not exist."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.utils import timezone

from epcs_portal.audit.models import AuditEvent
from prescriptions.models import Prescription
from tests import factories
from tests.pages import form_key_on
from tests.prescriptions.composing import changing, discarding, typed, writing

BY_REFERENCE = {
    "change": changing,
    "discard": discarding,
    "detail": lambda rx: f"/rx/{rx.reference}/",
}
BY_PATIENT = {"compose": writing, "sign": lambda patient: f"/rx/sign/?patient={patient.pk}"}
NEVER_DRAWN = Prescription(reference="RX-0000-00000")


def denied(person) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(event="access.denied", person=person, event_class=1))


def post_to(client, page: str, own: str):
    """With a form key that is right for this page, as far as its own rows go."""
    return client.post(page, {"form_key": form_key_on(client, own), **typed(quantity="99")})


@pytest.fixture(params=["same practice", "another practice"])
def theirs(request, signer) -> Prescription:
    practice = signer.practice if request.param == "same practice" else None
    return factories.a_prescription(factories.a_signer(practice=practice))


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("page", BY_REFERENCE)
def test_another_prescribers_prescription_is_not_found_and_that_is_on_the_trail(
    client, signer, theirs, page, method
):
    before = Prescription.objects.values().get()
    answer = getattr(client, method)(BY_REFERENCE[page](theirs))

    if (page, method) == ("detail", "post"):
        assert answer.status_code == 405
        return
    assert answer.status_code == 404
    (event,) = denied(signer)
    assert theirs.reference not in event.text
    assert Prescription.objects.values().get() == before


@pytest.mark.parametrize("page", ["change", "discard"])
def test_a_right_form_key_does_not_open_anothers_prescription(
    client, signer, patient, theirs, page
):
    mine = factories.a_prescription(signer, patient)
    address = BY_REFERENCE[page]

    answer = post_to(client, address(theirs), own=address(mine))

    assert answer.status_code == 404
    theirs.refresh_from_db()
    assert (theirs.status, theirs.quantity) == ("draft", 30)


@pytest.mark.parametrize("page", BY_REFERENCE)
def test_a_reference_nobody_has_is_not_found_and_not_on_the_trail(client, signer, page):
    assert client.get(BY_REFERENCE[page](NEVER_DRAWN)).status_code == 404
    assert denied(signer) == []


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("page", BY_PATIENT)
def test_a_patient_of_another_practice_is_not_found_and_that_is_on_the_trail(
    client, signer, page, method
):
    theirs = factories.a_patient(factories.a_practice())

    answer = getattr(client, method)(BY_PATIENT[page](theirs), {})

    assert answer.status_code == 404
    (event,) = denied(signer)
    assert str(theirs.pk) not in event.text


def test_a_right_form_key_does_not_compose_for_a_patient_of_another_practice(
    client, signer, patient
):
    theirs = factories.a_patient(factories.a_practice())

    answer = post_to(client, writing(theirs), own=writing(patient))

    assert answer.status_code == 404
    assert not Prescription.objects.exists()


@pytest.mark.parametrize("page", BY_PATIENT)
def test_a_patient_nobody_has_is_not_found_and_not_on_the_trail(client, signer, page):
    nobody = BY_PATIENT[page](type("Nobody", (), {"pk": uuid4()}))

    assert client.get(nobody).status_code == 404
    assert denied(signer) == []


def test_patients_of_another_practice_are_not_listed(client, signer, patient):
    factories.a_patient(factories.a_practice(), last_name="Elsewhere")

    page = client.get("/rx/compose/")
    found = client.get("/rx/compose/?q=Elsewhere")

    assert [each.pk for each in page.context["patients"]] == [patient.pk]
    assert not found.context["patients"]


def test_anothers_registration_cannot_be_written_under(client, signer, patient):
    other = factories.a_signer(practice=signer.practice)
    registration = other.prescriber.dea_registrations.get()

    form = {"form_key": form_key_on(client, writing(patient))}
    client.post(writing(patient), {**form, **typed(dea_registration=registration.pk)})

    rx = Prescription.objects.get()
    assert rx.dea_registration.prescriber == signer.prescriber
    assert rx.composed_at <= timezone.now()
