"""Twenty resets at once are one reset; twenty passwords at once are one password."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from accounts.flows.reset_password import ResetStillOpen, reset_password
from accounts.knowledge import Knowledge
from accounts.models import KnowledgeProof, PasswordReset, SigningState
from epcs_portal.audit.models import AuditEvent
from tests import factories, markers
from tests.accounts.passwords import NEW, prove, what_is
from tests.races.crowd import SIZE, crowd
from tests.races.test_one_proof_one_pin import Tab
from tests.tokens.reading import read
from tokens.models import SecurityNotice

ROUNDS = 10
OVER = "This page is over, so no password was set by it"


@pytest.fixture
def prescriber(cloned_db):
    return factories.a_prescriber()


def _outcome_of_reset(act) -> str:
    try:
        act()
    except ResetStillOpen:
        return "open already"
    return "reset"


def _outcome(answer) -> str:
    if answer.status_code == 302:
        return "saved"
    page = read(answer)
    is_refused = answer.status_code == 200 and OVER in page
    return "refused" if is_refused else f"{answer.status_code}: {page}"


def test_twenty_resets_at_once(prescriber):
    dana = factories.an_erx_administrator(prescriber.practice)
    beginning = timezone.now()

    with crowd() as at_once:
        for number in range(1, ROUNDS + 1):
            factories.an_epcs_password(prescriber)
            at = beginning + number * timedelta(hours=72)  # the one before has run out
            reset = partial(reset_password, user=prescriber, administrator=dana, at=at)
            outcomes = at_once([partial(_outcome_of_reset, reset)] * SIZE)

            assert Counter(outcomes) == {"reset": 1, "open already": SIZE - 1}
            assert PasswordReset.objects.count() == number
            assert PasswordReset.objects.filter(ended_at=None).count() == 1
            assert SigningState.objects.get().generation == number
            assert SecurityNotice.objects.count() == number
            made = AuditEvent.objects.filter(event="password_reset.made")
            assert made.count() == number
            assert what_is(factories.EPCS_PASSWORD, prescriber) is Knowledge.NOT_SET


def test_twenty_tabs_with_one_proof(client, prescriber):
    _, fob = factories.a_hard_token(prescriber)
    dana = factories.an_erx_administrator(prescriber.practice)
    client.force_login(prescriber)
    tabs = [Tab(prescriber, NEW, of=client) for _ in range(SIZE)]

    with crowd() as at_once:
        for number in range(1, ROUNDS + 1):
            factories.a_password_reset(prescriber, by=dana)
            prove(client, fob)
            passwords = [f"marker lantern {number} orbit {tab} Vr" for tab in range(SIZE)]
            markers.note("passwords", *passwords)
            acts = [
                partial(tab.ready().send, password=password, confirm=password)
                for tab, password in zip(tabs, passwords, strict=True)
            ]
            answers = at_once(acts)

            assert Counter(map(_outcome, answers)) == Counter(saved=1, refused=SIZE - 1)
            saved = next(
                password
                for password, answer in zip(passwords, answers, strict=True)
                if answer.status_code == 302
            )
            assert what_is(saved, prescriber) is Knowledge.RIGHT
            assert SigningState.objects.get().generation == 2 * number
            assert not KnowledgeProof.objects.filter(used_at=None).exists()
            assert not PasswordReset.objects.filter(used_at=None).exists()
            assert AuditEvent.objects.filter(event="password.set").count() == number
