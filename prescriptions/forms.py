"""Shapes of what is typed to compose a prescription, and the rules it breaks, each at its field."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError

from epcs_portal.forms import PortalForm
from prescriptions import rules, selectors
from prescriptions.fields import (
    ChosenField,
    DirectionsField,
    DrugField,
    FillDateField,
    WholeNumberField,
)
from prescriptions.models import Prescription
from prescriptions.number_words import MOST
from prescriptions.written import Written

if TYPE_CHECKING:
    from accounts.models import Prescriber

LONGEST_SUPPLY = 180  # days; six months, as long as a refillable prescription lasts


class ComposeForm(PortalForm):
    """``dea_registration`` is asked for where more than one of the prescriber's is in force."""

    drug = DrugField(
        selectors.controlled_drugs(),
        label="Medication",
        select="Select a medication",
        help_text="Each with its strength, its form and its schedule.",
    )
    quantity = WholeNumberField(
        label="Quantity",
        least=1,
        most=MOST,
        missing="Enter the quantity.",
        wrong=f"Enter the quantity in digits, from 1 to {MOST}.",
    )
    unit = forms.ChoiceField(
        label="Unit",
        choices=[("", "Select a unit"), *Prescription.Unit.choices],
        error_messages=dict.fromkeys(["required", "invalid_choice"], "Select a unit."),
    )
    days_supply = WholeNumberField(
        label="Days' supply",
        least=1,
        most=LONGEST_SUPPLY,
        missing="Enter the days' supply.",
        wrong=f"Enter the days' supply in digits, from 1 to {LONGEST_SUPPLY}.",
    )
    directions = DirectionsField(
        label="Directions for use (Sig)",
        widget=forms.Textarea({"rows": 2}),
        error_messages={"required": "Enter the directions for use."},
    )
    refills = WholeNumberField(
        label="Refills",
        least=0,
        most=99,  # for anybody; each schedule allows fewer, and says so
        missing="Enter the refills, 0 if there are none.",
        wrong="Enter the refills in digits, 0 if there are none.",
        style="w-4",
        initial=0,
        help_text="Schedule II prescriptions cannot be refilled.",
    )
    earliest_fill_date = FillDateField(
        label="Earliest fill date",
        required=False,
        help_text="MM/DD/YYYY, for schedule II only",
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "class": "w-8"}),
    )
    pharmacy = ChosenField(selectors.pharmacies(), label="Pharmacy", select="Select a pharmacy")

    def __init__(self, *args: Any, prescriber: Prescriber, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.prescriber, self.on = prescriber, on
        in_force = selectors.valid_registrations_of(prescriber, on=on)
        self.registrations = list(in_force)
        if len(self.registrations) > 1:
            self.fields["dea_registration"] = ChosenField(
                in_force,
                label="DEA registration number",
                select="Select a DEA registration number",
            )

    def clean(self) -> None:
        given = self.cleaned_data
        if not self.registrations:
            raise ValidationError(
                "None of your DEA registrations is in force today. "
                "Ask an eRx administrator at your practice to update it."
            )
        if len(self.registrations) == 1:
            given["dea_registration"] = self.registrations[0]
        found = rules.all_broken(
            drug=given.get("drug"),
            unit=given.get("unit"),
            refills=given.get("refills"),
            earliest=given.get("earliest_fill_date"),
            registration=given.get("dea_registration"),
            by=self.prescriber,
            on=self.on,
        )
        for refusal in list(found):
            self.add_error(refusal.field, refusal.sentence)

    def written(self) -> Written:
        return Written(**self.cleaned_data)


class PatientSearchForm(PortalForm):
    q = forms.CharField(
        label="First or last name",
        required=False,
        max_length=60,
        widget=forms.TextInput({"type": "search", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"max_length": "Enter the beginning of one name: 60 characters at most."},
    )
