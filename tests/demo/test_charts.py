"""Whom the demo practice treats, and what waits for Maria at the first start."""

from __future__ import annotations

import pytest
from django.utils import timezone

from epcs_portal.demo import seed
from prescriptions.flows.cancel import cancel
from prescriptions.models import Drug, Patient, Pharmacy, Prescription

NAMES = ["Theo Brandt", "Amara Cole", "Jordan Ellis", "Priya Shah"]


def test_there_are_patients_pharmacies_and_a_catalogue(demo):
    patients = Patient.objects.order_by("last_name")
    jordan = patients.get(first_name="Jordan")

    assert [patient.full_name for patient in patients] == NAMES
    assert jordan.birth_date.isoformat() == "2014-04-12"
    assert jordan.full_address == "31 Elm Court, Burlington, VT 05401"
    assert Pharmacy.objects.get(ncpdp_id="9900001").name == "Harbor Street Pharmacy"
    assert Pharmacy.objects.count() == 2
    assert Drug.objects.count() == 48


def test_three_drafts_wait_for_maria_and_none_for_anybody_else(maria):
    drafts = Prescription.objects.order_by("-composed_at").select_related("patient")

    assert [(rx.patient.first_name, rx.drug_name, rx.quantity, rx.refills) for rx in drafts] == [
        ("Jordan", "Lisdexamfetamine dimesylate", 30, 0),
        ("Jordan", "Clonazepam", 15, 1),
        ("Priya", "Methylphenidate HCl ER", 30, 0),
    ]
    assert drafts[0].directions == "Take 1 capsule by mouth every morning."
    assert {rx.prescriber.user for rx in drafts} == {maria}
    assert {rx.status for rx in drafts} == {"draft"}


def test_the_next_start_leaves_what_became_of_them(maria):
    cancel(prescription=Prescription.objects.earliest("composed_at"), at=timezone.now())
    Drug.objects.filter(name="Fentanyl").update(schedule="III")
    before = list(Prescription.objects.order_by("pk").values())

    seed.fill(at=timezone.now())

    assert list(Prescription.objects.order_by("pk").values()) == before
    assert Patient.objects.count() == 4
    assert Drug.objects.get(name="Fentanyl").schedule == "III"


@pytest.mark.parametrize("lost", [Prescription, Patient, Pharmacy, Drug])
def test_a_demo_from_before_gets_what_is_missing(demo, lost):
    for model in (Prescription, Patient, Pharmacy, Drug):
        model.objects.all()._raw_delete("default")
        if model is lost:
            break

    seed.fill(at=timezone.now())

    assert [m.objects.count() for m in (Prescription, Patient, Pharmacy, Drug)] == [3, 4, 2, 48]
