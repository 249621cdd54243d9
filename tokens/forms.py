"""Shapes of what people type about tokens. Secrets are checked in flows, never here."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError

from epcs_portal.forms import OtpField, PortalForm, SerialField


class PairForm(PortalForm):
    """Two one-time passwords in a row."""

    otp1 = OtpField(
        label="One-Time Password 1",
        help_text="Press the button on the token and enter the 6 digits.",
    )
    otp2 = OtpField(
        label="One-Time Password 2",
        help_text=(
            "Wait for the screen to go dark, press the button again and enter the new 6 digits."
        ),
    )

    def clean_otp2(self) -> str:
        second: str = self.cleaned_data["otp2"]
        if second == self.cleaned_data.get("otp1"):
            raise ValidationError(
                "One-Time Password 2 is the same as password 1. Wait for the numbers to "
                "disappear, press the button again and enter the new ones."
            )
        return second


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
        help_text="Press the button on the front of the token and enter the 6 digits.",
    )
    otp2 = OtpField(
        label="One-Time Password 2",
        help_text=(
            "Wait for the numbers to disappear (about 30 seconds), press the button again "
            "and enter the new 6 digits."
        ),
    )
    field_order: Any = ["serial", "otp1", "otp2"]


class OtpForm(PortalForm):
    """One password of the hard token."""

    otp = OtpField(label="One-time password", help_text="The 6 digits on your hardware token.")
