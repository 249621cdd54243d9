"""The first EPCS PIN: with a token's password, or under the enrollment grant."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.flows.reset_pin import PinNotPermitted, reset_pin
from accounts.knowledge import Knowledge
from accounts.models import KnowledgeProof
from epcs_portal.audit.models import AuditEvent
from tests import factories
from tests.accounts.pins import DONE, NEW, NEW_PIN, PROVE, choose, prove, what_is
from tests.pages import form_key_on
from tests.tokens.clock import minutes_pass
from tests.tokens.reading import events_of, read
from tokens.models import HardToken


@pytest.fixture
def grant(prescriber):
    return factories.a_grant(prescriber)


def test_without_a_grant_the_token_proves_it(signed_in, prescriber, fob):
    first = read(signed_in.get(PROVE))
    prove(signed_in, fob)
    response = choose(signed_in, NEW_PIN)

    assert "<h1>Set your EPCS PIN</h1>" in first
    assert "Your EPCS PIN is set" in read(signed_in.get(response.url))
    assert events_of(prescriber) == ["pin.proof_given", "pin.set"]


def test_under_the_grant_the_first_step_is_skipped(signed_in, prescriber, grant, token):
    first = signed_in.get(PROVE)
    response = choose(signed_in, NEW_PIN)

    assert first.url == NEW
    assert response.url.startswith(DONE)
    assert what_is(NEW_PIN, prescriber) is Knowledge.RIGHT
    assert not KnowledgeProof.objects.exists()
    event = AuditEvent.objects.get(event="pin.set")
    assert event.facts == {"authority": "enrollment grant", "outcome": None}
    assert event.event_class == 4


def test_the_grant_is_good_for_one_pin(signed_in, prescriber, grant, token):
    choose(signed_in, NEW_PIN)

    assert signed_in.get(NEW).url == PROVE
    assert "Reset EPCS PIN" in read(signed_in.get(PROVE))


def test_a_grant_without_a_token_leads_to_adding_one(signed_in, grant):
    page = read(signed_in.get(PROVE))

    assert "A token proves that it's you, and you have none yet." in page
    assert '<a class="btn" href="/epcs/token/add/?door=admin">Add a hardware token</a>' in page
    assert 'name="otp"' not in page
    assert signed_in.get(NEW).url == PROVE


def test_a_grant_does_not_reset_a_pin(signed_in, prescriber, grant, token):
    factories.an_epcs_pin(prescriber)

    assert signed_in.get(NEW).url == PROVE
    with pytest.raises(PinNotPermitted):
        reset_pin(user=prescriber, pin=NEW_PIN, session_key="any", at=timezone.now())
    assert what_is(NEW_PIN, prescriber) is Knowledge.WRONG


def test_a_grant_counts_with_a_live_token_only(signed_in, prescriber, grant, token):
    HardToken.objects.update(status="removed", removed_at=timezone.now())

    with pytest.raises(PinNotPermitted):
        reset_pin(user=prescriber, pin=NEW_PIN, session_key="any", at=timezone.now())


@pytest.mark.parametrize(("seconds", "is_set"), [(-1, True), (1, False)])
def test_a_grant_ends_after_a_day(prescriber, grant, token, seconds, is_set):
    at = grant.given_at + timedelta(hours=24, seconds=seconds)

    with suppress(PinNotPermitted):
        reset_pin(user=prescriber, pin=NEW_PIN, session_key="any", at=at)

    assert (what_is(NEW_PIN, prescriber) is Knowledge.RIGHT) is is_set


def test_a_page_that_stayed_open_beyond_the_grant_says_so(signed_in, prescriber, grant, token):
    form = {"form_key": form_key_on(signed_in, NEW), "pin": NEW_PIN, "confirm": NEW_PIN}
    minutes_pass(grant, 24 * 60)

    page = read(signed_in.post(NEW, form))

    assert "The time for choosing a PIN is over, so the PIN was not changed." in page
    assert '<a class="btn" href="/epcs/pin/">Prove it\'s you again</a>' in page
    assert 'name="pin"' not in page


def test_who_has_no_token_and_no_pin_is_led_to_the_token(signed_in):
    assert signed_in.get(DONE).url == PROVE
    assert "Add a hardware token" in read(signed_in.get(PROVE))


def test_who_is_not_registered_is_told_so(client, db):
    client.force_login(factories.a_prescriber(registered=False))

    page = read(client.get(PROVE))

    assert "This step is only for providers who have completed EPCS registration." in page
    assert "Add a hardware token" not in page
    assert 'name="otp"' not in page


def test_the_ways_in_say_whether_there_is_a_pin(signed_in, prescriber, token):
    before = [read(signed_in.get(page)) for page in ("/epcs/", "/settings/epcs/")]
    factories.an_epcs_pin(prescriber)
    after = [read(signed_in.get(page)) for page in ("/epcs/", "/settings/epcs/")]

    assert all("Set your EPCS PIN" in page and "Not set" in page for page in before)
    assert all("Reset EPCS PIN" in page for page in after)
    assert not any("Set your EPCS PIN" in page for page in after)
    assert all(f'href="{PROVE}"' in page for page in [*before, *after])
