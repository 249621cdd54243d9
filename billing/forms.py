"""Shapes of what people type about orders. Card data is typed elsewhere, never here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from localflavor.us.forms import USStateField, USZipCodeField
from localflavor.us.us_states import STATE_CHOICES

from billing.shipping import ADDRESS, Destination, Shipping, is_address_of, of_practice
from epcs_portal.forms import PortalForm

if TYPE_CHECKING:
    from accounts.models import Practice

HOME_IS_PRACTICE = (
    "This is your practice's address. Enter your home address, or choose Practice Address."
)
ZIP_CODE = "Enter a ZIP code of 5 digits, or of 9: 05401-1234."
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class LineField(forms.CharField):
    """One line of an address, as it is printed on a label."""

    def __init__(self, *, autocomplete: str, **kwargs: Any) -> None:
        super().__init__(
            widget=forms.TextInput({"autocomplete": f"shipping {autocomplete}"}), **kwargs
        )

    def validate(self, value: str) -> None:
        super().validate(value)
        if _UNPRINTABLE.search(value):
            raise ValidationError("Leave out characters that can't be printed.")


class EmptyForm(PortalForm):
    """A button."""


class OrderForm(PortalForm):
    """Where the spare goes. The practice's address stands there; a home address is typed."""

    destination = forms.ChoiceField(
        label="Where should we ship it?",
        choices=Destination.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose Practice Address or Home Address."},
    )
    address = LineField(
        label="Address",
        max_length=100,
        autocomplete="address-line1",
        error_messages={"required": "Enter the street address."},
    )
    suite = LineField(
        label="Suite, unit or floor", max_length=40, required=False, autocomplete="address-line2"
    )
    city = LineField(
        label="City",
        max_length=60,
        autocomplete="address-level2",
        error_messages={"required": "Enter the city."},
    )
    state = USStateField(
        label="State",
        widget=forms.Select(
            {"autocomplete": "shipping address-level1"}, [("", "Select"), *STATE_CHOICES]
        ),
        error_messages={"required": "Select the state.", "invalid": "Select the state."},
    )
    zip_code = USZipCodeField(
        label="Zip",
        validators=[RegexValidator("^[0-9-]*$", ZIP_CODE)],  # its own takes digits of any script
        widget=forms.TextInput(
            {"autocomplete": "shipping postal-code", "inputmode": "numeric", "class": "w-8"}
        ),
        error_messages={
            "required": "Enter the ZIP code.",
            "invalid": ZIP_CODE,
        },
    )

    def __init__(self, *args: Any, practice: Practice | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.practice = practice
        if practice is not None:  # for who chooses it again after typing a home address
            for name in ADDRESS:
                self.fields[name].widget.attrs["data-practice"] = getattr(practice, name)
        else:
            self.fields["destination"].choices = Destination.choices[1:]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        is_whole = set(self.fields) <= set(typed)
        is_home = is_whole and typed["destination"] == Destination.HOME
        if is_home and self.practice and is_address_of(self.shipping, self.practice):
            self.add_error("address", HOME_IS_PRACTICE)
        return typed

    @property
    def shipping(self) -> Shipping:
        return Shipping(**{name: self.cleaned_data[name] for name in ("destination", *ADDRESS)})


def initial_of(shipping: Shipping | None, practice: Practice | None) -> dict[str, str]:
    """Return what stands in the form at first: what was entered before, or the practice's."""
    chosen = shipping or (of_practice(practice) if practice else None)
    if chosen is None:
        return {"destination": Destination.HOME.value}
    return {name: getattr(chosen, name) for name in ("destination", *ADDRESS)}
