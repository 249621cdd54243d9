"""Shapes of what a prescriber enters to open the own EPCS account."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from accounts.activation import DIGITS, Channel, Part
from epcs_portal.forms import OtpField, PortalForm

_DIGITS_ALONE = re.compile(r"[0-9]+")


class AddressCodeField(OtpField):
    """The code of the email or letter: as a one-time password, and longer."""

    def validate(self, value: str) -> None:
        forms.CharField.validate(self, value)
        length = DIGITS[Part.ADDRESS]
        if not _DIGITS_ALONE.fullmatch(value):
            raise ValidationError(f"The code must be {length} digits, with no letters.")
        if len(value) != length:
            raise ValidationError(f"The code must be {length} digits. You entered {len(value)}.")


class ActivationForm(PortalForm):
    phone_code = OtpField(label="Code from the text message or call")
    address_code = AddressCodeField(
        label="Code from the email or letter",
        error_messages={"required": f"Enter the {DIGITS[Part.ADDRESS]}-digit code."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["address_code"].widget.attrs["autocomplete"] = "off"


class SendForm(PortalForm):
    """The buttons: by which channel a code is asked for."""

    channel = forms.ChoiceField(
        choices=[(each.value, each.label) for each in (Channel.TEXT, Channel.CALL, Channel.EMAIL)],
        error_messages=dict.fromkeys(["required", "invalid_choice"], "Choose how we send it."),
    )


class ActivationForms:
    """The two forms of the page: both codes, and the buttons that ask for one."""

    def __init__(self, posted: QueryDict) -> None:
        is_send = "channel" in posted
        self.codes = ActivationForm(None if is_send else posted or None)
        self.send = SendForm(posted if is_send else None)
        self.sent: PortalForm = self.send if is_send else self.codes

    @property
    def channel(self) -> Channel | None:
        """What was asked for, if the buttons were used."""
        is_asked = self.sent is self.send and self.send.is_valid()
        return Channel(self.send.cleaned_data["channel"]) if is_asked else None

    @property
    def context(self) -> dict[str, PortalForm]:
        return {"codes": self.codes, "form": self.sent}


class AttestationForm(PortalForm):
    attested = forms.BooleanField(
        label="I have read this, and I keep to it",
        error_messages={"required": "Check the box to attest."},
    )
