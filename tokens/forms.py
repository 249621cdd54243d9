"""Shapes of what people type about tokens. Secrets are checked in flows, never here."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from epcs_portal.forms import OtpField, PortalForm
from tokens.refusals import SAME_TWICE
from tokens.serials import LENGTH, is_serial, plain_serial

FIRST_MISSING = {"required": "Enter One-Time Password 1."}
SECOND_MISSING = {"required": "Enter One-Time Password 2."}


class SerialField(forms.CharField):
    """The serial number on a hard token's back, as OATH token identifiers are written."""

    def __init__(self, **kwargs: Any) -> None:
        attributes = {
            "autocomplete": "off",
            "autocapitalize": "characters",
            "spellcheck": "false",
            "class": "serial",
        }
        kwargs.setdefault("error_messages", {"required": "Enter the Token Serial Number."})
        super().__init__(widget=forms.TextInput(attributes), max_length=64, **kwargs)

    def to_python(self, value: Any) -> str:
        return plain_serial(str(super().to_python(value)))

    def validate(self, value: str) -> None:
        super().validate(value)
        if len(value) != LENGTH:
            raise ValidationError(
                f"The Token Serial Number has {len(value)} characters but needs {LENGTH}. "
                "Check the back of the token, for example GALH12345678."
            )
        if not is_serial(value):
            raise ValidationError(
                "The Token Serial Number starts with 4 letters or digits and ends with 8 digits. "
                "Check the back of the token, for example GALH12345678."
            )


class PairForm(PortalForm):
    """Two one-time passwords in a row."""

    otp1 = OtpField(
        label="One-Time Password 1",
        error_messages=FIRST_MISSING,
        help_text="Press the button on the token and enter the 6 digits.",
    )
    otp2 = OtpField(
        label="One-Time Password 2",
        error_messages=SECOND_MISSING,
        help_text=(
            "Wait for the screen to go dark, press the button again and enter the new 6 digits."
        ),
    )

    def clean(self) -> dict[str, Any]:
        if "otp1" in self.cleaned_data and self.cleaned_data["otp1"] == self.cleaned_data.get(
            "otp2"
        ):
            self.add_error("otp2", SAME_TWICE)
            self.forget_passwords()
        return self.cleaned_data


class EnrollmentForm(PairForm):
    """Serial number and two one-time passwords."""

    serial = SerialField(
        label="Token Serial Number",
        help_text=(
            "The largest identifier on the back of the token: letters and numbers, "
            "for example GALH12345678."
        ),
    )
    otp1 = OtpField(
        label="One-Time Password 1",
        error_messages=FIRST_MISSING,
        help_text="Press the button on the front of the token and enter the 6 digits.",
    )
    otp2 = OtpField(
        label="One-Time Password 2",
        error_messages=SECOND_MISSING,
        help_text=(
            "Wait for the numbers to disappear (about 30 seconds), press the button again "
            "and enter the new 6 digits."
        ),
    )
    field_order: Any = ["serial", "otp1", "otp2"]


class OtpForm(PortalForm):
    """One password of the hard token."""

    otp = OtpField(label="One-time password", help_text="The 6 digits on your hardware token.")
