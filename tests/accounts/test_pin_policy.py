from __future__ import annotations

from collections import Counter

import pytest

from accounts.pin_policy import (
    FOUR_DIGITS,
    NOT_EASY,
    NOT_FROM_ZERO,
    NOT_IN_SEQUENCE,
    NOT_REPEATED,
    RULES,
    broken_rules,
)

ALL = [f"{number:04}" for number in range(10_000)]


def test_of_all_ten_thousand_the_article_allows_8978_and_82_of_these_are_easy_to_guess():
    first_broken = Counter(next(iter(broken_rules(pin)), None) for pin in ALL)

    assert first_broken == {
        None: 8_978 - 82,
        NOT_EASY: 82,  # 80 years of birth, 2580 and 1212
        NOT_FROM_ZERO: 1_000,
        NOT_REPEATED: 9,
        NOT_IN_SEQUENCE: 13,  # 6 up, 7 down
    }


def test_every_sequence_is_named():
    in_sequence = [pin for pin in ALL if broken_rules(pin) == [NOT_IN_SEQUENCE]]

    assert in_sequence == [
        *["1234", "2345", "3210", "3456", "4321", "4567", "5432"],
        *["5678", "6543", "6789", "7654", "8765", "9876"],
    ]


@pytest.mark.parametrize("pin", ["7890", "8901", "1098", "1357", "2468", "1243", "1123", "9012"])
def test_what_only_looks_like_a_sequence_is_allowed(pin):
    assert broken_rules(pin) == []


@pytest.mark.parametrize("pin", ["4827", "1000", "9999"[:3] + "8", "1112", "1929", "2010"])
def test_nothing_else_is_forbidden(pin):
    assert broken_rules(pin) == []


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "1",
        "123",
        "12345",
        "482 7",
        " 4827",
        "4827\n",
        "48a7",
        "-482",
        "4.27",
        "４８２７",
        "٤٨٢٧",
        "482²",
    ],
)
def test_only_four_ascii_digits_are_a_pin(typed):
    assert broken_rules(typed) == [FOUR_DIGITS]


def test_a_pin_may_break_two_rules_and_the_first_is_told():
    assert broken_rules("0123") == [NOT_FROM_ZERO, NOT_IN_SEQUENCE]
    assert broken_rules("0000") == [NOT_FROM_ZERO, NOT_REPEATED]


def test_the_list_and_the_sentences_are_those_of_the_design():
    assert [(rule.text, rule.sentence) for rule in RULES] == [
        ("4 digits", "The PIN must be 4 digits."),
        (
            "Does not start with 0",
            "A PIN can't start with 0. Choose 4 digits starting with 1 to 9.",
        ),
        (
            "Not the same digit repeated, like 1111",
            "That PIN repeats one digit, so it is easy to guess. "
            "Choose 4 digits that are not all the same.",
        ),
        (
            "Not in sequence, like 1234 or 4321",
            "That PIN is in sequence, so it is easy to guess. "
            "Choose 4 digits that don't follow each other.",
        ),
        (
            "Not easy to guess: no birth year, not 2580 or 1212, not the last 4 digits of your "
            "phone, DEA or NPI number",
            "That PIN is easy to guess. Choose 4 digits that are no birth year, not 2580 or 1212, "
            "and not the last 4 digits of your phone, DEA or NPI number.",
        ),
    ]


@pytest.mark.parametrize("pin", ["2580", "1212", "1930", "1974", "2009"])
def test_what_everybody_tries_first_is_refused(pin):
    assert broken_rules(pin) == [NOT_EASY]


def test_so_is_a_part_of_ones_own_numbers():
    assert broken_rules("4717", own={"4717"}) == [NOT_EASY]
    assert broken_rules("4717", own={"4718"}) == []
