from __future__ import annotations

import doctest

import pytest
from django.core.exceptions import ValidationError

from accounts import registration_numbers
from accounts.models.prescriber import validate_dea_number, validate_npi
from accounts.registration_numbers import is_dea_number, is_npi

DEA_NUMBERS = ["AP5836727", "BB1388568", "F91234563", "FD0000012", "MX0000024", "BS0000036"]


@pytest.mark.parametrize("number", ["1234567893", "1558598797"])
def test_an_npi(number):
    assert is_npi(number)
    validate_npi(number)


@pytest.mark.parametrize(
    "number",
    [
        "1234567890",
        "1234567839",
        "0234567893",
        "3234567891",
        "123456789",
        "12345678931",
        "",
        "1234567893\n",
        " 1234567893",
        "１２３４５６７８９３",
    ],
)
def test_not_an_npi(number):
    assert not is_npi(number)
    with pytest.raises(ValidationError):
        validate_npi(number)


@pytest.mark.parametrize("place", range(10))
def test_an_npi_with_any_one_digit_changed_is_none(place):
    number = "1234567893"
    others = [digit for digit in "0123456789" if digit != number[place]]

    changed = [number[:place] + digit + number[place + 1 :] for digit in others]

    assert not [number for number in changed if is_npi(number)]


@pytest.mark.parametrize("number", DEA_NUMBERS)
def test_a_dea_number(number):
    assert is_dea_number(number)
    validate_dea_number(number)


@pytest.mark.parametrize(
    "number",
    [
        "AP5836728",
        "XP5836727",
        "CP5836727",
        "ap5836727",
        "A15836727",
        "AP583672",
        "AP58367277",
        "AP5836727\n",
        "AP５８３６７２７",
        "",
    ],
)
def test_not_a_dea_number(number):
    assert not is_dea_number(number)
    with pytest.raises(ValidationError):
        validate_dea_number(number)


@pytest.mark.parametrize("number", DEA_NUMBERS)
def test_each_dea_number_has_one_check_digit(number):
    fitting = [digit for digit in "0123456789" if is_dea_number(number[:-1] + digit)]

    assert fitting == [number[-1]]


def test_the_examples_of_the_docstrings():
    assert doctest.testmod(registration_numbers).failed == 0
