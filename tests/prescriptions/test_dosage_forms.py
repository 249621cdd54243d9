"""In what a quantity is written follows from the dosage form."""

from __future__ import annotations

import csv

import pytest

from prescriptions.dosage_forms import UNITS, unit_of
from prescriptions.models import Prescription
from tests.parts import ROOT

CATALOGUE = ROOT / "prescriptions" / "drug-catalogue.csv"


@pytest.mark.parametrize(
    ("form", "unit"),
    [
        ("oral tablet", "tablet"),
        ("24-hour extended-release oral capsule", "capsule"),
        ("sublingual film", "film"),
        ("72-hour transdermal system", "patch"),
        ("oral solution", "milliliter"),
        ("film", "film"),
        ("oral powder", None),
        ("", None),
    ],
)
def test_the_unit_of_a_form(form, unit):
    assert unit_of(form) == unit


def test_every_unit_can_be_chosen():
    assert set(UNITS.values()) == set(Prescription.Unit.values)


def test_every_form_of_the_catalogue_is_known():
    with CATALOGUE.open(newline="") as file:
        forms = {row["form"] for row in csv.DictReader(file)}

    assert forms
    assert [form for form in sorted(forms) if unit_of(form) is None] == []
