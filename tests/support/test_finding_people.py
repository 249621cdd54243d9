"""An agent finds somebody by what can be said on the telephone."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.utils import timezone

from tests import factories
from tests.support.conftest import PEOPLE
from tokens.models import HardToken, RevocationCase

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(agent):
    """Maria Núñez with two registrations and a token, and Sam Nguyen."""
    maria = factories.a_prescriber("mnunez")
    maria.first_name, maria.last_name = "Maria", "Núñez"
    maria.save()
    factories.a_dea_registration(maria, number="FR0000012")
    factories.a_dea_registration(maria)
    factories.a_hard_token(maria, "GALH12345678")
    at = timezone.now()
    RevocationCase.objects.create(
        number="CS-7306-4118",
        user=maria,
        issued_by=agent,
        reason="asked",
        issued_at=at,
        expires_at=at + timedelta(hours=24),
    )
    factories.a_prescriber("snguyen")


@pytest.mark.parametrize(
    "typed",
    [
        "Núñez",
        "nunez",
        "NUN",
        "maria nún",
        "Nunez Maria",
        "mnunez",
        "FR0000012",
        "fr0000012",
        "GALH12345678",
        "galh-1234 5678",
        "CS-7306-4118",
    ],
)
def test_she_is_found_once_and_alone(at_support, people, typed):
    found = at_support.get(f"{PEOPLE}?{urlencode({'q': typed})}").text

    assert found.count(">mnunez<") == 1
    assert ">snguyen<" not in found


@pytest.mark.parametrize("typed", ["Maria Nguyen", "GALH99999999", "unez", "%", "Ngüyên x"])
def test_what_fits_nobody_finds_nobody(at_support, people, typed):
    found = at_support.get(f"{PEOPLE}?{urlencode({'q': typed})}").text

    assert ">mnunez<" not in found
    assert ">snguyen<" not in found


def test_a_removed_token_still_leads_to_who_had_it(at_support, people):
    HardToken.objects.filter(user__username="mnunez").update(
        status="removed", removed_at=timezone.now(), reason="lost"
    )

    assert ">mnunez<" in at_support.get(f"{PEOPLE}?q=GALH12345678").text


def test_accents_may_be_typed_where_the_name_has_none(at_support, people):
    assert ">snguyen<" in at_support.get(f"{PEOPLE}?{urlencode({'q': 'Ngüyên'})}").text
