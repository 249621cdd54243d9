"""Prescribers who may sign, signed in, each with a token in the hand. Needs Django set up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.models import Practice, User
from epcs_portal import pem_keys
from tests import factories
from tests.bench.browsers import Browser
from tests.in_hand import FobInHand

IN_A_PRACTICE = 4
PIN = "4827"


@dataclass(frozen=True, kw_only=True)
class Person:
    user: User
    token: str  # its key in addresses
    fob: FobInHand
    browser: Browser


def make_people(number: int, *, told: Callable[[int], None]) -> list[Person]:
    """Make so many prescribers, four to a practice, and the key their portal signs with."""
    at = timezone.now()
    pem_keys.draw_if_missing(Path(settings.SIGNING_KEY_DIR), name="EPCS Portal bench", at=at)
    people: list[Person] = []
    while len(people) < number:
        practice = factories.a_practice()
        entering, executing = (factories.a_person(practice=practice) for _ in range(2))
        for _ in range(min(IN_A_PRACTICE, number - len(people))):
            user = _signer(practice)
            factories.access_to_sign(user, entered_by=entering, executed_by=executing)
            people.append(_signed_in(user, place=len(people)))
        told(len(people))
    return people


def _signer(practice: Practice) -> User:
    user = factories.a_prescriber(practice=practice)
    factories.a_dea_registration(user)
    factories.an_epcs_pin(user, PIN)
    return user


def _signed_in(user: User, *, place: int) -> Person:
    token, fob = factories.a_hard_token(user)
    browser = Browser(address=f"198.51.100.{place % 250 + 1}")
    client = Client()
    client.force_login(user)
    browser.cookies |= {name: cookie.value for name, cookie in client.cookies.items()}
    return Person(user=user, token=str(token.pk), fob=fob, browser=browser)
