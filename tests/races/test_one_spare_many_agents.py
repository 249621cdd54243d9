"""One token in stock, one reservation: whoever reserves or binds it at the same moment."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from epcs_portal.audit.models import AuditEvent
from tests import factories
from tests.races.crowd import crowd
from tests.races.test_what_ends import Act, runs
from tokens.flows.enroll_hard_token import enroll_hard_token
from tokens.flows.reserve_token import reserve_token
from tokens.models import HardToken, Reservation
from tokens.step_up import GRANT, Authority

ROUNDS = 10


@pytest.fixture
def practice(cloned_db):
    return factories.a_practice()


@pytest.fixture
def agents(practice):
    return [factories.a_person(is_staff=True) for _ in range(2)]


def reserve(person, serial: str, agent) -> Act:
    how = {"serial": serial, "agent": agent, "reason": "The fob broke."}
    arrives = (timezone.now() + timedelta(days=7)).date()
    return lambda: reserve_token(user=person, expected_on=arrives, at=timezone.now(), **how)


def bind(person, fob) -> Act:
    factories.a_grant(person)
    pair = fob.press_twice()
    typed = {"serial": fob.serial, "first": pair["otp1"], "second": pair["otp2"]}
    how = {"authority": Authority(name=GRANT, session_key=""), **typed}
    return lambda: enroll_hard_token(user=person, at=timezone.now(), **how)


def test_of_two_agents_one_reserves_the_serial_and_nobody_else_binds_it(practice, agents):
    a_prescriber = partial(factories.a_prescriber, practice=practice)
    with crowd(3) as at_once:
        for number in range(1, ROUNDS + 1):
            fob = factories.a_fob_in_stock()
            acts = [reserve(a_prescriber(), fob.serial, agent) for agent in agents]
            told = runs(at_once, [*acts, bind(a_prescriber(), fob)])

            assert Counter(told)["done"] == 1, told
            assert set(told[:2]) <= {"done", "serial-not-free"}
            assert told[2] in {"done", "serial-and-pair-rejected"}
            assert Reservation.objects.count() + HardToken.objects.count() == number


def test_of_two_agents_one_sends_the_prescriber_a_spare(practice, agents):
    with crowd(2) as at_once:
        for number in range(1, ROUNDS + 1):
            person = factories.a_prescriber(practice=practice)
            serials = [factories.a_fob_in_stock().serial for _ in agents]
            pairs = zip(serials, agents, strict=True)
            told = runs(at_once, [reserve(person, serial, agent) for serial, agent in pairs])

            assert Counter(told) == {"done": 1, "spare-on-its-way": 1}
            assert Reservation.objects.count() == number
            assert AuditEvent.objects.filter(event="token.reserved").count() == number
