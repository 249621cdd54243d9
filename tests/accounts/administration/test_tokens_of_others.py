"""A designated individual confirms a phone-bound token, and ends the hold of a locked one."""

from __future__ import annotations

import pytest
from django.utils import timezone

from accounts.flows.confirm_token import confirm_token
from accounts.flows.end_token_hold import end_token_hold
from accounts.practice_tokens import NotYourToken
from epcs_portal.audit.models import AuditEvent
from tests import factories
from tests.accounts.administration.reading import page_of, text_of
from tests.pages import form_key_on, submit
from tokens import step_up
from tokens.models import Condition, HardToken, SecurityNotice
from tokens.step_up_matrix import Action, permits

HOW = "Spoke with Sam in person."


@pytest.fixture
def bound(sam) -> HardToken:
    HardToken.objects.update(is_phone_bound=True)
    return HardToken.objects.get()


@pytest.fixture
def held(sam) -> HardToken:
    now = timezone.now()
    HardToken.objects.update(held_at=now, failures=5, locked_until=now, last_lock_at=now)
    return HardToken.objects.get()


def page(token, what, kind="hard"):
    return f"/administration/tokens/{kind}/{token.pk}/{what}/"


def test_a_confirmed_token_may_set_a_pin(at_danas, bound, sam, dana):
    assert not permits(Action.RESET_PIN, step_up.proof_of_token(bound))
    listed = at_danas.get("/administration/").text

    response = submit(at_danas, page(bound, "confirm"), assurance=HOW)

    bound.refresh_from_db()
    assert permits(Action.RESET_PIN, step_up.proof_of_token(bound))
    assert page(bound, "confirm") in listed
    told = text_of(at_danas.get(response.url))
    assert "The token is confirmed" in told
    event = AuditEvent.objects.get(event="token_binding.confirmed")
    assert (event.person, event.actor, event.facts["assurance"]) == (sam, dana, HOW)
    notice = SecurityNotice.objects.get(change="token-confirmed")
    assert (notice.user, notice.subject) == (sam, "hard token GALH12345678")


def test_an_unlocked_token_works_again(at_danas, held, sam, dana):
    assert page(held, "unlock") in at_danas.get(page_of(sam)).text

    response = submit(at_danas, page(held, "unlock"), assurance=HOW)

    held.refresh_from_db()
    assert held.condition(timezone.now()) is Condition.ACTIVE
    assert (held.failures, held.last_lock_at is None) == (0, False)
    assert "The token is unlocked" in text_of(at_danas.get(response.url))
    event = AuditEvent.objects.get(event="token_hold.ended")
    assert (event.person, event.actor, event.facts["assurance"]) == (sam, dana, HOW)
    assert SecurityNotice.objects.get(change="token-hold-ended").user == sam


@pytest.mark.parametrize(
    ("what", "event", "sentence"),
    [
        ("confirm", "token_binding.not_confirmed", "This token was confirmed already"),
        ("unlock", "token_hold.not_ended", "This token was unlocked already"),
    ],
)
def test_what_needs_no_help_is_refused_and_that_is_on_the_trail(
    at_danas, sam, what, event, sentence
):
    token = HardToken.objects.get()

    told = text_of(submit(at_danas, page(token, what), assurance=HOW))

    assert sentence in told
    assert AuditEvent.objects.get(event=event).person == sam
    assert not SecurityNotice.objects.exists()


@pytest.mark.parametrize("what", ["confirm", "unlock"])
def test_a_reported_token_gets_no_help(at_danas, bound, what):
    now = timezone.now()
    HardToken.objects.update(held_at=now, status="reported", reported_at=now)

    submit(at_danas, page(bound, what), assurance=HOW)

    bound.refresh_from_db()
    assert bound.is_phone_bound
    assert bound.held_at is not None


@pytest.mark.parametrize("what", ["confirm", "unlock"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_ones_own_and_those_of_another_practice_are_not_found(browser_of, bound, sam, what, method):
    factories.designated(sam)
    of_another = factories.designated(factories.a_person(practice=factories.a_practice()))

    for person in (sam, of_another):
        browser = browser_of(person)
        assert getattr(browser, method)(page(bound, what)).status_code == 404
        assert getattr(browser, method)(page(bound, what, "soft")).status_code == 404
    bound.refresh_from_db()
    assert bound.is_phone_bound


def test_who_manages_access_no_longer_is_refused_by_the_flow(bound, dana, sam):
    dana.practice.designated_individuals.update(ended_at=timezone.now(), ended_by=sam)

    with pytest.raises(NotYourToken):
        confirm_token(token=bound, designee=dana, assurance=HOW, at=timezone.now())

    event = AuditEvent.objects.get(event="token_binding.not_confirmed")
    assert event.facts["outcome"] == "not-your-token"


def test_the_flow_that_unlocks_refuses_ones_own(held, sam):
    factories.designated(sam)

    with pytest.raises(NotYourToken):
        end_token_hold(token=held, designee=sam, assurance=HOW, at=timezone.now())

    held.refresh_from_db()
    assert held.held_at is not None


@pytest.mark.parametrize("what", ["confirm", "unlock"])
def test_how_they_made_sure_is_needed_and_a_second_click_is_harmless(at_danas, bound, what):
    HardToken.objects.update(held_at=timezone.now())
    assert "Say how you made sure" in text_of(submit(at_danas, page(bound, what), assurance=""))
    form = {"form_key": form_key_on(at_danas, page(bound, what)), "assurance": HOW}

    answers = [at_danas.post(page(bound, what), form).url for _click in range(2)]

    assert answers[0] == answers[1]
    assert SecurityNotice.objects.count() == 1


def test_an_administrator_who_is_not_designated_is_refused(browser_of, bound, practice):
    clerk = factories.a_person(practice=practice)
    clerk.membership.is_erx_administrator = True
    clerk.membership.save()

    assert browser_of(clerk).get(page(bound, "confirm")).status_code == 403
    assert "Tokens to confirm (1)" in text_of(browser_of(clerk).get("/administration/"))
