"""What is typed on the demo's payment page. It is looked at, and kept nowhere."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from epcs_portal.demo.paying import CARDS, DemoCard
from epcs_portal.forms import PortalForm

_ZIP = re.compile(r"[0-9]{5}(-?[0-9]{4})?")
_MONTH = re.compile(r"(0?[1-9]|1[0-2])\s*/?\s*(?:20)?([0-9]{2})")
_BLANKS = re.compile(r"[\s-]")


class Forgotten(forms.TextInput):
    """A field that is never filled in again with what was typed."""

    def format_value(self, value: Any) -> None:
        return None


class CardForm(PortalForm):
    """The labels of the article."""

    email = forms.EmailField(
        label="Billing Email Address",
        max_length=254,
        help_text="We send the receipt here.",
        widget=forms.EmailInput({"autocomplete": "email", "spellcheck": "false"}),
        error_messages={
            "required": "Enter the billing email address.",
            "invalid": "Enter an email address, such as name@example.com.",
        },
    )
    card = forms.CharField(
        label="Credit Card Number",
        max_length=40,
        widget=Forgotten({"autocomplete": "cc-number", "inputmode": "numeric"}),
        error_messages={"required": "Enter the card number."},
    )
    exp = forms.CharField(
        label="Expiration Date",
        help_text="MM / YY",
        max_length=9,
        widget=Forgotten({"autocomplete": "cc-exp", "inputmode": "numeric", "class": "w-8"}),
        error_messages={"required": "Enter the expiration date."},
    )
    cvv = forms.CharField(
        label="CVV",
        help_text="3 or 4 digits on the card",
        max_length=8,
        widget=Forgotten({"autocomplete": "cc-csc", "inputmode": "numeric", "class": "w-8"}),
        error_messages={"required": "Enter the CVV."},
    )
    zip_code = forms.CharField(
        label="Billing Zip Code",
        max_length=12,
        widget=forms.TextInput(
            {"autocomplete": "billing postal-code", "inputmode": "numeric", "class": "w-8"}
        ),
        error_messages={"required": "Enter the billing ZIP code."},
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_card(self) -> DemoCard:
        number = _BLANKS.sub("", self.cleaned_data["card"])
        if not re.fullmatch(r"[0-9]{13,19}", number) or not _has_check_digit(number):
            raise ValidationError("This card number is not right. Check it and enter it again.")
        if number not in CARDS:
            raise ValidationError("The demo takes the two numbers above alone, never a real card.")
        return CARDS[number]

    def clean_exp(self) -> str:
        found = _MONTH.fullmatch(self.cleaned_data["exp"].strip())
        if found is None:
            raise ValidationError("Enter month and year, such as 04 / 29.")
        month, year = int(found[1]), 2000 + int(found[2])
        if (year, month) < (self.today.year, self.today.month):
            raise ValidationError("This card has expired. Use another card.")
        return ""  # that it is in the future is all that is asked

    def clean_cvv(self) -> str:
        if not re.fullmatch(r"[0-9]{3,4}", self.cleaned_data["cvv"].strip()):
            raise ValidationError("The CVV has 3 or 4 digits.")
        return ""

    def clean_zip_code(self) -> str:
        typed = str(self.cleaned_data["zip_code"]).strip()
        if not _ZIP.fullmatch(typed):
            raise ValidationError("Enter a ZIP code of 5 digits, or of 9.")
        return typed


def _has_check_digit(number: str) -> bool:
    """Luhn's: every second digit from the right counts twice (ISO/IEC 7812-1 annex B)."""
    doubled = [sum(divmod(2 * int(each), 10)) for each in number[-2::-2]]
    return (sum(doubled) + sum(int(each) for each in number[-1::-2])) % 10 == 0
