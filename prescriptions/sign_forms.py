"""Shapes of what is posted from "Review and sign". The factors are checked in the flow."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from epcs_portal.forms import OtpField, PinField, PortalForm
from prescriptions.references import REFERENCE

_MARK = re.compile(rf"({REFERENCE.pattern}):([0-9a-f]{{64}})")


class ReadyField(forms.Field):
    """The ticked boxes: of each prescription its reference, and the digest of what was shown."""

    widget = forms.MultipleHiddenInput  # drawn by the page, one box under each prescription

    def to_python(self, value: Any) -> dict[str, str]:
        marks = [_MARK.fullmatch(mark) for mark in value or []]
        if not all(marks):
            raise ValidationError("Open the page again, then mark what is ready to sign.")
        return {mark[1]: mark[2] for mark in marks if mark}


class SignForm(PortalForm):
    ready = ReadyField(
        error_messages={"required": "Mark at least one prescription as ready to sign."}
    )
    ceremony = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    pin = PinField(
        label="EPCS PIN",
        autocomplete="current-password",
        error_messages={"required": "Enter your EPCS PIN."},
    )
    otp = OtpField(
        label="One-Time Password",
        help_text="The 6 digits on your hardware token.",
    )

    @property
    def marked(self) -> set[str]:
        """Return the boxes that were ticked, as they were posted."""
        return set(self["ready"].data or []) if self.is_bound else set()
