"""Bind a hard token to a prescriber: serial and two one-time passwords, and it is active."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings

from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from epcs_portal.refusals import Refusal
from epcs_portal.sealing import SealBroken
from tokens import approvals, binding, notices, selectors, step_up
from tokens.models import HardToken, SecurityNotice
from tokens.refusals import ONE_TRY_LEFT, AuthorityOver, BindingTriesUsedUp
from tokens.step_up import Authority

if TYPE_CHECKING:
    from accounts.models import User


Change = SecurityNotice.Change


class SerialAndPairRejected(Refusal):
    """One sentence for an unknown serial, a taken one and wrong passwords: no oracle of stock."""

    code = "serial-and-pair-rejected"
    field = "serial"

    @property
    def sentence(self) -> str:
        return (
            "This serial number and these passwords don't go together. Check the back of the token "
            "and start again with a new One-Time Password 1."
        ) + (ONE_TRY_LEFT if self.facts["left"] == 1 else "")


class StockRecordUnreadable(SerialAndPairRejected):
    """The sealed seed does not open. The person is told what anybody would be told."""

    code = "stock-record-unreadable"


class HasHardToken(Refusal):
    code = "has-hard-token"
    text = (
        "You already have a hardware token, and one at a time is the maximum. "
        "Remove your current token first."
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
    second hard token, five failures in an hour, a serial and passwords that do not belong
    together, and an authority that ended meanwhile.
    """
    with audited_transaction() as trail:
        token = _bind(user, serial, first, second, authority, at)
        refusal = token if isinstance(token, Refusal) else None
        trail.record(
            _event_of(refusal),
            person=user,
            actor=user,
            subject="hard token" if refusal else str(token),
            at=at,
            authority=authority.name,
            outcome=refusal.code if refusal else None,
            phone_bound=authority.is_phone_bound,
        )
        if not refusal:
            notices.note(user, Change.TOKEN_ADDED, subject=str(token), at=at)
            if authority.is_phone_bound:
                notices.note_designees(user, Change.TOKEN_BOUND_BY_PHONE, at=at)
            session_key = authority.session_key
            step_up.end_after_change(user_id=user.pk, session_key=session_key, at=at)
    if isinstance(token, Refusal):
        raise token
    return token


def _bind(
    user: User, serial: str, first: str, second: str, authority: Authority, at: datetime
) -> HardToken | Refusal:
    approvals.lock_person(user)  # first: so does who revokes the account, and then finds the token
    tries = binding.lock_person(user)
    if step_up.was_taken_away(authority, user, at=at):
        return AuthorityOver()
    if selectors.hard_token_of(user) is not None:
        return HasHardToken()
    again_at = binding.count_try(tries, at=at)
    if again_at is not None:
        return BindingTriesUsedUp(again_at=again_at.isoformat())
    left = settings.PAIR_TRIES - tries.made
    try:
        token = binding.bind_hard_token(
            user=user,
            serial=serial,
            first=first,
            second=second,
            is_phone_bound=authority.is_phone_bound,
            at=at,
        )
    except SealBroken:
        return StockRecordUnreadable(left=left)
    if token is None:
        return SerialAndPairRejected(left=left)
    binding.forget_tries(tries)
    return token


def _event_of(refusal: Refusal | None) -> Event:
    if refusal is None:
        return Event.TOKEN_BOUND
    is_broken = isinstance(refusal, StockRecordUnreadable)
    return Event.SEED_UNREADABLE if is_broken else Event.TOKEN_BINDING_REFUSED
