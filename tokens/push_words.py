"""What has become of a request: the words on the page that asked, and whether they are the last."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from epcs_portal.http import SignedInRequest
from epcs_portal.local_time import clock_time
from tokens import device_keys, selectors
from tokens.models import ApprovalRequest

State, Reason = ApprovalRequest.State, ApprovalRequest.Reason
MINUTES = settings.PUSH_LIVES // timedelta(minutes=1)
WORDS = {
    State.DENIED: "The request was denied on your phone, so nothing was done.",
    State.WRONG_NUMBER: (
        "Another number was entered on your phone, so the request is closed and nothing was done."
    ),
    State.SUPERSEDED: "A newer request took the place of this one. Nothing was done.",
}


def progress_of(request: ApprovalRequest, *, at: datetime) -> dict[str, Any]:
    """Return state, text, tone and whether it is final."""
    if request.is_open(at):
        return {"state": "open", "text": "", "tone": "info", "final": False}
    if request.is_expired(at):
        text = f"It was not approved within {MINUTES} minutes, so nothing was done."
        return {"state": "expired", "text": text, "tone": "warn", "final": True}
    if request.may_be_spent(at):
        minutes = settings.PUSH_FINISHED_WITHIN // timedelta(minutes=1)
        approved = f"Approved on your phone at {clock_time(request.answered_at or at)}."
        text = f"{approved} Finish here within {minutes} minutes."
        return {"state": "approved", "text": text, "tone": "ok", "final": True}
    text = WORDS.get(State(request.state), "It was approved, and this is over.")
    return {"state": request.state, "text": text, "tone": "bad", "final": True}


def waiting(request: ApprovalRequest, *, at: datetime) -> dict[str, Any]:
    """Context of components/push_wait.html."""
    left = max(0, ceil((request.expires_at - at).total_seconds()))
    return progress_of(request, at=at) | {
        "id": request.pk,
        "number": request.number,
        "seconds": left,
        "clock": f"{left // 60}:{left % 60:02}",
        "status_url": reverse("approval_status", args=[request.pk]),
    }


def asked_by(
    request: SignedInRequest, purpose: str, *, at: datetime, **tied: str
) -> dict[str, Any] | None:
    """Return what this page of this session waits for, as its address says; None once it is used.

    With ``marked``: what was marked ready when it was asked. ``tied``: what else it must be.
    """
    try:
        request_id = UUID(request.GET.get("push", ""))
    except ValueError:
        return None
    owned: dict[str, Any] = {"user": request.user, "purpose": purpose, "spent_at": None}
    asked = selectors.request_by_id(request_id, **owned, **tied)
    if asked is None or not is_of_session(asked, request.session.session_key or ""):
        return None
    return waiting(asked, at=at) | {"marked": asked.marked}


def is_of_session(request: ApprovalRequest, session_key: str) -> bool:
    """Whether this session asked: no other one sees the digits, or goes on."""
    return request.session_digest == device_keys.digest(session_key)
