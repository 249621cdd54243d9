"""Why something is removed: a reason from a list, and more if one likes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from epcs_portal.forms import PortalForm
from tokens.models import OF_PHONES, OF_TOKENS, REPORTED


class RemovalForm(PortalForm):
    """``reasons`` are the choices, ``thing`` what the sentence calls it."""

    reasons: Sequence[tuple[str, str]] = ()
    thing = ""

    reason = forms.ChoiceField(
        label="Why are you removing it?", widget=forms.Select({"class": "w-20"})
    )
    detail = forms.CharField(
        label="More detail",
        required=False,
        max_length=500,
        help_text="Kept in your EPCS audit record. Do not include patient information.",
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["reason"]
        field.choices = [("", "Select a reason"), *self.reasons]
        missing = f"Select a reason for removing {self.thing}."
        field.error_messages |= {"required": missing, "invalid_choice": missing}

    @property
    def is_loss(self) -> bool:
        """Whether it has to be reported too (21 CFR 1311.102(b))."""
        return self.cleaned_data["reason"] in REPORTED


class RemoveTokenForm(RemovalForm):
    reasons, thing = OF_TOKENS, "this token"


class RemovePhoneForm(RemovalForm):
    reasons, thing = OF_PHONES, "this phone number"
