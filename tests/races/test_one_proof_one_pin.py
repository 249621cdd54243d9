"""One proof, twenty tabs of one browser and a different PIN in each: one PIN is saved."""

from __future__ import annotations

from collections import Counter
from functools import partial

import pytest
from django.test import Client

from accounts.knowledge import Knowledge
from accounts.models import KnowledgeProof, SigningState, User
from epcs_portal.audit.models import AuditEvent
from tests import factories
from tests.accounts.pins import NEW, prove, what_is
from tests.races.crowd import SIZE, Browser, crowd
from tests.tokens.reading import read

ROUNDS = 10
OVER = "The time for choosing a PIN is over, so the PIN was not changed."


@pytest.fixture
def prescriber(cloned_db):
    return factories.a_prescriber()


class Tab(Browser):
    """A tab of a browser that is signed in: it shares the session."""

    def __init__(self, person: User, page: str, *, of: Client) -> None:
        super().__init__(person, page)
        self._client.cookies.update(of.cookies)


def _outcome(answer) -> str:
    if answer.status_code == 302:
        return "saved"
    page = read(answer)
    is_refused = answer.status_code == 200 and OVER in page
    return "refused" if is_refused else f"{answer.status_code}: {page}"


def test_twenty_tabs_with_one_proof(client, prescriber):
    _, fob = factories.a_hard_token(prescriber)
    client.force_login(prescriber)
    tabs = [Tab(prescriber, NEW, of=client) for _ in range(SIZE)]

    with crowd() as at_once:
        for number in range(1, ROUNDS + 1):
            prove(client, fob)
            pins = [str(4000 + 21 * number + 211 * n) for n in range(SIZE)]
            acts = [
                partial(tab.ready().send, pin=pin, confirm=pin)
                for tab, pin in zip(tabs, pins, strict=True)
            ]
            answers = at_once(acts)

            assert Counter(map(_outcome, answers)) == Counter(saved=1, refused=SIZE - 1)
            saved = next(p for p, a in zip(pins, answers, strict=True) if a.status_code == 302)
            assert what_is(saved, prescriber) is Knowledge.RIGHT
            assert SigningState.objects.get().generation == number
            assert not KnowledgeProof.objects.filter(used_at=None).exists()
            events = AuditEvent.objects.filter(event__in=["pin.set", "pin.reset"])
            assert events.count() == number


def test_twenty_tabs_under_one_grant(client, prescriber):
    factories.a_hard_token(prescriber)
    factories.a_grant(prescriber)
    client.force_login(prescriber)
    tabs = [Tab(prescriber, NEW, of=client).ready() for _ in range(SIZE)]
    pins = [str(4021 + 211 * n) for n in range(SIZE)]

    with crowd() as at_once:
        answers = at_once(
            [partial(tab.send, pin=pin, confirm=pin) for tab, pin in zip(tabs, pins, strict=True)]
        )

    assert Counter(map(_outcome, answers)) == Counter(saved=1, refused=SIZE - 1)
    assert AuditEvent.objects.filter(event="pin.set").count() == 1
