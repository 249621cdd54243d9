"""Compose Rx: the patient first, then a draft that waits in the Rx Queue."""

from __future__ import annotations

import secrets
from datetime import timedelta

import pytest
from django.utils import timezone

from epcs_portal.audit.models import AuditEvent
from prescriptions.flows.compose import compose
from prescriptions.models import Prescription
from prescriptions.rules import (
    DrugNotControlled,
    FillDatePassed,
    NotAuthorizedToday,
    UnitDoesNotFit,
    all_broken,
)
from tests import factories
from tests.pages import form_key_on
from tests.prescriptions.composing import (
    a_benzodiazepine,
    last_event,
    send,
    today,
    typed,
    writing,
    written,
)
from tests.tokens.reading import read


def test_the_patient_is_chosen_first(client, signer, patient):
    page = client.get("/rx/compose/")

    assert "Who is the prescription for?" in read(page)
    assert f'href="/rx/compose/?patient={patient.pk}"' in page.text


def test_what_was_written_waits_as_a_draft_with_a_copy_of_the_catalogue(client, signer, patient):
    send(client, writing(patient), save="1")

    rx = Prescription.objects.get()
    assert (rx.patient, rx.prescriber, rx.composed_by) == (patient, signer.prescriber, signer)
    assert (rx.quantity, rx.unit, rx.days_supply, rx.refills) == (30, "capsule", 30, 0)
    assert (rx.status, rx.ready_digest) == ("draft", "")
    assert rx.medication == "Lisdexamfetamine dimesylate 30 mg oral capsule"
    assert rx.schedule == "II"
    assert rx.dea_registration == signer.prescriber.dea_registrations.get()


def test_composing_is_on_the_trail(client, signer, patient):
    send(client, writing(patient))

    event = last_event(signer)
    assert event.event == "prescription.composed"
    assert event.subject == f"prescription {Prescription.objects.get().reference}"
    assert event.actor_id == signer.pk


def test_save_leads_to_the_queue_with_a_note_and_sign_to_the_signing_page(client, signer, patient):
    saved = send(client, writing(patient), save="1")
    queue = read(client.get(saved.url))
    signing = send(client, writing(patient))

    assert saved.url.startswith("/queue/?done=")
    assert "Saved to Rx Queue" in queue
    assert signing.url.startswith(f"/rx/sign/?patient={patient.pk}&done=")


def test_a_second_click_composes_one_and_gets_the_same_answer(client, signer, patient):
    page = writing(patient)
    form = {"form_key": form_key_on(client, page), **typed()}

    answers = [client.post(page, form).url, client.post(page, form | {"save": "1"}).url]

    assert answers[0] == answers[1]
    assert Prescription.objects.count() == 1


def test_a_post_from_another_site_composes_nothing(client, signer, patient):
    client.handler.enforce_csrf_checks = True

    answer = client.post(writing(patient), typed())

    assert answer.status_code == 403
    assert not Prescription.objects.exists()


