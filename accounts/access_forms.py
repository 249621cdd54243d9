"""Shapes of what is typed about access to sign. The flow decides; a form only says it early."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.access_changes import GrantEntry, RevokeEntry
from accounts.forms import TwoFactorForm
from accounts.models import AccessChange
from epcs_portal.forms import PortalForm

DAY = {"type": "date"}
CHECKED_MISSING = "Enter the day on which you checked it."


class PastDayField(forms.DateField):
    """A day up to today, as it is at the practice; ``since``: how long ago at most."""

    def __init__(self, *, missing: str, since: timedelta, **kwargs: Any) -> None:
        self.since = since
        messages = {"required": missing, "invalid": "Enter a day, like 2026-11-26."}
        widget = forms.DateInput(DAY, format="%Y-%m-%d")
        super().__init__(widget=widget, error_messages=messages, **kwargs)

    def clean(self, value: Any) -> Any:
        day: date | None = super().clean(value)
        if day is not None and day > timezone.localdate():
            raise ValidationError("This day has not come yet. Enter today or an earlier day.")
        if day is not None and day < timezone.localdate() - self.since:
            days = self.since.days
            raise ValidationError(f"This is more than {days} days ago. Enter a day after that.")
        return day


class GrantForm(PortalForm):
    """What was checked before access is given: 21 CFR 1311.125(b)."""

    dea_source = forms.CharField(
        label="How you checked the DEA registration",
        max_length=100,
        help_text="Current and in good standing. For example: DEA Registration Validation, online.",
        error_messages={"required": "Say how you checked the DEA registration."},
    )
    state_source = forms.CharField(
        label="How you checked the State license",
        max_length=100,
        help_text="State, license number and where you looked it up.",
        error_messages={"required": "Say how you checked the State license."},
    )
    checked_on = PastDayField(
        label="Checked on",
        missing=CHECKED_MISSING,
        since=settings.CHECK_IS_GOOD_FOR,
    )

    @property
    def entry(self) -> GrantEntry:
        return GrantEntry(**self.cleaned_data)


class RevokeForm(PortalForm):
    """Why access ends, and since when that is known: 21 CFR 1311.125(d)."""

    reason = forms.ChoiceField(
        label="Reason",
        choices=AccessChange.Reason.choices,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(["required", "invalid_choice"], "Select the reason."),
    )
    discovered_on = PastDayField(
        label="Day it became known",
        missing="Enter the day it became known.",
        since=settings.KNOWN_SINCE,
        help_text="Access has to end on the same day.",
    )

    @property
    def entry(self) -> RevokeEntry:
        typed = self.cleaned_data
        reason = AccessChange.Reason(typed["reason"])
        return RevokeEntry(reason=reason, discovered_on=typed["discovered_on"])


class ApproveForm(TwoFactorForm):
    """Both factors, and the digest of the change that was shown beside them."""

    digest = forms.CharField(widget=forms.HiddenInput, required=False)
    field_order: Any = ["digest", "pin", "password", "source", "otp", "approval"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["otp"].label = "One-Time Password"

    def clean_digest(self) -> str:
        typed: str = self.cleaned_data["digest"]
        return typed if re.fullmatch(r"[0-9a-f]{64}", typed) else ""


class EmptyForm(PortalForm):
    """A button alone."""


class DesignationForm(TwoFactorForm):
    """Whom a registrant names to manage access, or takes from that, with both factors."""

    person = forms.ChoiceField(
        label="Person",
        error_messages=dict.fromkeys(["required", "invalid_choice"], "Select a person."),
    )
    field_order: Any = ["person", "pin", "password", "source", "otp", "approval"]

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["person"]
        field.choices = [("", "Select a person"), *people]
