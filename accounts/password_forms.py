"""The shape of a new EPCS password. The flow decides; the form only says it early."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.views.decorators.debug import sensitive_variables

from accounts import password_criteria
from accounts.password_criteria import NOT_TOO_LONG, RULES
from epcs_portal.forms import PasswordField, PortalForm

NOT_A_CHARACTER = "The password has a character that no keyboard has. Enter it by hand."
MESSAGES = {"max_length": NOT_TOO_LONG.sentence, "null_characters_not_allowed": NOT_A_CHARACTER}


class NewPasswordForm(PortalForm):
    """A new EPCS password, twice. ``rules`` is the list beside it, marked once one was typed.

    ``own``: the names of the person and of the practice, which are easy to guess.
    """

    password = PasswordField(
        label="New EPCS password",
        autocomplete="new-password",
        error_messages={"required": "Enter a new EPCS password.", **MESSAGES},
    )
    confirm = PasswordField(
        label="Enter the new EPCS password again",
        autocomplete="new-password",
        error_messages={"required": "Enter the new EPCS password again.", **MESSAGES},
    )
    password.described_by = "password-rules"  # type: ignore[attr-defined]

    def __init__(self, *args: Any, own: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.own = own
        self.broken: list[str] | None = None  # the names of the rules; None: nothing to say yet

    @sensitive_variables()
    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        if "password" not in typed:
            self.errors.pop("confirm", None)  # one thing at a time
            return typed
        broken = password_criteria.broken_rules(typed["password"], own=self.own)
        self.broken = [rule.name for rule in broken]
        if "confirm" in typed and typed["confirm"] != typed["password"]:
            text = "The two passwords don't match. Enter the new password again."
            self.add_error("confirm", text)
        if broken:
            self.add_error("password", broken[0].sentence)
        return self.cleaned_data

    @property
    def rules(self) -> list[dict[str, str]]:
        """Context of the list: each rule, and whether it is kept; "" where that is not known."""
        told = self.refusal.facts.get("rule") if self.refusal else None
        at_once = {rule.name for rule in password_criteria.AT_ONCE}
        states = dict.fromkeys(at_once, "ok") if self.broken is not None else {}
        states |= dict.fromkeys([*(self.broken or []), *([str(told)] if told else [])], "bad")
        return [{"text": rule.text, "state": states.get(rule.name, "")} for rule in RULES]
