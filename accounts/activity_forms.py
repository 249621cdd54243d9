"""What of one's activity to show: the filter of the page, carried in its address."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone

from epcs_portal.audit.kinds import Kind
from epcs_portal.forms import PortalForm

NO_SUCH_DAY = "{label}: there is no such day. Enter it as MM/DD/YYYY, for example 03/11/2026."


def _day_field(label: str) -> forms.DateField:
    wrong = NO_SUCH_DAY.format(label=label)
    return forms.DateField(
        label=label,
        required=False,
        input_formats=["%m/%d/%Y", "%Y-%m-%d"],
        help_text="MM/DD/YYYY",
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": wrong},
        validators=[
            MinValueValidator(date(2000, 1, 1), wrong),
            MaxValueValidator(date(2999, 12, 31), wrong),
        ],
    )


class ActivityForm(PortalForm):
    kind = forms.ChoiceField(
        label="Kind",
        required=False,
        choices=[("", "All activity"), *((kind.value, kind.label) for kind in Kind)],
        error_messages={"invalid_choice": "Choose one of the kinds in the list."},
    )
    first = _day_field("From")
    last = _day_field("To")

    def clean_kind(self) -> Kind | None:
        return Kind(self.cleaned_data["kind"]) if self.cleaned_data["kind"] else None

    def clean(self) -> dict[str, Any]:
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        if first and last and first > last:
            self.add_error("last", ValidationError("The last day must not be before the first."))
        return self.cleaned_data

    def chosen(self) -> dict[str, str]:
        """Return what was entered, right or wrong, for the address of the next page."""
        entered = {name: str(self[name].data or "") for name in self.fields}
        return {name: text for name, text in entered.items() if text}

    def wanted(self) -> dict[str, Any]:
        """Return the bounds in the active time zone: both days count whole."""
        first, last = self.cleaned_data["first"], self.cleaned_data["last"]
        kind: Kind | None = self.cleaned_data["kind"]
        return {
            "kinds": [kind] if kind else [],
            "since": _midnight(first) if first else None,
            "before": _midnight(last + timedelta(days=1)) if last else None,
        }


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone())
