"""Fields of a prescription. Each says in one sentence what is wrong with what was typed."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

if TYPE_CHECKING:
    from prescriptions.models import Drug

LONGEST_DIRECTIONS = 1000  # characters; the Sig of NCPDP SCRIPT takes no more
_WHOLE_NUMBER = re.compile(r"[0-9]{1,9}")  # [0-9]: the other class takes digits nobody can read
_DATE = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")


class WholeNumberField(forms.CharField):
    """A number in ASCII digits. ``wrong`` is the sentence for anything else."""

    def __init__(
        self, *, least: int, most: int, missing: str, wrong: str, style: str = "", **kwargs: Any
    ) -> None:
        self.range, self.wrong = range(least, most + 1), wrong
        attributes = {"inputmode": "numeric", "autocomplete": "off"}
        super().__init__(
            widget=forms.TextInput(attributes | ({"class": style} if style else {})),
            error_messages={"required": missing},
            **kwargs,
        )

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        if not _WHOLE_NUMBER.fullmatch(typed) or int(typed) not in self.range:
            raise ValidationError(self.wrong)
        return int(typed)


class DirectionsField(forms.CharField):
    """One line of text: what was typed on several is put on one, as it will be printed."""

    def to_python(self, value: Any) -> str:
        return " ".join(str(super().to_python(value)).split())

    def validate(self, value: str) -> None:
        super().validate(value)
        if not value.isprintable():  # what turns the line around, say, or shows as nothing
            raise ValidationError("The directions contain a character that can't be printed.")
        if len(value) > LONGEST_DIRECTIONS:
            raise ValidationError(
                f"The directions have {len(value)} characters. A pharmacy takes "
                f"{LONGEST_DIRECTIONS} at most, so shorten them."
            )


class FillDateField(forms.CharField):
    """A day as people write it here, MM/DD/YYYY; None where it is left empty."""

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        if not typed:
            return None
        wrong = ValidationError("Enter the date as MM/DD/YYYY, for example 03/25/2026.")
        found = _DATE.fullmatch(typed)
        if found is None:
            raise wrong
        month, day, year = map(int, found.groups())
        try:
            return date(year, month, day)
        except ValueError:
            raise wrong from None

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%m/%d/%Y}" if isinstance(value, date) else value


class ChosenField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A choice that begins with no choice, such as "Select a pharmacy"."""

    def __init__(self, queryset: QuerySet[Any], *, select: str, **kwargs: Any) -> None:
        messages = dict.fromkeys(["required", "invalid_choice"], f"{select}.")
        super().__init__(queryset, empty_label=select, error_messages=messages, **kwargs)


class DrugField(ChosenField):
    def label_from_instance(self, obj: Drug) -> str:
        return f"{obj} ({obj.get_schedule_display()})"
