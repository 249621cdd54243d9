"""Twenty posts at once: one change, one person as both, and the designations of a practice."""

from __future__ import annotations

from collections import Counter
from functools import partial

import pytest
from django.utils import timezone

from accounts.models import AccessChange, DesignatedIndividual
from accounts.signing_access import Access, access_of
from epcs_portal.audit.models import AuditEvent
from tests import factories
from tests.accounts.access.practice import (
    ENTERED,
    PIN,
    YESTERDAY,
    PracticeAtWork,
    a_practice_at_work,
    a_registrant,
    page_of,
)
from tests.races.crowd import SIZE, Browser, crowd
from tests.tokens.reading import read

ROUNDS = 10


@pytest.fixture
def at_work(cloned_db) -> PracticeAtWork:
    return a_practice_at_work()


def _went_through(answer) -> bool:
    assert answer.status_code in {200, 302}, read(answer)
    return bool(answer.status_code == 302)


def test_twenty_approvals_of_one_change_are_one(at_work):
    people = [a_registrant(f"new{n}", at_work.alan.practice) for n in range(ROUNDS)]
    with crowd() as at_once:
        for person in people:
            change = factories.an_access_change(person, entered_by=at_work.dana, at=timezone.now())
            browsers = [Browser(at_work.alan, page_of(change)) for _ in range(SIZE)]
            factories.a_hard_token(person)
            otp = at_work.fob.press()
            fields = {"digest": change.digest, "pin": PIN, "otp": otp, "source": "token"}
            acts = [partial(each.ready().send, **fields) for each in browsers]

            answers = at_once(acts)

            assert Counter(map(_went_through, answers)) == Counter({True: 1, False: SIZE - 1})
            assert access_of(person.prescriber) is Access.GRANTED
            executed = AuditEvent.objects.filter(event="access_change.executed", person=person)
            assert executed.count() == 1


def test_twenty_grants_entered_at_once_are_one_and_its_author_never_executes_it(at_work):
    """Alan enters and approves, in twenty tabs: he is one person."""
    enter = [Browser(at_work.alan, at_work.grant_page()).ready() for _ in range(SIZE)]
    with crowd() as at_once:
        answers = at_once([partial(each.send, **ENTERED, checked_on=YESTERDAY) for each in enter])
        assert Counter(map(_went_through, answers)) == Counter({True: 1, False: SIZE - 1})
        change = AccessChange.objects.get()

        waiting = [Browser(at_work.alan, at_work.grant_page()).ready() for _ in range(SIZE)]
        fields = {"digest": change.digest, "pin": PIN, "source": "token"}
        for each in waiting:
            each.go_to(page_of(change))
        answers = at_once(
            [partial(each.send, otp=at_work.fob.press(), **fields) for each in waiting]
        )

    assert not any(map(_went_through, answers))
    assert access_of(at_work.sam.prescriber) is Access.NOT_GIVEN
    refused = AuditEvent.objects.filter(event="access_change.not_executed")
    assert {event.facts["outcome"] for event in refused} == {"same-person"}
    assert refused.count() == SIZE


def test_of_two_designations_that_end_at_once_one_stays(at_work):
    """Three are named; each of twenty tabs ends another one: two stay."""
    sam = factories.designated(at_work.sam)
    people = [at_work.dana, sam]
    tabs = [Browser(at_work.alan, "/administration/designated/").ready() for _ in range(SIZE)]
    with crowd() as at_once:
        acts = [
            partial(
                tab.send,
                person=str(people[n % 2].pk),
                pin=PIN,
                otp=at_work.fob.press(),
                source="token",
                end="1",
            )
            for n, tab in enumerate(tabs)
        ]
        at_once(acts)

    assert DesignatedIndividual.objects.filter(ended_at=None).count() == 2
