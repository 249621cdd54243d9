"""What agents type about orders."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from billing.models import TokenOrder
from epcs_portal.forms import PortalForm
from tokens.forms import SerialField

_TRACKING = re.compile(r"[A-Z0-9]{6,40}")
_BLANKS = re.compile(r"[\s-]")


class PackForm(PortalForm):
    """Typed, or read by a scanner, which ends with Enter."""

    serial = SerialField(
        label="Token Serial Number", help_text="Scan the token, or type what is on its back."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["serial"].widget.attrs["autofocus"] = ""


class ShipForm(PortalForm):
    carrier = forms.ChoiceField(
        label="Carrier",
        choices=[("", "Select"), *TokenOrder.Carrier.choices],
        error_messages={"required": "Select the carrier."},
    )
    tracking_number = forms.CharField(
        label="Tracking number",
        max_length=80,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters"}),
        error_messages={"required": "Enter the tracking number."},
    )

    def clean_tracking_number(self) -> str:
        typed: str = _BLANKS.sub("", self.cleaned_data["tracking_number"]).upper()
        if not _TRACKING.fullmatch(typed):
            raise ValidationError("A tracking number has 6 to 40 letters and digits.")
        return typed
