"""What support agents type. Nothing of it is a person's secret; a seed file's is never shown."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from epcs_portal.forms import PortalForm
from tokens.pskc import Opener
from tokens.pskc_document import Protection
from tokens.seed_files import LARGEST_FILE, MOST_ROWS

TOO_LARGE = f"Choose a file of at most {LARGEST_FILE // 1024 // 1024} MB."
EMPTY = "This file is empty. Choose the one that the manufacturer sent."
# A serial, a case number, an order, a day or a time, written so that it can be nothing else.
NO_CODE = re.compile(
    r"\b(?:[A-Z]{4}[0-9]{8}|CS-[0-9]{4}-[0-9]{4}|EP-[0-9]{8}|[01]?[0-9]/[0-3]?[0-9]/20[0-9]{2}"
    r"|20[0-9]{2}-[01][0-9]-[0-3][0-9]|[0-2]?[0-9]:[0-5][0-9])\b"
)
CODE_IN_REASON = (
    "Leave out numbers of four digits and more: what is written here is kept. A serial (such as "
    "GALH12345678), a case (CS-1234-5678), an order (EP-12345678), a day (2026-11-26) and a time "
    "(10:30) may stand."
)
SECRET_MISSING = "Enter the key or password."  # noqa: S105


def refuse_codes(reason: str) -> None:
    """Refuse four digits in a row, of any script, whatever stands between them but letters."""
    rest = NO_CODE.sub("letters", reason)
    shape = ("0" if each.isdigit() else each for each in rest if each.isalnum())
    if "0000" in "".join(shape):
        raise ValidationError(CODE_IN_REASON)


class ReasonForm(PortalForm):
    """Why an agent does it. It is kept, so it is refused where it may hold a PIN or a code."""

    reason = forms.CharField(
        max_length=200,
        validators=[refuse_codes],
        help_text=(
            "Kept with what you do. No patient information, and never a PIN, password or code."
        ),
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": "Say why."},
    )


class SeedFileForm(PortalForm):
    """A manufacturer's file and what opens it. Neither is kept, nor shown again."""

    file = forms.FileField(
        label="Seed file",
        help_text=(
            f"PSKC or CSV (serial,secret_hex,counter), at most 2 MB and {MOST_ROWS:,} tokens."
        ),
        error_messages=dict.fromkeys(["required", "missing"], TOO_LARGE) | {"empty": EMPTY},
    )
    protection = forms.ChoiceField(
        label="The seeds are encrypted with",
        choices=[
            (Protection.NONE.value, "Nothing, or a CSV file"),
            (Protection.KEY.value, "A pre-shared key"),
            (Protection.PASSWORD.value, "A password"),
        ],
        initial=Protection.NONE.value,
        widget=forms.RadioSelect,
    )
    secret = forms.CharField(
        label="Key (in hexadecimal) or password of the file",
        required=False,
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "off", "data-reveal": ""}),
    )
    checked = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        if typed.get("protection") != Protection.NONE and not typed.get("secret"):
            self.add_error("secret", SECRET_MISSING)
        return typed

    @property
    def content(self) -> bytes:
        """One byte more than is taken at most, so that a reader sees a file is too large."""
        self.cleaned_data["file"].seek(0)
        read: bytes = self.cleaned_data["file"].read(LARGEST_FILE + 1)
        return read

    @property
    def opener(self) -> Opener:
        secret = self.cleaned_data["secret"].encode()
        if self.cleaned_data["protection"] == Protection.KEY:
            return Opener.from_key_file(secret)
        if self.cleaned_data["protection"] == Protection.PASSWORD:
            return Opener.from_password_file(secret)
        return Opener()
