"""Shapes of both factors and of a new PIN. The flow decides; a form only says it early."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.conf import settings

from accounts import pin_policy
from accounts.models import KnowledgeFactor
from epcs_portal.forms import PasswordField, PinField, PortalForm
from tokens.forms import AnyTokenForm
from tokens.possession import MOBILE

Kind = KnowledgeFactor.Kind


class NewPinForm(PortalForm):
    """A new PIN, twice. ``rules`` is the list beside it, marked once something was typed.

    ``own``: the last four digits of the person's own numbers, which are easy to guess.
    """

    pin = PinField(
        label="New 4-digit PIN",
        autocomplete="new-password",
        error_messages={"required": "Enter a new 4-digit PIN."},
    )
    confirm = PinField(
        label="Confirm New 4-digit PIN",
        autocomplete="new-password",
        error_messages={"required": "Enter the new PIN again."},
    )
    pin.described_by = "pin-rules"  # type: ignore[attr-defined]

    def __init__(self, *args: Any, own: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.own = own

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        if "pin" not in typed:
            self.errors.pop("confirm", None)  # one thing at a time
            return typed
        if broken := pin_policy.broken_rules(typed["pin"], own=self.own):
            self.add_error("pin", broken[0].sentence)
            self.errors.pop("confirm", None)
        elif "confirm" in typed and typed["confirm"] != typed["pin"]:
            self.add_error("confirm", "The two PINs don't match. Enter the new PIN again.")
        return self.cleaned_data

    @property
    def rules(self) -> list[dict[str, str]]:
        """Context of the list: each rule, and whether it is kept; "" before anything is typed."""
        typed = str(self["pin"].data or "").strip()
        broken = pin_policy.broken_rules(typed, own=self.own) if typed else list(pin_policy.RULES)
        is_known = typed and broken != [pin_policy.FOUR_DIGITS]
        kept = "ok" if is_known else ""
        return [
            {"text": rule.text, "state": "bad" if typed and rule in broken else kept}
            for rule in pin_policy.RULES
        ]


class TwoFactorForm(AnyTokenForm):
    """Both factors. ``knows``: whether the PIN or the EPCS password is asked for."""

    pin = PinField(
        label="EPCS PIN",
        autocomplete="current-password",
        error_messages={"required": "Enter your EPCS PIN."},
    )
    password = PasswordField(
        label="EPCS password",
        autocomplete="current-password",
        error_messages={"required": "Enter your EPCS password."},
    )
    field_order: Any = ["pin", "password", "source", "otp", "approval"]

    def __init__(self, *args: Any, knows: Kind = Kind.PIN, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.knows = knows
        for kind in {Kind.PIN, Kind.PASSWORD} - {knows}:
            del self.fields[kind]

    @property
    def knowledge_field(self) -> Any:
        return self[self.knows]

    @property
    def secret(self) -> str:
        typed: str = self.cleaned_data[self.knows]
        return typed


class AssuranceForm(PortalForm):
    """How a designated individual made sure: of a hold to lift, a token to confirm or unlock."""

    assurance = forms.CharField(
        label="How did you make sure that it was them?",
        max_length=200,
        help_text="Kept on record. Do not include patient information.",
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": "Say how you made sure, for example by speaking in person."},
    )


class KnowledgeProofForm(AnyTokenForm):
    """A passcode, or the push notification that was approved."""

    def __init__(self, *args: Any, is_code: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_code:  # the article's words for who chose the code generator
            self.fields["otp"].label = "Enter 2FA Code"
        elif MOBILE in self.sources:
            self.fields["otp"].label = f"{settings.SOFT_TOKEN_APP} Passcode"
            self.fields["source"].initial = MOBILE  # as the article means it


class PhoneOptionForm(PortalForm):
    """How the phone proves it: by an approval, or by the code it shows."""

    PUSH, CODE = "push", "code"

    option = forms.ChoiceField(
        label="Phone signature option",
        choices=[("", "Select an option"), (PUSH, "Push Notification"), (CODE, "Code Generator")],
        widget=forms.Select({"class": "w-12"}),
        error_messages=dict.fromkeys(
            ["required", "invalid_choice"], "Select your phone signature option."
        ),
    )
