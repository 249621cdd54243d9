"""The Rx Queue: what waits first, then the last seven days."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from prescriptions.models import Prescription
from tests import factories
from tests.pages import submit
from tests.prescriptions.composing import a_benzodiazepine, discarding
from tests.tokens.reading import read
from tests.tokens.test_statements import statements

STATEMENTS = 9
QUEUE = "/queue/"


def rows(client) -> list[dict[str, str]]:
    return client.get(QUEUE).context["rows"]


def backdated(rx: Prescription, **ago: float) -> Prescription:
    at = timezone.now() - timedelta(**ago)
    Prescription.objects.filter(pk=rx.pk).update(composed_at=at, changed_at=at)
    return rx


def test_an_empty_queue_says_so_and_leads_to_compose(client, signer):
    page = client.get(QUEUE)

    assert "Nothing is waiting for your signature" in read(page)
    assert 'href="/rx/compose/"' in page.text


def test_a_draft_can_be_signed_and_changed(client, signer, patient):
    rx = factories.a_prescription(signer, patient)

    page = client.get(QUEUE)

    (row,) = page.context["rows"]
    assert (row["patient"], row["schedule"]) == ("Jordan Ellis", "C-II")
    assert row["medication"] == "Lisdexamfetamine dimesylate 30 mg oral capsule"
    assert (row["status"], row["tone"]) == ("Draft", "info")
    assert row["written"].startswith("Today, ")
    assert f'href="/rx/sign/?patient={patient.pk}"' in page.text
    assert f'href="/rx/compose/?rx={rx.reference}"' in page.text


def test_each_status_has_its_words_and_its_way_on(desk):
    desk.sign()
    discarded = factories.a_prescription(desk.user, desk.patient)
    submit(desk.client, discarding(discarded))
    marked = factories.a_prescription(desk.user, desk.patient)
    marks = {"ready_digest": "d" * 64, "ready_by": desk.user, "ready_at": timezone.now()}
    Prescription.objects.filter(pk=marked.pk).update(status="ready", **marks)

    found = {row["status"]: row for row in rows(desk.client)}

    assert {status: row["tone"] for status, row in found.items()} == {
        "Ready to sign": "ok",
        "Signed": "ok",
        "Canceled": "off",
    }
    assert found["Ready to sign"]["sign_url"]
    assert found["Signed"]["view_url"] == f"/rx/{desk.rx.reference}/"
    assert not {"sign_url", "view_url", "change_url"} & set(found["Canceled"])
    assert "sign_url" not in found["Signed"]


def test_what_waits_comes_first_and_the_newest_of_each(desk):
    old = backdated(factories.a_prescription(desk.user, drug=a_benzodiazepine()), days=40)
    older = backdated(factories.a_prescription(desk.user, drug=a_benzodiazepine()), days=50)
    desk.sign()

    shown = [row.get("change_url", "signed").rpartition("=")[2] for row in rows(desk.client)]

    assert shown == [old.reference, older.reference, "signed"]


@pytest.mark.parametrize(("ago", "is_shown"), [(6.9, True), (7.1, False)])
def test_what_is_over_is_shown_for_seven_days(client, signer, patient, ago, is_shown):
    rx = factories.a_prescription(signer, patient)
    submit(client, discarding(rx))
    backdated(rx, days=ago)

    assert bool(rows(client)) == is_shown


def test_only_ones_own_are_shown(client, signer, patient):
    colleague = factories.a_signer(practice=signer.practice)
    factories.a_prescription(colleague, patient)
    factories.a_prescription(factories.a_signer())

    assert rows(client) == []


def test_who_can_not_sign_is_told_the_one_next_step(client, signer):
    factories.a_grant(signer)

    page = client.get(QUEUE)

    assert "You can't sign yet" in read(page)
    assert 'href="/epcs/token/add/"' in page.text


def test_who_can_sign_reads_no_warning(desk):
    page = desk.client.get(QUEUE)

    assert page.context["warning"] is None
    assert "You can't sign" not in read(page)


def test_who_is_not_registered_is_told_whom_to_ask_and_cannot_compose(client, db):
    client.force_login(factories.a_prescriber(registered=False))

    page = client.get(QUEUE)

    assert "Your EPCS registration is not complete." in read(page)
    assert 'class="btn" href="/rx/compose/"' not in page.text


def test_the_queue_is_only_read(client, signer):
    assert client.post(QUEUE).status_code == 405


def test_a_page_that_is_not_there_leads_a_prescriber_to_the_queue(client, signer):
    assert "Go to Rx Queue" in client.get("/nowhere/").text


def test_the_queue_costs_as_much_with_many_prescriptions(desk):
    desk.client.get(QUEUE)  # the first of a session also notes when it was seen
    few = statements(lambda: desk.client.get(QUEUE))
    for _ in range(20):
        factories.a_prescription(desk.user)

    many = statements(lambda: desk.client.get(QUEUE))

    assert len(few) == STATEMENTS, "\n".join(few)
    assert len(many) == STATEMENTS, "\n".join(many)
