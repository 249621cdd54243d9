"""What support records of an identity proofing."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator

from epcs_portal.forms import PortalForm
from tokens.phone_forms import PhoneField

SIMULATED = "Simulated credential service provider"
WORDS = RegexValidator(
    r"\A[A-Za-z0-9][A-Za-z0-9 .,&'()/-]*\Z", "Use letters, digits, blanks and . , & ' ( ) / - only."
)
REFERENCE = RegexValidator(
    r"\A[A-Za-z0-9][A-Za-z0-9./:_-]*\Z", "Use letters, digits and . / : _ - only."
)
CHANNELS = [("email", "Email of record"), ("post", "Letter to the practice")]


class ProofingForm(PortalForm):
    """``completed_on``: of which day the provider's answer is. ``today``: at the practice."""

    provider = forms.CharField(
        label="Credential service provider",
        max_length=100,
        validators=[WORDS],
        error_messages={"required": "Enter who proofed the prescriber."},
    )
    level = forms.CharField(
        label="Assurance level",
        max_length=40,
        initial="IAL2",
        validators=[WORDS],
        error_messages={"required": "Enter the level, for example IAL2."},
    )
    reference = forms.CharField(
        label="Reference of the provider",
        max_length=100,
        validators=[REFERENCE],
        help_text="The number of the transaction. Never a PIN, password or code.",
        error_messages={"required": "Enter the reference."},
    )
    completed_on = forms.DateField(
        label="Completed on",
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Enter the day.", "invalid": "Enter a day."},
    )
    phone = PhoneField(
        label="Proofed phone",
        help_text="The number that was proofed as the prescriber's own. One code goes there.",
    )
    channel = forms.ChoiceField(
        label="How does the other code go?",
        choices=CHANNELS,
        initial="email",
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(
            ["required", "invalid_choice"], "Choose the email or the letter."
        ),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["phone"].widget.attrs["autocomplete"] = "off"
        if settings.DEMO:
            self.fields["provider"].initial = SIMULATED
            self.fields["provider"].help_text = "Simulated: this demo asks no provider."

    def clean_completed_on(self) -> date:
        day: date = self.cleaned_data["completed_on"]
        oldest = settings.PROOFING_OLDEST
        if not self.today - oldest <= day <= self.today:
            raise ValidationError(
                f"Enter a day within the last {oldest.days} days, today included."
            )
        return day
