"""Shapes of what is posted from "Review and sign". The factors are checked in the flow."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.forms import TwoFactorForm
from epcs_portal.forms import PortalForm
from prescriptions.references import REFERENCE
from tokens.possession import MOBILE

# 21 CFR 1311.115(a)(3)(b)
NOT_SEPARATE = (
    "The token must be separate from the device you sign on. On a phone, use your hardware token."
)
_MARK = re.compile(rf"({REFERENCE.pattern}):([0-9a-f]{{64}})")


class ReadyField(forms.Field):
    """The ticked boxes: of each prescription its reference, and the digest of what was shown."""

    widget = forms.MultipleHiddenInput  # drawn by the page, one box under each prescription

    def to_python(self, value: Any) -> dict[str, str]:
        marks = [_MARK.fullmatch(mark) for mark in value or []]
        if not all(marks):
            raise ValidationError("Open the page again, then mark what is ready to sign.")
        return {mark[1]: mark[2] for mark in marks if mark}


class MarkedForm(PortalForm):
    """What is marked ready, on which page: enough to ask a phone."""

    ready = ReadyField(
        error_messages={"required": "Mark at least one prescription as ready to sign."}
    )
    ceremony = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    @property
    def marked(self) -> set[str]:
        """Return the boxes that were ticked, as they were posted."""
        return set(self["ready"].data or []) if self.is_bound else set()


class SignForm(MarkedForm, TwoFactorForm):
    """What is marked, and both factors. On a phone Mobile ID is not separate from the computer."""

    field_order: Any = ["ready", "ceremony", "pin", "password", "source", "otp", "approval"]

    def __init__(self, *args: Any, on_phone: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on_phone = on_phone
        self.fields["otp"].label = "One-Time Password"

    def clean(self) -> dict[str, Any]:
        typed = super().clean()
        if self.on_phone and (typed.get("approval") or typed.get("source") == MOBILE):
            self.add_error(None, NOT_SEPARATE)
        return typed
