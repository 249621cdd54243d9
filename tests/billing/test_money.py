"""Amounts are integer cents, and read as people write them."""

from __future__ import annotations

import pytest

from billing import numbers
from billing.money import dollars


@pytest.mark.parametrize(
    ("cents", "words"),
    [
        (0, "$0.00"),
        (5, "$0.05"),
        (99, "$0.99"),
        (100, "$1.00"),
        (3500, "$35.00"),
        (123_456_789, "$1,234,567.89"),
    ],
)
def test_cents_read_as_dollars(cents, words):
    assert dollars(cents) == words


def test_a_number_tells_nothing_of_the_one_before():
    drawn = [numbers.draw() for _each in range(200)]

    assert all(numbers.NUMBER.fullmatch(each) for each in drawn)
    assert len(set(drawn)) > 190
    assert sorted(drawn) != drawn
