"""Is this session freshly proven, and by what?

Once per session, 15 minutes idle and 60 in all; signing never counts it (21 CFR 1311.140).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from epcs_portal.http import SignedInRequest
from tokens import selectors
from tokens.models import HardToken, StepUp


class StepUpRequired(Exception):
    """The page needs a fresh proof of possession. The middleware asks for it, then returns."""


@dataclass(frozen=True, slots=True)
class Authority:
    """Under what somebody changes their factors: the word goes on the trail."""

    name: str


def cookie_value(form_key: str, session_key: str) -> str:
    """Return the value of the cookie that names the step-up opened by this form.

    It follows from the form, so that the answer to a second click carries it too; and from
    our key, so that nobody can make it from a copied session cookie.
    """
    return salted_hmac("step-up", f"{session_key}:{form_key}", algorithm="sha256").hexdigest()


def begin(*, token: HardToken, session_key: str, cookie: str, at: datetime) -> None:
    """Open a step-up for this session, named by the cookie."""
    StepUp.objects.create(
        user=token.user,
        cookie_digest=_digest(cookie),
        session_digest=_digest(session_key),
        method=StepUp.Method.HARD_TOKEN,
        hard_token=token,
        proven_at=at,
        seen_at=at,
    )


def current(request: SignedInRequest, *, at: datetime) -> StepUp | None:
    """Return the step-up this request stands on, and keep it from falling idle."""
    value = request.COOKIES.get(settings.STEP_UP_COOKIE_NAME, "")
    if not value:
        return None
    row = StepUp.objects.filter(
        cookie_digest=_digest(value),
        user=request.user,
        hard_token__status=HardToken.Status.ACTIVE,
        hard_token__held_at=None,
        ended_at=None,
        seen_at__gt=at - settings.STEP_UP_IDLE,
        proven_at__gt=at - settings.STEP_UP_TOTAL,
    ).first()
    session_digest = _digest(request.session.session_key or "")
    if row is None or not constant_time_compare(row.session_digest, session_digest):
        return None
    if at - row.seen_at >= settings.STEP_UP_SEEN_EVERY:
        StepUp.objects.filter(pk=row.pk, ended_at=None).update(seen_at=at)
    return row


def authority_of(request: SignedInRequest, *, at: datetime) -> Authority:
    """Return the enrollment grant or step-up that lets this person add a factor.

    Raise StepUpRequired when there is neither.
    """
    if selectors.open_grant_of(request.user, at=at) is not None:
        return Authority("enrollment grant")
    proven = current(request, at=at)
    if proven is None:
        raise StepUpRequired
    return Authority(f"step-up by {proven.method}")


def end_for_session(*, session_key: str, at: datetime) -> None:
    """End what was proven in this session: it is over."""
    rows = StepUp.objects.filter(session_digest=_digest(session_key), ended_at=None)
    rows.update(ended_at=at)


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()
