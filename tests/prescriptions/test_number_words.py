from __future__ import annotations

import inflect
import pytest

from prescriptions.number_words import MOST, in_words


def test_every_quantity_is_spelled_as_another_library_spells_it():
    other = inflect.engine()

    different = [
        number
        for number in range(1, MOST + 1)
        if in_words(number) != other.number_to_words(number, andword="", comma="")
    ]

    assert different == []


def test_no_two_quantities_have_the_same_words():
    assert len({in_words(number) for number in range(MOST + 1)}) == MOST + 1


def test_nothing_is_zero():
    assert in_words(0) == "zero"


@pytest.mark.parametrize("number", [-1, MOST + 1])
def test_what_no_prescription_has_is_refused(number):
    with pytest.raises(ValueError, match="from 0 to 9999"):
        in_words(number)
