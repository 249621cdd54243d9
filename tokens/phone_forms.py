"""Shapes of what people type about backup phones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import QueryDict

from epcs_portal.forms import OtpField, PortalForm
from epcs_portal.phone_numbers import NumberRefused, e164
from epcs_portal.submissions.once import Done
from tokens.models import BackupPhone

Act = Callable[[], Done]


class PhoneField(forms.CharField):
    """A telephone number, typed in any way; cleaned it is E.164."""

    def __init__(self, **kwargs: Any) -> None:
        attributes = {"type": "tel", "autocomplete": "tel", "inputmode": "tel", "class": "w-12"}
        message = "Enter a phone number with 10 digits, including the area code."
        messages = dict.fromkeys(["required", "max_length", "null_characters_not_allowed"], message)
        kwargs.setdefault("error_messages", messages)
        super().__init__(widget=forms.TextInput(attributes), max_length=40, **kwargs)

    def clean(self, value: Any) -> str:
        try:
            return e164(str(super().clean(value)), regions=settings.PHONE_REGIONS)
        except NumberRefused as refused:
            raise ValidationError(str(refused)) from None


class PhoneForm(PortalForm):
    """A new backup phone, and how codes reach it."""

    phone = PhoneField(
        label="Phone number",
        help_text=(
            "A US number you can always reach, for example (802) 555-0187. "
            "It can be a mobile or a landline."
        ),
    )
    delivery = forms.ChoiceField(
        label="How should we send codes to this number?",
        choices=BackupPhone.Delivery.choices,
        initial=BackupPhone.Delivery.TEXT,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose text message or voice call."},
    )


class PhoneCodeForm(PortalForm):
    """A code that came to a phone."""

    def __init__(self, *args: Any, label: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = label

    code = OtpField(label="")


class ResendForm(PortalForm):
    """The button alone."""


class CodeForms:
    """The two forms of a page that awaits a code: the field, and the button for another one."""

    def __init__(self, posted: QueryDict, *, label: str) -> None:
        is_resend = "resend" in posted
        self.code = PhoneCodeForm(None if is_resend else posted or None, label=label)
        self.resend = ResendForm(posted if is_resend else None)
        self.sent: PortalForm = self.resend if is_resend else self.code

    @property
    def is_sent(self) -> bool:
        return self.sent.is_valid()

    @property
    def is_resend(self) -> bool:
        return self.sent is self.resend and self.sent.is_valid()

    @property
    def is_answer(self) -> bool:
        return self.sent is self.code and self.sent.is_valid()

    @property
    def typed(self) -> str:
        return str(self.code.cleaned_data["code"])

    def choose(self, answer: Act, resend: Act) -> Act:
        return resend if self.is_resend else answer

    @property
    def context(self) -> dict[str, Any]:
        """``form`` is the one whose errors are listed."""
        return {"form": self.sent, "code_form": self.code}