def test_a_form_without_its_key_composes_nothing_and_keeps_what_was_typed(client, signer, patient):
    answer = client.post(writing(patient), typed(directions="Take 1 by mouth at noon."))

    assert "nothing was done" in read(answer)
    assert "Take 1 by mouth at noon." in read(answer)
    assert not Prescription.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("drug", "", "Select a medication."),
        ("drug", "999999", "Select a medication."),
        ("drug", "９" * 40, "Select a medication."),
        ("drug", "1\x00", "Null characters are not allowed."),
        ("quantity", "", "Enter the quantity."),
        ("quantity", "0", "Enter the quantity in digits, from 1 to 9999."),
        ("quantity", "10000", "Enter the quantity in digits, from 1 to 9999."),
        ("quantity", "-3", "Enter the quantity in digits, from 1 to 9999."),
        ("quantity", "2.5", "Enter the quantity in digits, from 1 to 9999."),
        ("quantity", "1,000", "Enter the quantity in digits, from 1 to 9999."),
        ("quantity", "thirty", "Enter the quantity in digits, from 1 to 9999."),
        ("quantity", "３０", "Enter the quantity in digits, from 1 to 9999."),
        ("quantity", "٣٠", "Enter the quantity in digits, from 1 to 9999."),
        ("quantity", "9" * 5000, "Enter the quantity in digits, from 1 to 9999."),
        ("unit", "", "Select a unit."),
        ("unit", "bottle", "Select a unit."),
        ("unit", "tablet", "as oral capsule. Select the unit Capsule"),
        ("days_supply", "", "Enter the days' supply."),
        ("days_supply", "0", "Enter the days' supply in digits, from 1 to 180."),
        ("days_supply", "181", "Enter the days' supply in digits, from 1 to 180."),
        ("directions", "", "Enter the directions for use."),
        ("directions", " \r\n ", "Enter the directions for use."),
        ("directions", "x" * 1001, "The directions have 1001 characters."),
        ("directions", "Take \u202e1 capsule", "a character that can't be printed"),
        ("directions", "Take \x07 1 capsule", "a character that can't be printed"),
        ("directions", "Take \x00 1 capsule", "a character that can't be printed"),
        ("refills", "", "Enter the refills, 0 if there are none."),
        ("refills", "none", "Enter the refills in digits, 0 if there are none."),
        ("refills", "100", "Enter the refills in digits, 0 if there are none."),
        ("refills", "1", "Schedule II prescriptions cannot be refilled. Enter 0"),
        ("earliest_fill_date", "tomorrow", "Enter the date as MM/DD/YYYY"),
        ("earliest_fill_date", "2026-12-24", "Enter the date as MM/DD/YYYY"),
        ("earliest_fill_date", "02/30/2026", "Enter the date as MM/DD/YYYY"),
        ("earliest_fill_date", "00/10/2026", "Enter the date as MM/DD/YYYY"),
        ("earliest_fill_date", "٠١/٠١/٢٠٢٧", "Enter the date as MM/DD/YYYY"),
        ("earliest_fill_date", "01/01/2020", "The earliest fill date has passed."),
        ("pharmacy", "", "Select a pharmacy."),
        ("pharmacy", "999999", "Select a pharmacy."),
    ],
)
def test_a_mistake_is_told_at_its_field_and_nothing_typed_is_lost(
    client, signer, patient, field, value, sentence
):
    answer = send(client, writing(patient), **{field: value})

    form = answer.context["form"]
    assert sentence in form.errors[field][0]
    assert list(form.errors) == [field]
    assert sentence in read(answer)
    assert "<title>Error: " in answer.text
    assert form["directions"].value() == typed(**{field: value})["directions"]
    assert not Prescription.objects.exists()
    assert not AuditEvent.objects.exists()


def test_line_breaks_and_blanks_in_directions_become_one_blank(client, signer, patient):
    send(client, writing(patient), directions=" Take 1 capsule\r\nby mouth \n\n every  morning.\t")

    assert Prescription.objects.get().directions == "Take 1 capsule by mouth every morning."


def test_the_longest_directions_and_the_largest_numbers_are_taken(client, signer, patient):
    send(client, writing(patient), directions="x" * 1000, quantity=" 9999 ", days_supply="180")

    rx = Prescription.objects.get()
    assert (len(rx.directions), rx.quantity, rx.days_supply) == (1000, 9999, 180)


@pytest.mark.parametrize("refills", range(7))
def test_a_schedule_iv_prescription_has_at_most_five_refills(client, signer, patient, refills):
    drug = a_benzodiazepine()

    answer = send(client, writing(patient), drug=drug.pk, unit="tablet", refills=refills)

    assert Prescription.objects.exists() == (refills <= 5)
    assert ("at most 5 refills" in read(answer)) == (refills > 5)


def test_an_earliest_fill_date_is_taken_from_today_on(client, signer, patient):
    day = today()

    send(client, writing(patient), earliest_fill_date=f"{day:%m/%d/%Y}")
    send(client, writing(patient), earliest_fill_date=f"{day.month}/{day.day}/{day.year}")

    dates = Prescription.objects.values_list("earliest_fill_date", flat=True)
    assert list(dates) == [day, day]


