"""Shapes of what is typed in the administration of a practice. The flow decides."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts import dea_registrations
from accounts.access_forms import CHECKED_MISSING, DAY, PastDayField
from accounts.flows.renew_dea_registration import ExpiryNotLater, Renewal
from accounts.models import DeaRegistration, Practice
from epcs_portal.forms import PortalForm

_NOT_A_DAY = "Enter a day, like 2027-08-31."


class SearchForm(PortalForm):
    """Bound only to what was typed: without it all prescribers are listed."""

    q = forms.CharField(
        label="Last name",
        help_text="Enter the beginning of the prescriber's last name, or all of it.",
        max_length=100,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
        error_messages={
            "max_length": "Enter at most 100 letters of the name.",
            "null_characters_not_allowed": "Enter letters of the name only.",
        },
    )


class SigningFactorForm(PortalForm):
    signs_with = forms.ChoiceField(
        label="What signing asks for first",
        choices=Practice.SignsWith.choices,
        widget=forms.RadioSelect,
        help_text="Whoever has set both can choose the other one on the signing page.",
        error_messages=dict.fromkeys(
            ["required", "invalid_choice"], "Select what signing asks for first."
        ),
    )

    def clean_signs_with(self) -> Practice.SignsWith:
        return Practice.SignsWith(self.cleaned_data["signs_with"])


class RenewForm(PortalForm):
    """``registration``: the one that was renewed."""

    expires_on = forms.DateField(
        label="New expiry date",
        widget=forms.DateInput(DAY, format="%Y-%m-%d"),
        error_messages={"required": "Enter the new expiry date.", "invalid": _NOT_A_DAY},
    )
    checked_on = PastDayField(
        label="Checked on", missing=CHECKED_MISSING, since=settings.CHECK_IS_GOOD_FOR
    )
    source = forms.CharField(
        label="Where you checked it",
        max_length=100,
        help_text="For example: DEA Registration Validation, online.",
        error_messages={"required": "Say where you checked the registration."},
    )

    def __init__(self, *args: Any, registration: DeaRegistration, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.registration = registration

    def clean_expires_on(self) -> date:
        typed: date = self.cleaned_data["expires_on"]
        today = timezone.localdate()
        earliest, latest = (
            max(self.registration.expires_on, today),
            dea_registrations.latest_expiry(today),
        )
        if not earliest < typed <= latest:
            raise ValidationError(ExpiryNotLater.text)
        return typed

    @property
    def renewal(self) -> Renewal:
        return Renewal(**self.cleaned_data)
