"""Form fields the apps share. A form checks shapes only: it never verifies a secret."""

from __future__ import annotations

import re
from copy import copy
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from epcs_portal.refusals import Refusal

NOT_A_PIN = "The PIN must be 4 digits."
_SIX_DIGITS = re.compile(r"[0-9]{6}")  # [0-9]: the other class takes digits no token displays
_BLANKS_AND_HYPHENS = str.maketrans("", "", " \t\u00a0\u2009\u202f-\u2010\u2011\u2012\u2013")


class OtpField(forms.CharField):
    """A one-time password: six ASCII digits, always text. Spaces and hyphens are dropped."""

    def __init__(self, **kwargs: Any) -> None:
        attributes = {
            "inputmode": "numeric",
            "autocomplete": "one-time-code",
            "spellcheck": "false",
            "class": "code",
        }
        kwargs.setdefault("error_messages", {"required": "Enter the 6-digit code."})
        super().__init__(widget=forms.TextInput(attributes), **kwargs)

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).translate(_BLANKS_AND_HYPHENS)

    def validate(self, value: str) -> None:
        super().validate(value)
        if len(value) != 6 and re.fullmatch(r"[0-9]+", value):
            raise ValidationError(f"The code must be 6 digits. You entered {len(value)}.")
        if not _SIX_DIGITS.fullmatch(value):
            raise ValidationError("The code must be 6 digits, with no letters.")


class PinField(forms.CharField):
    """An EPCS PIN, always text. Blanks around it are dropped, nothing else, and it is never shown
    again. ``autocomplete`` is ``current-password`` or ``new-password``."""

    def __init__(self, *, autocomplete: str, **kwargs: Any) -> None:
        attributes = {
            "inputmode": "numeric",
            "autocomplete": autocomplete,
            "spellcheck": "false",
            "class": "code code--4",
            "data-reveal": "",
        }
        messages = dict.fromkeys(["max_length", "null_characters_not_allowed"], NOT_A_PIN)
        kwargs["error_messages"] = messages | kwargs.get("error_messages", {})
        super().__init__(widget=forms.PasswordInput(attributes), max_length=64, **kwargs)


class PasswordField(forms.CharField):
    """An EPCS password, or the password of sign-in: nothing of it is dropped, it may be pasted, and
    it is never shown again. ``autocomplete`` is ``current-password`` or ``new-password``."""

    def __init__(self, *, autocomplete: str, **kwargs: Any) -> None:
        attributes = {"autocomplete": autocomplete, "spellcheck": "false", "data-reveal": ""}
        super().__init__(
            widget=forms.PasswordInput(attributes), strip=False, max_length=1000, **kwargs
        )


class PortalForm(forms.Form):
    """The server validates, so that every browser gets the same sentences."""

    use_required_attribute = False
    refusal: Refusal | None = None

    def refuse(self, refusal: Refusal) -> None:
        """Show the form again with the refusal's sentence."""
        self.refusal = refusal
        self.add_error(refusal.field if refusal.field in self.fields else None, refusal.sentence)
        self.forget_passwords()

    def forget_passwords(self) -> None:
        """Show the fields of one-time passwords and PINs empty: the next try needs them anew."""
        data: Any = copy(self.data)
        for name, field in self.fields.items():
            if isinstance(field, OtpField | PinField | PasswordField):
                data.pop(name, None)
        self.data = data
