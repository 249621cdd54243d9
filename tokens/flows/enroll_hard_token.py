"""Bind a hard token to a prescriber: serial and two one-time passwords, and it is active."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings

from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from epcs_portal.local_time import clock_time
from epcs_portal.refusals import Refusal
from tokens import binding, selectors
from tokens.models import HardToken
from tokens.step_up import Authority

if TYPE_CHECKING:
    from accounts.models import User


class SerialAndPairRejected(Refusal):
    """One sentence for an unknown serial, a taken one and wrong passwords: no oracle of stock."""

    code = "serial-and-pair-rejected"
    field = "serial"
    text = (
        "This serial number and these passwords don't go together. Check the back of the token "
        "and start again with a new One-Time Password 1."
    )


class HasHardToken(Refusal):
    code = "has-hard-token"
    text = (
        "You already have a hardware token, and one at a time is the maximum. "
        "Remove your current token first."
    )


class BindingTriesUsedUp(Refusal):
    code = "binding-tries-used-up"

    @property
    def sentence(self) -> str:
        return (
            f"You have tried {settings.PAIR_TRIES} times in an hour. "
            f"You can try again at {clock_time(str(self.facts['again_at']))}, "
            f"or contact support at {settings.SUPPORT_PHONE}."
        )


def enroll_hard_token(
    *,
    user: User,
    serial: str,
    first: str,
    second: str,
    authority: Authority,
    at: datetime,
) -> HardToken:
    """Return the new token, active, its two passwords spent (RFC 4226 section 7.4).

    ``authority`` is the enrollment grant or the step-up under which it is done. Refused: a
    second hard token, five failures in an hour, and a serial and passwords that do not
    belong together.
    """
    with audited_transaction() as trail:
        token, refusal = _bind(user, serial, first, second, at)
        trail.record(
            Event.TOKEN_BOUND if token else Event.TOKEN_BINDING_REFUSED,
            person=user,
            actor=user,
            subject=str(token) if token else "hard token",
            at=at,
            authority=authority.name,
            outcome=refusal.code if refusal else None,
        )
    if token is None:
        raise refusal or SerialAndPairRejected()
    return token


def _bind(
    user: User, serial: str, first: str, second: str, at: datetime
) -> tuple[HardToken | None, Refusal | None]:
    tries = binding.lock_person(user)
    if selectors.hard_tokens_of(user).exists():
        return None, HasHardToken()
    again_at = binding.count_try(tries, at=at)
    if again_at is not None:
        return None, BindingTriesUsedUp(again_at=again_at.isoformat())
    token = binding.bind_hard_token(user=user, serial=serial, first=first, second=second, at=at)
    if token is None:
        return None, SerialAndPairRejected()
    binding.forget_tries(tries)
    return token, None
