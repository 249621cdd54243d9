"""Verify it's you: a token in hand opens account management for this session."""

from __future__ import annotations

from datetime import datetime

from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from tokens import approvals, out_of_band, step_up
from tokens.attempts import record_attempt
from tokens.models import SoftToken
from tokens.outcomes import Outcome
from tokens.possession import Possession, method_of
from tokens.refusals import refusal_of


def answer_step_up(*, by: Possession, session_key: str, cookie: str, at: datetime) -> None:
    """Open the step-up that ``cookie`` names, in this session.

    Refused: a wrong, used or too far ahead password, any password of a locked token, and a request
    that the phone has not approved for this page.
    """
    token = by.token
    with audited_transaction() as trail:
        # Before the token's row: so does who removes it, and neither waits for the other. A hard
        # token needs it only to let the phone be asked again.
        is_locked = isinstance(token, SoftToken) or approvals.is_frozen(token.user)
        if is_locked:
            approvals.lock_person(token.user)
        attempt = by.use(at=at)
        record_attempt(
            trail,
            attempt,
            token=token,
            accepted=Event.STEP_UP_SUCCEEDED,
            refused=Event.STEP_UP_REFUSED,
            at=at,
        )
        if attempt.outcome is Outcome.ACCEPTED:
            method = method_of(by)
            step_up.begin(by=token, method=method, session_key=session_key, cookie=cookie, at=at)
            if is_locked and not by.is_push:
                approvals.thaw(token.user)
            out_of_band.open_after_token(token.user)
            return
    raise refusal_of(attempt, token=token)
