"""Discarding a prescription that is not signed yet."""

from __future__ import annotations

import pytest
from django.utils import timezone

from epcs_portal.audit.models import AuditEvent
from prescriptions.flows.cancel import cancel
from prescriptions.models import Prescription
from prescriptions.waiting import PrescriptionClosed
from tests import factories
from tests.pages import form_key_on, submit
from tests.prescriptions.composing import changing, discarding, last_event
from tests.tokens.reading import events_of, read


@pytest.fixture
def rx(signer, patient) -> Prescription:
    return factories.a_prescription(signer, patient)


def test_it_takes_a_page_of_its_own_to_discard(client, signer, rx):
    page = client.get(changing(rx))
    asked = client.get(discarding(rx))

    rx.refresh_from_db()
    assert f'href="{discarding(rx)}"' in page.text
    assert "Discard this prescription?" in read(asked)
    assert rx.medication in read(asked)
    assert rx.status == "draft"
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("status", ["draft", "ready"])
def test_what_is_discarded_is_canceled_and_its_row_stays(client, signer, rx, status):
    if status == "ready":
        marks = {"ready_digest": "d" * 64, "ready_by": signer, "ready_at": timezone.now()}
        Prescription.objects.filter(pk=rx.pk).update(status="ready", **marks)

    answer = submit(client, discarding(rx))

    rx.refresh_from_db()
    assert (rx.status, rx.ready_digest, rx.ready_by, rx.ready_at) == ("canceled", "", None, None)
    assert answer.url.startswith("/queue/?done=")
    queue = read(client.get(answer.url))
    assert "Prescription discarded" in queue
    assert rx.reference in queue


def test_discarding_is_on_the_trail(client, signer, rx):
    submit(client, discarding(rx))

    event = last_event(signer)
    assert event.event == "prescription.canceled"
    assert event.subject == f"prescription {rx.reference}"
    assert event.actor_id == signer.pk


def test_it_no_longer_waits_for_a_signature(desk):
    other = factories.a_prescription(desk.user, desk.patient)

    submit(desk.client, discarding(other))

    assert set(desk.open().boxes) == {desk.rx.reference}


def test_a_second_click_discards_once(client, signer, rx):
    form = {"form_key": form_key_on(client, discarding(rx))}

    answers = {client.post(discarding(rx), form).url for _ in range(2)}

    assert len(answers) == 1
    assert events_of(signer) == ["prescription.canceled"]


def test_a_form_without_its_key_discards_nothing(client, signer, rx):
    answers = [client.post(discarding(rx)), client.post(discarding(rx), {"form_key": "forged"})]

    rx.refresh_from_db()
    assert rx.status == "draft"
    assert [answer.status_code for answer in answers] == [200, 200]
    assert "nothing was done" in read(answers[1])


def test_a_post_from_another_site_discards_nothing(client, signer, rx):
    client.handler.enforce_csrf_checks = True

    answer = client.post(discarding(rx), {"form_key": "forged"})

    rx.refresh_from_db()
    assert (answer.status_code, rx.status) == (403, "draft")


def test_what_was_signed_can_not_be_discarded(desk):
    form = {"form_key": form_key_on(desk.client, discarding(desk.rx))}
    desk.sign()

    opened = desk.client.get(discarding(desk.rx))
    answer = desk.client.post(discarding(desk.rx), form)

    desk.rx.refresh_from_db()
    for each in (opened, answer):
        assert "This prescription was signed already, so it can't be discarded." in read(each)
    assert desk.rx.status == "signed"
    event = last_event(desk.user)
    assert (event.event, event.event_class) == ("prescription.not_altered", 2)


def test_discarded_between_the_first_look_and_the_second_it_is_refused(signer, rx):
    seen = Prescription.objects.get(pk=rx.pk)
    cancel(prescription=rx, at=timezone.now())

    with pytest.raises(PrescriptionClosed):
        cancel(prescription=seen, at=timezone.now())

    assert events_of(signer) == ["prescription.canceled", "prescription.not_altered"]
