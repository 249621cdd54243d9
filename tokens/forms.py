"""Shapes of what people type about tokens. Secrets are checked in flows, never here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from epcs_portal.forms import OtpField, PortalForm
from tokens.models import OathToken, SoftToken
from tokens.possession import MOBILE, PUSH, TOKEN, Offered
from tokens.refusals import SAME_TWICE
from tokens.serials import LENGTH, is_serial, plain_serial

APP = settings.SOFT_TOKEN_APP
SOURCE_LABELS = {TOKEN: "Hardware Token", MOBILE: f"Mobile ID ({APP})"}
SOURCE_HELPS = {TOKEN: "on your hardware token", MOBILE: f"in {APP} or Mobile ID"}
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


class MobileCodeForm(PortalForm):
    """One code of Mobile ID, or of the authenticator app that has its seed."""

    otp = OtpField(
        label="Mobile ID code",
        help_text=f"The 6 digits shown for EPCS Portal in {APP}, or in Mobile ID.",
    )


class ApprovalForm(PortalForm):
    """The button alone: the phone has answered, or has it? ``approval``: the request."""

    approval = forms.UUIDField(widget=forms.HiddenInput)


class AnyTokenForm(PortalForm):
    """A one-time password, and of which token, for who has two. ``tokens``: what the person has."""

    source = forms.ChoiceField(
        label="One-time password from",
        widget=forms.RadioSelect,
        required=False,
        error_messages=dict.fromkeys(
            ["required", "invalid_choice"], "Choose where the one-time password comes from."
        ),
    )
    otp = OtpField(label="One-time password")
    approval = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, tokens: Sequence[OathToken] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["source"]
        field.choices = list(SOURCE_LABELS.items())
        field.initial, self.sources = TOKEN, list(SOURCE_LABELS)
        if tokens is not None:
            self.offer(tokens)

    def offer(self, tokens: Sequence[OathToken]) -> None:
        """Show these to choose from. With one there is no choice: the page names it."""
        field: Any = self.fields["source"]
        self.sources = [MOBILE if isinstance(token, SoftToken) else TOKEN for token in tokens]
        field.choices = [(source, SOURCE_LABELS[source]) for source in self.sources]
        field.required = self.has_choice
        field.initial = next(iter(self.sources), TOKEN)
        helps = [SOURCE_HELPS[source] for source in self.sources]
        self.fields["otp"].help_text = f"The 6 digits {', or '.join(helps)}."

    @property
    def has_choice(self) -> bool:
        return len(self.sources) > 1

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("approval"):
            # The phone answered: there is no password to enter.
            for name in {"otp", "source"} & set(self.errors):
                del self.errors[name]
        return self.cleaned_data

    def offered(self, session_key: str) -> Offered:
        """Return what was entered, or the request that was approved."""
        typed = self.cleaned_data
        request = typed.get("approval")
        source = PUSH if request else typed.get("source") or self.fields["source"].initial
        otp = typed.get("otp", "")
        return Offered(source=source, otp=otp, request=request, session_key=session_key)
