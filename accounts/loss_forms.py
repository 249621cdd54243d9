"""What people type when something is lost, and when they revoke everything."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone

from epcs_portal.forms import PortalForm
from tokens.models import CompromiseReport

PHRASE = "revoke all credentials"
DATES = ["%m/%d/%Y", "%m/%d/%y", "%Y-%m-%d", "%m-%d-%Y", "%B %d, %Y", "%b %d, %Y"]
TIMES = ["%I:%M %p", "%I:%M%p", "%I %p", "%I%p", "%H:%M", "%H:%M:%S"]
NOT_A_DATE = "Enter the date as month, day and year, for example 03/11/2026."
NOT_A_TIME = "Enter the time as on a clock, for example 9:05 AM."


class WhatField(forms.ChoiceField):
    """What was lost. A second click names what is not there any more, and is no mistake."""

    def valid_value(self, value: str) -> bool:
        return value.partition(":")[0] in CompromiseReport.What.values


class ReportForm(PortalForm):
    """``choices``: value and label of what this person can lose; ``at``: now."""

    what = WhatField(
        label="What is no longer only yours?",
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(
            ["required", "invalid_choice"], "Select what is no longer only yours."
        ),
    )
    happened = forms.ChoiceField(
        label="What happened?",
        choices=[("", "Select what happened"), *CompromiseReport.Circumstance.choices],
        widget=forms.Select({"class": "w-20"}),
        error_messages=dict.fromkeys(["required", "invalid_choice"], "Select what happened."),
    )
    date = forms.DateField(
        label="Date you discovered it",
        help_text="MM/DD/YYYY",
        input_formats=DATES,
        widget=forms.DateInput({"class": "w-8", "autocomplete": "off"}, format="%m/%d/%Y"),
        error_messages=dict.fromkeys(["required", "invalid"], NOT_A_DATE),
    )
    time = forms.TimeField(
        label="Time",
        help_text="Your best estimate",
        input_formats=TIMES,
        widget=forms.TimeInput({"class": "w-8", "autocomplete": "off"}, format="%I:%M %p"),
        error_messages=dict.fromkeys(["required", "invalid"], NOT_A_TIME),
    )
    details = forms.CharField(
        label="Details",
        required=False,
        max_length=500,
        help_text="Do not include patient information.",
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(
        self, *args: Any, choices: Sequence[tuple[str, str]], at: datetime, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.at = at
        field: Any = self.fields["what"]
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        if "date" not in typed or "time" not in typed:
            return typed
        discovered_at = timezone.make_aware(datetime.combine(typed["date"], typed["time"]))
        if discovered_at > self.at:
            is_today = typed["date"] == timezone.localtime(self.at).date()
            sentence = "This is later than now. Enter when you discovered it."
            self.add_error("time" if is_today else "date", sentence)
        return typed | {"discovered_at": discovered_at}


class RevokeForm(PortalForm):
    """A case number and a phrase, so that nobody gets here by two clicks."""

    case = forms.CharField(
        label="Support case number",
        help_text="Support gives you this when you call. It starts with CS.",
        max_length=40,
        widget=forms.TextInput({"autocomplete": "off", "class": "w-12 mono"}),
        error_messages={
            "required": (
                f"Enter the support case number. Call {settings.SUPPORT_PHONE} to get one."
            )
        },
    )
    phrase = forms.CharField(
        label=f"To confirm, type: {PHRASE}",
        help_text="You can copy and paste it.",
        max_length=80,
        widget=forms.TextInput(
            {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
        error_messages={"required": f"To confirm, type {PHRASE}."},
    )

    def clean_case(self) -> str:
        """Return it as it is written down: ``CS-7306-4118``."""
        case = re.sub(r"[^A-Z0-9]", "", str(self.cleaned_data["case"]).upper())
        digits = case.removeprefix("CS")
        return f"CS-{digits[:4]}-{digits[4:]}"[:12]

    def clean_phrase(self) -> str:
        if " ".join(self.cleaned_data["phrase"].lower().split()) != PHRASE:
            raise forms.ValidationError(f"To confirm, type {PHRASE}.")
        return PHRASE
