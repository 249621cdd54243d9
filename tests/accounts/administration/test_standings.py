"""How many stand is read at once, and says of each what is read of one alone."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import (
    DeaRegistration,
    Hold,
    IdentityProofing,
    KnowledgeFactor,
    SigningState,
    User,
)
from accounts.practice_standings import placed, prescribers_of
from accounts.readiness import verdict
from accounts.standing import standing_of
from accounts.standing_words import status_of
from tests import factories
from tests.tokens.states import a_factor, comes_to
from tokens import notices
from tokens.models import HardToken, RevocationCase, SecurityNotice


def _token(state):
    return lambda sam: comes_to(HardToken.objects.get(user=sam), state)


def _only_mobile_id(sam):
    comes_to(HardToken.objects.get(user=sam), "removed")
    a_factor(sam, "mobile")


def _mobile_id_left(sam):
    comes_to(HardToken.objects.get(user=sam), "removed")
    comes_to(a_factor(sam, "mobile"), "left")


def _hold(sam):
    notice = notices.note(sam, SecurityNotice.Change.PIN_RESET, at=timezone.now())
    Hold.objects.create(user=sam, notice=notice, placed_at=timezone.now())


def _change(kind, **columns):
    def enter(sam):
        one, other = factories.a_person(), factories.a_person()
        at = timezone.now()
        decided = {"executed_by": other, "executed_at": at, "executed_with": "x"}
        factories.an_access_change(sam, kind, entered_by=one, at=at, **(decided if columns else {}))

    return enter


def _revoke_account(sam):
    now = timezone.now()
    RevocationCase.objects.create(
        number="CS-7306-4118",
        user=sam,
        issued_by=sam,
        reason="asked",
        issued_at=now,
        expires_at=now + dt.timedelta(hours=24),
        used_at=now,
    )


def _signing(**columns):
    return lambda sam: SigningState.objects.create(user=sam, failures=5, **columns)


SOON = timezone.now() + dt.timedelta(minutes=15)
STATES = {
    "all is well": (lambda sam: None, "Enabled", ""),
    "two tokens": (lambda sam: a_factor(sam, "mobile"), "Enabled", ""),
    "Mobile ID alone": (_only_mobile_id, "Enabled", ""),
    "left": (_mobile_id_left, "No working token", "The Mobile ID is no longer on the phone."),
    "closed": (
        lambda sam: User.objects.filter(pk=sam.pk).update(is_active=False),
        "Closed",
        "may not sign in",
    ),
    "account revoked": (_revoke_account, "Account revoked", "Identity proofing has to be"),
    "not activated": (
        lambda sam: IdentityProofing.objects.filter(prescriber__user=sam).update(activated_at=None),
        "Registration in progress",
        "not complete",
    ),
    "no token": (_token("removed"), "No token", "no token yet"),
    "out of step": (_token("out of step"), "No working token", "token is out of sync."),
    "locked": (_token("locked"), "No working token", "token is locked."),
    "held": (_token("held"), "No working token", "until a designated individual"),
    "expired": (_token("expired"), "No working token", "token expired."),
    "reported": (_token("reported"), "No working token", "was reported lost."),
    "no PIN": (
        lambda sam: KnowledgeFactor.objects.filter(user=sam).delete(),
        "No PIN",
        "neither an EPCS PIN nor",
    ),
    "access ended": (_change("revoke", is_executed=True), "Access ended", "ended the access"),
    "stopped": (_change("revoke"), "Suspended", "stopped by the practice"),
    "stopped without a token": (
        lambda sam: (_change("revoke")(sam), _token("removed")(sam)),
        "Suspended",
        "stopped by the practice",
    ),
    "loss reported": (lambda sam: factories.a_report(sam, what="mobile-id"), "Suspended", "loss"),
    "on hold": (_hold, "On hold", "this wasn't me"),
    "DEA registration expired": (
        lambda sam: DeaRegistration.objects.filter(prescriber__user=sam).update(
            expires_on=dt.date(2020, 1, 1)
        ),
        "No DEA number",
        "no DEA registration in force",
    ),
    "signing locked": (_signing(locked_until=SOON), "Signing locked", "locked until"),
    "signing held": (_signing(held_at=SOON), "Signing locked", "until the EPCS PIN is reset"),
}


@pytest.mark.parametrize("state", STATES)
def test_many_are_read_as_one_is_and_the_first_reason_is_told(practice, sam, state):
    other = factories.a_signer(practice=practice)
    factories.a_hard_token(other)
    come_to, tag, reason = STATES[state]
    come_to(sam)
    at = timezone.now()

    both = placed(prescribers_of(practice), at=at)

    [of_sam] = [each for each in both if each.standing.person == sam]
    alone = standing_of(prescribers_of(practice).get(user=sam))
    assert of_sam.standing == alone
    status = status_of(of_sam, at=at)
    assert status.tag == tag
    assert reason in status.reason if reason else status.reason == ""
    assert [status_of(each, at=at).tag for each in both if each is not of_sam] == ["Enabled"]
    if state != "closed":  # of which there is no own page
        own = verdict(alone, at=at)["title"]
        assert status.can_sign == own.startswith(("Ready to sign", "You can sign,"))


def test_who_moved_here_has_no_access_by_what_another_practice_gave(practice, sam):
    elsewhere = factories.a_practice()
    sam.membership.practice = elsewhere
    sam.membership.save()

    [placed_sam] = placed(prescribers_of(elsewhere), at=timezone.now())

    assert status_of(placed_sam, at=timezone.now()).tag == "No access"
