"""Changing a prescription that is not signed yet."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from epcs_portal.audit.models import AuditEvent
from prescriptions.flows.cancel import cancel
from prescriptions.flows.revise import revise
from prescriptions.models import Drug, Prescription
from prescriptions.rules import RefillsNotAllowed, ScheduleNotCovered
from prescriptions.waiting import PrescriptionClosed
from tests import factories
from tests.pages import form_key_on
from tests.prescriptions import signing
from tests.prescriptions.composing import (
    a_benzodiazepine,
    changing,
    last_event,
    send,
    today,
    typed,
    written,
)
from tests.tokens.reading import events_of, form_key_in, read

CHANGES = {
    "quantity": "31",
    "days_supply": "31",
    "directions": "Take 1 capsule by mouth at noon.",
    "earliest_fill_date": "12/31/2099",
}


@pytest.fixture
def rx(signer, patient) -> Prescription:
    return factories.a_prescription(signer, patient)


@pytest.fixture
def ready(signer, rx) -> Prescription:
    rows = Prescription.objects.filter(pk=rx.pk)
    rows.update(status="ready", ready_digest="d" * 64, ready_by=signer, ready_at=timezone.now())
    return rows.get()


def is_unmarked(rx: Prescription) -> bool:
    rx.refresh_from_db()
    return (rx.status, rx.ready_digest, rx.ready_by, rx.ready_at) == ("draft", "", None, None)


def test_the_form_shows_what_was_written(client, rx):
    Prescription.objects.filter(pk=rx.pk).update(earliest_fill_date="2099-03-01")

    page = client.get(changing(rx))

    form = page.context["form"]
    shown = {name: str(form[name].value()) for name in form.fields}
    assert shown == typed(earliest_fill_date="03/01/2099")
    assert "Discard this prescription" in page.text
    assert "Change patient" not in page.text


def test_a_unit_that_does_not_fit_the_medication_changes_nothing(client, ready):
    answer = send(client, changing(ready), unit="tablet", quantity="31")

    assert "as oral capsule. Select the unit Capsule" in read(answer)
    ready.refresh_from_db()
    assert (ready.status, ready.quantity, ready.unit) == ("ready", 30, "capsule")


@pytest.mark.parametrize("field", CHANGES)
def test_any_change_clears_the_ready_mark(client, ready, field):
    before = Prescription.objects.values().get()

    send(client, changing(ready), **{field: CHANGES[field]})

    assert is_unmarked(ready)
    after = Prescription.objects.values().get()
    changed = {name for name in after if after[name] != before[name]}
    marks = {"status", "ready_digest", "ready_by_id", "ready_at", "changed_at"}
    assert changed == {field, *marks}


def test_another_medication_pharmacy_or_registration_clears_it_too(client, signer, ready):
    drug, second = a_benzodiazepine(), factories.a_dea_registration(signer)
    form = {"drug": drug.pk, "unit": "tablet", "refills": "2", "dea_registration": second.pk}

    send(client, changing(ready), **form)

    assert is_unmarked(ready)
    assert ready.medication == "Clonazepam 0.5 mg oral tablet"
    assert (ready.schedule, ready.refills, ready.dea_registration) == ("IV", 2, second)


def test_the_trail_names_what_changed_and_that_it_was_ready(client, signer, ready):
    send(client, changing(ready), quantity="31", directions="Take 1 at noon.")

    event = last_event(signer)
    assert event.event == "prescription.altered"
    assert event.subject == f"prescription {ready.reference}"
    assert '"changed":"quantity, directions"' in event.text.replace(": ", ":")
    assert '"was_ready":true' in event.text.replace(": ", ":")
    assert "noon" not in event.text


def test_saving_what_it_says_already_changes_nothing_and_keeps_the_mark(client, ready):
    before = Prescription.objects.values().get()

    answer = send(client, changing(ready))

    assert answer.status_code == 302
    assert Prescription.objects.values().get() == before
    assert not AuditEvent.objects.exists()


def test_a_schedule_that_the_catalogue_changed_is_taken_over_when_it_is_saved(client, ready):
    Drug.objects.update(schedule="III")

    send(client, changing(ready))

    assert is_unmarked(ready)
    assert ready.schedule == "III"


def test_save_leads_to_the_queue_and_sign_to_the_signing_page(client, rx, patient):
    saved, signing_page = send(client, changing(rx), save="1"), send(client, changing(rx))

    assert saved.url.startswith("/queue/?done=")
    assert signing_page.url.startswith(f"/rx/sign/?patient={patient.pk}")


def test_a_mistake_changes_nothing_and_loses_nothing(client, ready):
    answer = send(client, changing(ready), quantity="0", directions="Take 1 at noon.")

    ready.refresh_from_db()
    assert (ready.status, ready.quantity) == ("ready", 30)
    assert "Take 1 at noon." in answer.text


def test_a_second_click_changes_once(client, signer, rx):
    form = {"form_key": form_key_on(client, changing(rx)), **typed(quantity="31")}

    answers = {client.post(changing(rx), form).url for _ in range(2)}

    assert len(answers) == 1
    assert events_of(signer) == ["prescription.altered"]


def test_a_registration_that_ended_since_is_replaced_by_the_one_in_force(client, signer, ready):
    ready.dea_registration.__class__.objects.update(status="ended")
    other = factories.a_dea_registration(signer)

    send(client, changing(ready))

    assert is_unmarked(ready)
    assert ready.dea_registration == other


def test_without_a_registration_in_force_it_can_still_be_discarded(client, signer, rx):
    signer.prescriber.dea_registrations.update(expires_on=today() - timedelta(days=1))

    page = client.get(changing(rx))

    assert "No DEA registration is in force" in read(page)
    assert f'href="/rx/{rx.reference}/discard/"' in page.text


def test_what_was_signed_can_not_be_changed(desk):
    page = {"form_key": form_key_on(desk.client, changing(desk.rx)), **typed(quantity="31")}
    desk.sign()

    opened, answer = desk.client.get(changing(desk.rx)), desk.client.post(changing(desk.rx), page)

    desk.rx.refresh_from_db()
    for each in (opened, answer):
        assert "This prescription was signed already, so it can't be changed." in read(each)
        assert "compose a new prescription" in read(each)
    assert (desk.rx.status, desk.rx.quantity) == ("signed", 30)
    event = last_event(desk.user)
    assert (event.event, event.event_class) == ("prescription.not_altered", 2)
    assert "prescription-closed" in event.text


def test_signed_between_the_first_look_and_the_change_it_stands(desk):
    seen = Prescription.objects.select_related("prescriber__user").get(pk=desk.rx.pk)
    assert desk.sign().status_code == 302

    with pytest.raises(PrescriptionClosed):
        revise(prescription=seen, written=written(desk.user, quantity=31), at=timezone.now())

    assert Prescription.objects.get(pk=desk.rx.pk).quantity == 30


def test_what_was_discarded_can_not_be_changed(client, rx):
    cancel(prescription=rx, at=timezone.now())

    page = read(client.get(changing(rx)))

    assert "This prescription was discarded already, so it can't be changed." in page


def test_changing_one_that_was_reviewed_makes_the_review_void(desk):
    page, otp = desk.open(), desk.fob.press()
    send(desk.client, changing(desk.rx), quantity="31")

    answer = desk.send(page, pin=signing.PIN, otp=otp)

    assert "This prescription changed after you opened it." in read(answer)
    assert Prescription.objects.get(pk=desk.rx.pk).status == "draft"


@pytest.mark.parametrize(
    ("refusal", "changes", "schedules"),
    [
        (RefillsNotAllowed, {"refills": 1}, "2,2N"),
        (ScheduleNotCovered, {}, "2,3,3N,4,5"),
    ],
)
def test_the_flow_refuses_what_breaks_a_rule_and_writes_it_down(
    signer, ready, refusal, changes, schedules
):
    signer.prescriber.dea_registrations.update(schedules=schedules)

    with pytest.raises(refusal):
        revise(prescription=ready, written=written(signer, **changes), at=timezone.now())

    ready.refresh_from_db()
    assert (ready.status, ready.refills) == ("ready", 0)
    assert refusal.code in last_event(signer).text


def test_the_form_answers_once_more_after_it_was_refused(client, rx):
    first = send(client, changing(rx), quantity="0")

    again = client.post(changing(rx), {"form_key": form_key_in(first), **typed(quantity="31")})

    assert again.status_code == 302
