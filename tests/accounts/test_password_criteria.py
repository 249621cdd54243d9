"""Which EPCS passwords may be chosen (rules C-18): long, and nothing anybody would try first."""

from __future__ import annotations

import random
import unicodedata

import pytest

from accounts import knowledge
from accounts.knowledge import Knowledge
from accounts.models import KnowledgeFactor
from accounts.password_criteria import RULES, broken_rules, names_of
from tests import factories
from tests.accounts.passwords import what_is

PASSWORD = KnowledgeFactor.Kind.PASSWORD
OWN = {"mreyes", "maria", "reyes", "mariareyes", "reyesmaria", "lakesidepediatrics", "lakeside"}


def broken(candidate: str) -> list[str]:
    return [rule.name for rule in broken_rules(candidate, own=OWN)]


@pytest.mark.parametrize(
    "candidate",
    [
        "correct horse battery",
        "no digits and no capitals",
        "734 8261 0952 7",
        "пароль из кириллицы",
        "漢字かなまじりのながいことば",
        "🐢🌵🪁🧵🪵🎷🧭🪶🥁🧀🪐🫐",
        "  spaces at both ends  ",
        "lakeside turtles love old violins",
        "x" * 5 + "Vr4 lantern" + "x" * 112,
    ],
)
def test_long_ones_are_allowed_whatever_they_are_made_of(candidate):
    assert broken(candidate) == []


@pytest.mark.parametrize(
    ("candidate", "rule"),
    [
        ("Vr4 lantern", "long-enough"),
        ("\ufdfa" * 3, "long-enough"),  # one character each, eighteen when they are normalized
        ("Vr4 lantern " * 10 + "and still!!", "not-too-long"),
        ("international", "not-common"),
        ("INTERNATIONAL", "not-common"),
        ("inter na tio nal", "not-common"),
        ("Password1234!", "not-common"),
        ("ｐａｓｓｗｏｒｄ１２３４", "not-common"),
        ("passwordpassword", "not-common"),
        ("123456789012", "not-common"),
        ("abcdefghijklmnop", "not-common"),
        ("abcabcabcabcabc", "not-common"),
        ("aaaaaaaaaaaaaaaa", "not-common"),
        ("                ", "not-common"),
        ("mariareyes2026", "not-named"),
        ("Maria-Reyes 31!", "not-named"),
        ("LakesidePediatrics", "not-named"),
        ("lakeside pediatric5", "not-named"),
        ("reyesreyesreyes99", "not-named"),
    ],
)
def test_what_is_easy_to_guess_is_not_allowed(candidate, rule):
    assert rule in broken(candidate)


def test_nothing_is_demanded_but_length_and_that_it_is_not_expected():
    drawn = random.Random(20261126)
    alphabet = [chr(number) for number in [*range(32, 127), *range(0xC0, 0x250)]]

    for _try in range(100):
        length = drawn.randint(12, 100)
        candidate = "".join(drawn.choices(alphabet, k=length))
        assert broken(candidate) == [], candidate
        assert "long-enough" in broken(candidate[:11])


def test_no_way_of_writing_a_name_makes_it_a_password():
    drawn = random.Random(5)

    for _try in range(100):
        first, last = drawn.sample(["maria", "reyes", "lakeside", "mreyes"], 2)
        written = "".join(drawn.choice([each, each.upper()]) for each in first + last)
        apart = drawn.choice(["", " ", "-", "_", "."])
        candidate = written[: len(first)] + apart + written[len(first) :]
        candidate += str(drawn.randint(0, 99999))
        assert "not-named" in broken(candidate) or "long-enough" in broken(candidate), candidate


def test_no_sentence_repeats_a_password_and_each_says_what_to_do():
    for rule in RULES:
        assert "{" not in rule.sentence
        assert "hoose" in rule.sentence
        assert rule.text


def test_a_very_long_one_is_refused_without_comparing_it():
    assert broken("mariareyes" * 100) == ["not-too-long"]


def test_the_names_of_a_person_are_read_from_their_rows(db):
    practice = factories.a_practice("Lake & Hill Pédiatrie")
    user = factories.a_prescriber("snguyen", practice=practice)
    user.email = "sam.nguyen@lake.example"

    names = names_of(user)

    assert {"snguyen", "sam", "nguyen", "samnguyen", "nguyensam"} <= names
    assert {"lakehillpédiatrie", "lake", "hill", "pédiatrie"} <= names
    assert names_of(factories.a_person("nobody"))


def test_one_password_is_one_however_a_keyboard_writes_it(prescriber):
    composed = unicodedata.normalize("NFC", "café au lait zürich")
    decomposed = unicodedata.normalize("NFD", composed)

    factories.an_epcs_password(prescriber, decomposed)

    assert composed != decomposed
    assert what_is(composed, prescriber) is what_is(decomposed, prescriber) is Knowledge.RIGHT
    assert what_is("cafe au lait zurich", prescriber) is Knowledge.WRONG
    assert what_is(composed + " ", prescriber) is Knowledge.WRONG


def test_a_pin_is_compared_as_it_was_typed(prescriber):
    factories.an_epcs_pin(prescriber, "4827")

    assert knowledge.normalized("４８２７", KnowledgeFactor.Kind.PIN) == "４８２７"
    assert what_is("４８２７", prescriber, KnowledgeFactor.Kind.PIN) is Knowledge.WRONG


def test_all_128_characters_count(prescriber):
    longest = "marker Vr4 " + "lantern orbit " * 8 + "tail1"
    assert len(longest) == 128

    factories.an_epcs_password(prescriber, longest)

    assert broken(longest) == []
    assert what_is(longest, prescriber) is Knowledge.RIGHT
    assert what_is(longest[:-1], prescriber) is Knowledge.WRONG