def test_an_earliest_fill_date_belongs_to_schedule_ii(client, signer, patient):
    drug, day = a_benzodiazepine(), today() + timedelta(days=30)

    answer = send(client, writing(patient), drug=drug.pk, earliest_fill_date=f"{day:%m/%d/%Y}")

    assert "An earliest fill date belongs to schedule II prescriptions" in read(answer)
    assert not Prescription.objects.exists()


def test_everything_that_breaks_a_rule_is_told_at_once(client, signer, patient):
    answer = send(client, writing(patient), refills="3", earliest_fill_date="1/1/2020", sig="")

    assert list(answer.context["form"].errors) == ["earliest_fill_date", "refills"]


def test_what_is_not_controlled_is_not_offered(client, signer, patient):
    drug = factories.a_drug("Amoxicillin", strength="500 mg", schedule="")
    factories.a_drug()

    page = client.get(writing(patient))
    answer = send(client, writing(patient), drug=drug.pk)

    assert "Lisdexamfetamine dimesylate 30 mg oral capsule (C-II)" in read(page)
    assert "Amoxicillin" not in page.text
    assert "Select a medication." in read(answer)


def test_what_the_registration_does_not_cover_is_refused_at_the_medication(client, signer, patient):
    signer.prescriber.dea_registrations.update(schedules="3N,4,5")

    answer = send(client, writing(patient))

    (sentence,) = answer.context["form"].errors["drug"]
    assert "does not cover schedule 2N" in sentence
    assert not Prescription.objects.exists()


def test_with_one_registration_there_is_nothing_to_choose(client, signer, patient):
    assert "dea_registration" not in client.get(writing(patient)).context["form"].fields


def test_with_two_registrations_one_is_chosen_each_time(client, signer, patient):
    second = factories.a_dea_registration(signer, state="NY")
    page = client.get(writing(patient))

    forgotten = send(client, writing(patient))
    send(client, writing(patient), dea_registration=second.pk)

    assert page.context["form"]["dea_registration"].value() is None
    assert "Select a DEA registration number." in read(forgotten)
    assert Prescription.objects.get().dea_registration == second


@pytest.mark.parametrize("how", ["expired", "ended", "somebody else's"])
def test_a_registration_that_does_not_count_today_cannot_be_chosen(client, signer, patient, how):
    factories.a_dea_registration(signer), factories.a_dea_registration(signer)
    day = today() - timedelta(days=1)
    other = {
        "expired": lambda: factories.a_dea_registration(signer, expires_on=day),
        "ended": lambda: factories.a_dea_registration(signer, status="ended"),
        "somebody else's": lambda: factories.a_dea_registration(factories.a_prescriber()),
    }[how]()

    answer = send(client, writing(patient), dea_registration=other.pk)

    assert "Select a DEA registration number." in read(answer)
    assert not Prescription.objects.exists()


def test_the_registration_counts_on_its_last_day(client, signer, patient):
    signer.prescriber.dea_registrations.update(expires_on=today())

    send(client, writing(patient))

    assert Prescription.objects.exists()


def test_without_a_registration_in_force_there_is_no_form_and_nothing_is_composed(
    client, signer, patient
):
    form = {"form_key": form_key_on(client, writing(patient)), **typed()}
    signer.prescriber.dea_registrations.update(status="ended")

    page, answer = client.get(writing(patient)), client.post(writing(patient), form)

    assert "No DEA registration is in force" in read(page)
    assert "Review and sign" not in page.text
    assert "None of your DEA registrations is in force today." in read(answer)
    assert not Prescription.objects.exists()


def test_who_is_not_registered_composes_nothing(client, db):
    user = factories.a_prescriber(registered=False)
    factories.a_dea_registration(user)
    client.force_login(user)
    page = writing(factories.a_patient(user.practice))

    answers = [client.get("/rx/compose/"), client.get(page), client.post(page, typed())]

    for answer in answers:
        assert "only for providers who have completed EPCS registration" in read(answer)
    assert not Prescription.objects.exists()


