"""The page of one person reads as a masked diagnosis."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tests import factories
from tests.support.conftest import PEOPLE
from tests.support.rows_of_every_kind import a_full_practice
from tests.tokens.mobile_phone import a_mobile_id
from tests.tokens.reading import read
from tokens.models import HardToken

pytestmark = pytest.mark.django_db


def page_of(client, person) -> str:
    return read(client.get(f"{PEOPLE}{person.pk}/change/"))


def test_it_says_who_they_are_whether_they_can_sign_and_how_each_factor_does(at_support, agent):
    person, _secrets = a_full_practice(agent)

    page = page_of(at_support, person)

    said = [
        "Sam Nguyen, NP",
        "EPCS registration",
        "IAL2 by Simulated CSP",
        "Attestation",
        "DEA number",
        "NPI",
    ]
    said += ["A loss, theft or misuse was reported", "Hardware token TEST", "Failures in a row"]
    said += ["Mobile ID on (•••) •••-", "Backup phone (•••) •••-0142", "EPCS PIN", "set "]
    said += ["Hardware token: Lost", "Signing on hold since", "Spare on its way", "-1930, until"]
    said += ["Prescription signed", "Looked at by support"]
    assert [words for words in said if words not in page] == []


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"locked_until": timedelta(minutes=9)}, "locked until "),
        ({"held_at": timedelta()}, "locked until a designated individual unlocks it"),
        ({"out_of_step_at": timedelta()}, "out of sync"),
        ({"is_phone_bound": True}, "not confirmed by the practice"),
        ({"presses_skipped": 17}, "17"),
        ({"status": "reported", "reported_at": timedelta()}, "reported"),
        (
            {"status": "removed", "removed_at": timedelta(), "reason": "broken"},
            "Removed: hardware token",
        ),
    ],
)
def test_each_condition_of_a_token_is_told(at_support, prescriber, token, columns, words):
    now = timezone.now()
    moments = {k: now + v if isinstance(v, timedelta) else v for k, v in columns.items()}
    HardToken.objects.filter(pk=token.pk).update(**moments)

    page = page_of(at_support, prescriber)

    assert words in page
    assert ("/unlock/" in page) == ("locked_until" in columns)


def test_an_epcs_password_is_told_as_set_or_reset_and_never_shown(at_support, prescriber):
    nothing = page_of(at_support, prescriber)
    factories.an_epcs_password(prescriber)
    is_set = page_of(at_support, prescriber)
    factories.a_password_reset(prescriber)
    is_reset = page_of(at_support, prescriber)

    told = [page.partition("EPCS password</")[2][:90] for page in (nothing, is_set, is_reset)]
    assert ["not set" in words for words in told] == [True, False, True]
    assert "by Dana Whitfield, until " in is_reset
    assert "EPCS password reset" not in nothing + is_set
    assert not [page for page in (is_set, is_reset) if factories.EPCS_PASSWORD in page]


def test_mobile_id_has_no_button_and_no_end_that_is_known(at_support, prescriber):
    a_mobile_id(prescriber)

    page = page_of(at_support, prescriber)

    assert "Mobile ID on" in page
    assert [words for words in ("Presses skipped", "Expires", "sync") if words in page] == []


def test_who_approved_an_access_change_is_called_by_name(at_support, prescriber):
    other = factories.a_person(practice=prescriber.practice, first_name="Alan", last_name="Okafor")
    factories.access_to_sign(prescriber, entered_by=prescriber, executed_by=other)

    page = page_of(at_support, prescriber)

    assert "executed today, " in page
    assert "by Alan Okafor" in page


def test_who_is_no_prescriber_has_a_page_without_actions(at_support, agent):
    page = page_of(at_support, factories.a_person("dwhitfield", is_active=False))

    assert "no: the account is closed" in page
    assert "Suspend signing" not in page


def test_an_invited_prescriber_is_told_as_not_registered(at_support):
    page = page_of(at_support, factories.a_prescriber(registered=False))

    assert "not complete" in page
    assert "none on record" in page


def test_an_access_change_that_waits_is_told_as_waiting(at_support, prescriber):
    other = factories.a_person(practice=prescriber.practice)
    factories.an_access_change(prescriber, entered_by=other, at=timezone.now())

    assert "not executed yet" in page_of(at_support, prescriber)
