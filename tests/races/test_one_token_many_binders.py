"""One serial number, one person: however many try in the same moment, one token is bound."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from epcs_portal.audit.models import AuditEvent
from tests import factories
from tests.races.crowd import SIZE, Browser, crowd
from tests.tokens.reading import read
from tokens.models import BindingTries, HardToken

ADD = "/epcs/token/add/"
ROUNDS = 10
NOT_TOGETHER = "This serial number and these passwords don't go together."
HAS_ONE = "You already have a hardware token"


@pytest.fixture
def practice(cloned_db):
    return factories.a_practice()


def a_browser_of_a_new_person(practice, number_of_browsers):
    person = factories.a_prescriber(practice=practice)
    factories.a_grant(person)
    return [Browser(person, ADD) for _ in range(number_of_browsers)]


def _outcome(answer) -> str:
    if answer.status_code == 302:
        return "bound"
    page = read(answer)
    is_refused = answer.status_code == 200 and (NOT_TOGETHER in page or HAS_ONE in page)
    return "refused" if is_refused else f"{answer.status_code}: {page}"


def _start_anew() -> None:
    # From before the grant: one that was bound under it has used it up.
    yesterday = timezone.now() - timedelta(days=1)
    HardToken.objects.update(status="removed", removed_at=yesterday, bound_at=yesterday)
    BindingTries.objects.update(made=0, since=None)


def test_five_people_and_one_serial_make_one_token(practice):
    browsers = [
        browser for _ in range(5) for browser in a_browser_of_a_new_person(practice, SIZE // 5)
    ]

    with crowd() as at_once:
        for number in range(ROUNDS):
            _start_anew()
            fob = factories.a_fob_in_stock()
            typed = {"serial": fob.serial, **fob.press_twice()}
            answers = at_once([partial(browser.ready().send, **typed) for browser in browsers])

            assert Counter(map(_outcome, answers)) == Counter(bound=1, refused=SIZE - 1)
            token = HardToken.objects.get(status=HardToken.Status.ACTIVE)
            assert token.serial == fob.serial
            assert AuditEvent.objects.filter(event="token.bound").count() == number + 1


def test_one_person_and_two_serials_make_one_token(practice):
    browsers = a_browser_of_a_new_person(practice, SIZE)

    with crowd() as at_once:
        for _ in range(ROUNDS):
            _start_anew()
            fobs = [factories.a_fob_in_stock() for _ in range(2)]
            typed = [{"serial": fob.serial, **fob.press_twice()} for fob in fobs]
            answers = at_once(
                [
                    partial(browser.ready().send, **typed[n % 2])
                    for n, browser in enumerate(browsers)
                ]
            )

            assert Counter(map(_outcome, answers)) == Counter(bound=1, refused=SIZE - 1)
            assert HardToken.objects.filter(status=HardToken.Status.ACTIVE).count() == 1
