"""Shapes of what people type while they add Mobile ID."""

from __future__ import annotations

from django import forms
from django.http import QueryDict

from epcs_portal.forms import PortalForm
from tokens.phone_forms import PhoneField, ResendForm


class MobileIdForm(PortalForm):
    """The smartphone's number, and the e-mail address the person is registered with."""

    phone = PhoneField(
        label="Phone number",
        help_text=(
            "The US mobile number of the smartphone you will use, for example (802) 555-0142."
        ),
    )
    email = forms.EmailField(
        label="Email address",
        help_text="Use the email address you registered for EPCS with.",
        widget=forms.EmailInput({"autocomplete": "email", "spellcheck": "false"}),
        error_messages={
            "required": "Enter your email address.",
            "invalid": "Enter an email address, for example name@example.com.",
        },
    )


class CheckForm(PortalForm):
    """The button alone: I approved it, check now."""


class WaitForms:
    """The two buttons of a page that waits for a phone: check now, and send a new request."""

    def __init__(self, posted: QueryDict) -> None:
        self.is_resend = "resend" in posted
        self.sent: PortalForm = (ResendForm if self.is_resend else CheckForm)(posted or None)