def test_the_page_says_whether_one_can_sign(client, signer, patient):
    factories.a_grant(signer)
    before = read(client.get(writing(patient)))
    factories.a_hard_token(signer)
    after = read(client.get(writing(patient)))

    assert "Not ready" in before
    assert "Add a hardware token" in before
    assert "Not ready" not in after


def test_a_practice_with_few_patients_looks_through_them(client, signer, patient):
    assert 'role="search"' not in client.get("/rx/compose/").text


def test_a_practice_with_many_patients_searches_by_the_beginning_of_a_name(client, signer):
    for number in range(11):
        factories.a_patient(signer.practice, last_name=f"Ellis{number}")
    factories.a_patient(signer.practice, first_name="Priya", last_name="Shah")

    page = client.get("/rx/compose/")
    by_last, by_first = client.get("/rx/compose/?q=sha"), client.get("/rx/compose/?q=Priya")
    nobody = client.get("/rx/compose/?q=%25")

    assert 'role="search"' in page.text
    for found in (by_last, by_first):
        assert [each.last_name for each in found.context["patients"]] == ["Shah"]
    assert "No patient has a name that begins with “%”." in read(nobody)
    assert "Show all patients" in nobody.text


def test_more_than_fifty_patients_are_not_shown_at_once(client, signer):
    for number in range(51):
        factories.a_patient(signer.practice, last_name=f"Ellis{number}")

    page = client.get("/rx/compose/")

    assert len(page.context["patients"]) == 50
    assert "The first 50 patients by last name." in read(page)


@pytest.mark.parametrize("name", ["x" * 61, "a\x00"])
def test_what_is_no_name_is_refused_by_the_search(client, signer, patient, name):
    page = client.get("/rx/compose/", {"q": name})

    assert page.context["form"].errors
    assert patient.full_name in read(page)


def test_a_practice_without_patients_is_told_whom_to_ask(client, signer):
    assert "has no patients here yet" in read(client.get("/rx/compose/"))


@pytest.mark.parametrize("query", ["patient=", "patient=1", "patient=%00", "rx=", "rx=RX-1%00"])
def test_an_address_that_names_nobody_is_not_found(client, signer, query):
    assert client.get(f"/rx/compose/?{query}").status_code == 404


def test_a_reference_that_is_taken_is_drawn_again(signer, patient, monkeypatch):
    rx = factories.a_prescription(signer, patient, reference="RX-0001-00002")
    drawn = iter([1, 2, 1, 3])
    monkeypatch.setattr(secrets, "randbelow", lambda _below: next(drawn))

    new = compose(user=signer, patient=patient, written=written(signer), at=timezone.now())

    assert rx.reference == "RX-0001-00002"
    assert new.reference == "RX-0001-00003"


@pytest.mark.parametrize(
    ("refusal", "changes"),
    [
        (FillDatePassed, lambda: {"earliest_fill_date": today() - timedelta(days=1)}),
        (UnitDoesNotFit, lambda: {"unit": "tablet"}),
        (DrugNotControlled, lambda: {"drug": factories.a_drug("Amoxicillin", schedule="")}),
        (
            NotAuthorizedToday,
            lambda: {"dea_registration": factories.a_dea_registration(factories.a_prescriber())},
        ),
    ],
)
def test_the_flow_refuses_what_breaks_a_rule_and_writes_it_down(signer, patient, refusal, changes):
    prescription = written(signer, **changes())

    with pytest.raises(refusal):
        compose(user=signer, patient=patient, written=prescription, at=timezone.now())

    assert not Prescription.objects.exists()
    event = last_event(signer)
    assert (event.event, event.succeeded) == ("prescription.not_composed", False)
    assert refusal.code in event.text


def test_what_is_not_controlled_breaks_no_rule_of_a_schedule(signer):
    found = all_broken(
        drug=factories.a_drug("Amoxicillin", schedule=""),
        unit="tablet",
        refills=11,
        earliest=today() - timedelta(days=1),
        registration=signer.prescriber.dea_registrations.get(),
        by=signer.prescriber,
        on=today(),
    )

    assert [refusal.code for refusal in found] == ["fill-date-passed", "drug-not-controlled"]
