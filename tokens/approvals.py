"""What a phone is asked, and what it answers: inside the caller's transaction.

Whoever asks or answers locks the row of the person first, so that one request is open and twenty
answers are one. Rows are locked in this order: signing state, push state, token, codes of the
phones, request, step-up; and the head of the trail last.
Ringing the phone's bell comes after the commit, and nothing depends on it.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from epcs_portal.audit import origin
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import Trail
from epcs_portal.canonical import canonical
from epcs_portal.refusals import Refusal
from tokens import device_keys, doorbell, selectors
from tokens.mobile_refusals import MobileIdHeld, MobileIdLocked
from tokens.models import ApprovalRequest, MobileDevice, MobileIdSetup, PushState, SoftToken
from tokens.push_refusals import NoPhoneToAsk, PushFrozen, PushUsedUp

if TYPE_CHECKING:
    from accounts.models import User

Purpose, State = ApprovalRequest.Purpose, ApprovalRequest.State


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """``lines`` is what the phone shows under the title; ``covers`` ties it to the page's facts."""

    purpose: str
    session_key: str
    title: str = ""
    lines: Sequence[str] = ()
    covers: str = ""
    marked: Mapping[str, str] = field(default_factory=dict)

    @property
    def subject(self) -> str:
        return self.title or str(Purpose(self.purpose).label)


def lock_person(user: User) -> PushState:
    """Make what this person's phone is asked queue up. Ours until the transaction ends."""
    PushState.objects.get_or_create(user=user)
    # On SQLite the lock is a no-op: there the transaction itself is exclusive.
    return PushState.objects.select_for_update(no_key=True).get(user=user)


def ask_owner(
    trail: Trail, token: SoftToken, question: Question, *, at: datetime
) -> ApprovalRequest | Refusal:
    """Ask the phone that has this Mobile ID; or return why it can't be asked now."""
    user = token.user
    state, device = lock_person(user), selectors.phone_of(token)
    refusal = _closed(token, at=at) or too_often(state, question.purpose, at=at)
    if refusal is None and device is None:
        refusal = NoPhoneToAsk()
    if refusal is not None:
        record_not_asked(trail, user, question.subject, refusal, at=at)
        return refusal
    return ask(trail, user, question, device=device, at=at)


def ask(
    trail: Trail,
    user: User,
    question: Question,
    *,
    device: MobileDevice | None,
    setup: MobileIdSetup | None = None,
    at: datetime,
) -> ApprovalRequest:
    """Ask, which supersedes what was asked before. Whoever calls this knows that it may be."""
    title = question.subject
    trail.record(Event.APPROVAL_ASKED, at=at, person=user, actor=user, subject=title)
    close_open(user)
    request = ApprovalRequest(
        user=user,
        setup=setup,
        purpose=question.purpose,
        title=title,
        lines=list(question.lines),
        number=f"{secrets.randbelow(100):02}",
        covers=question.covers,
        marked=dict(question.marked),
        session_digest=device_keys.digest(question.session_key),
        address=origin.current().address,
        asked_at=at,
        expires_at=at + settings.PUSH_LIVES,
    )
    if device is not None:
        put_to(request, device)
    request.save(force_insert=True)
    return request


def record_not_asked(
    trail: Trail, user: User, subject: str, refusal: Refusal, *, at: datetime
) -> None:
    event, code = Event.APPROVAL_NOT_ASKED, refusal.code
    trail.record(event, at=at, person=user, actor=user, subject=subject, outcome=code)


def too_often(state: PushState, purpose: str, *, at: datetime) -> Refusal | None:
    """Return why the phone is not asked now: too many requests, or they were disowned."""
    is_adding = purpose == Purpose.ENROLL
    if state.frozen_at is not None and not is_adding:
        return PushFrozen()
    since = at - settings.PUSH_REQUESTS_PERIOD
    asked = ApprovalRequest.objects.filter(user=state.user_id, asked_at__gt=since)
    times = list(asked.order_by("-asked_at").values_list("asked_at", flat=True))
    if len(times) < settings.PUSH_REQUESTS:
        return None
    again_at = times[settings.PUSH_REQUESTS - 1] + settings.PUSH_REQUESTS_PERIOD
    # The page says the minute, which has to be one in which it works: so the next full one.
    return PushUsedUp(again_at=(again_at + timedelta(seconds=59)).isoformat())


def put_to(request: ApprovalRequest, device: MobileDevice) -> None:
    """Write the text this phone will show, and ring its bell after the commit; the caller saves."""
    request.device = device
    request.text = canonical(
        {
            "v": 1,
            "request": str(request.pk),
            "device": str(device.pk),
            "purpose": request.purpose,
            "title": request.title,
            "lines": request.lines,
            "number": "" if request.is_typed else request.number,
            "covers": request.covers,
            "from": "EPCS Portal",
            "address": request.address,
            "asked_at": request.asked_at,
            "expires_at": request.expires_at,
        }
    )
    request.digest = device_keys.digest(request.text)
    transaction.on_commit(partial(doorbell.wake, request.pk), robust=True)


def open_requests(**whose: object) -> QuerySet[ApprovalRequest]:
    return ApprovalRequest.objects.filter(state=State.OPEN, **whose)


def close_open(user: User) -> None:
    open_requests(user=user).update(state=State.SUPERSEDED)


def close_unspent(user: User) -> None:
    """Also what was approved, and no page has gone on with."""
    given = ApprovalRequest.objects.filter(user=user, state=State.APPROVED, spent_at=None)
    given.update(state=State.SUPERSEDED)
    close_open(user)


def is_frozen(user: User) -> bool:
    """Whether a request was disowned, and no one-time password was right since."""
    return PushState.objects.filter(user=user, frozen_at__isnull=False).exists()


def thaw(user: User) -> None:
    """A one-time password was right: the person has what the phone has, so it is asked again.

    The person is locked (``lock_person``), and was so before the row of the token.
    """
    PushState.objects.filter(user=user, frozen_at__isnull=False).update(frozen_at=None)


def _closed(token: SoftToken, *, at: datetime) -> Refusal | None:
    if token.held_at is not None:
        return MobileIdHeld()
    if token.locked_until is not None and token.lock.is_closed(at):
        return MobileIdLocked(until=token.locked_until.isoformat())
    return None
