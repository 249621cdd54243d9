"""An operator gives an agent the hardware token that opens the support site."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from epcs_portal.audit.models import AuditEvent
from tests import factories
from tests.in_hand import FobInHand
from tests.pages import submit
from tests.support.conftest import VERIFY
from tests.tokens.reading import events_of
from tokens import selectors
from tokens.models import HardToken, SeedRecord

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent(db):
    return factories.a_person("rhale", is_staff=True)


def bind(
    monkeypatch, fob: FobInHand, *options: str, who: str = "rhale", wrong: bool = False
) -> str:
    """Run the command, and answer what it asks for with two presses."""
    presses = iter([fob.wrong(), fob.press()] if wrong else [fob.press(), fob.press()])
    monkeypatch.setattr("builtins.input", lambda _asked: next(presses))
    printed = StringIO()
    call_command("bind_agent_token", who, fob.serial, *options, stdout=printed)
    return printed.getvalue()


def test_the_token_is_bound_and_opens_the_support_site(monkeypatch, client, agent):
    fob = factories.a_fob_in_stock("GALH55667788")

    printed = bind(monkeypatch, fob)

    assert printed == "Bound hard token GALH55667788 to rhale.\n"
    event = AuditEvent.objects.get(event="token.bound")
    assert (event.person, event.actor, event.facts["authority"]) == (agent, None, "operator")
    client.force_login(agent)
    submit(client, VERIFY, otp=fob.press())
    assert client.get("/staff/").status_code == 200


def test_another_token_ends_the_one_before(monkeypatch, agent):
    old, new = factories.a_hard_token(agent)[0], factories.a_fob_in_stock()

    bind(monkeypatch, new, "--reason", "lost")

    old.refresh_from_db()
    assert (old.status, old.reason) == ("removed", "lost")
    assert selectors.hard_token_of(agent).serial == new.serial
    assert events_of(agent) == ["token.bound", "token.removed"]


def test_the_same_token_once_more_is_found_again_and_unlocked(monkeypatch, agent):
    token, fob = factories.a_hard_token(agent)
    HardToken.objects.filter(pk=token.pk).update(failures=5, held_at=timezone.now())
    fob.press(400)

    bind(monkeypatch, fob)

    found = selectors.hard_token_of(agent)
    assert (found.serial, found.held_at, found.next_factor) == (token.serial, None, 402)


def test_wrong_passwords_bind_nothing_and_the_old_token_stays(monkeypatch, agent):
    old, new = factories.a_hard_token(agent)[0], factories.a_fob_in_stock()

    with pytest.raises(CommandError, match="Nothing was bound: this serial number"):
        bind(monkeypatch, new, wrong=True)

    assert selectors.hard_token_of(agent) == old
    assert events_of(agent) == ["token.binding_refused"]


def test_a_seed_that_does_not_open_binds_nothing(monkeypatch, agent):
    fob = factories.a_fob_in_stock()
    SeedRecord.objects.update(sealed=b"altered")

    with pytest.raises(CommandError, match="Nothing was bound"):
        bind(monkeypatch, fob)

    assert not HardToken.objects.exists()


def test_where_nothing_can_be_typed_nothing_is_bound(monkeypatch, agent):
    fob = factories.a_fob_in_stock()
    monkeypatch.setattr("sys.stdin", StringIO(fob.press() + "\n"))

    with pytest.raises(CommandError, match="Nothing was bound: two passwords are typed in here"):
        call_command("bind_agent_token", "rhale", fob.serial)

    assert not HardToken.objects.exists()


@pytest.mark.parametrize("who", ["prescriber", "no agent", "closed", "nobody"])
def test_agents_alone_are_given_one(monkeypatch, who):
    if who == "prescriber":
        factories.a_prescriber(who)
    elif who != "nobody":
        factories.a_person(who, is_staff=who == "closed", is_active=who != "closed")

    with pytest.raises(CommandError, match=r"Nobody is called|Nothing was bound"):
        bind(monkeypatch, factories.a_fob_in_stock(), who=who)

    assert not HardToken.objects.exists()
