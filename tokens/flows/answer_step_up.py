"""Verify it's you: one password of a token opens account management for this session."""

from __future__ import annotations

from datetime import datetime

from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from tokens import step_up, verification
from tokens.attempts import record_attempt
from tokens.models import HardToken
from tokens.outcomes import Outcome
from tokens.refusals import refusal_of


def answer_step_up(
    *, token: HardToken, otp: str, session_key: str, cookie: str, at: datetime
) -> None:
    """Open the step-up that ``cookie`` names, in this session.

    Refused: a wrong, used or too far ahead password, and any password of a locked token.
    """
    with audited_transaction() as trail:
        attempt = verification.spend(token, otp, at=at)
        record_attempt(
            trail,
            attempt,
            token=token,
            accepted=Event.STEP_UP_SUCCEEDED,
            refused=Event.STEP_UP_REFUSED,
            at=at,
        )
        if attempt.outcome is Outcome.ACCEPTED:
            step_up.begin(token=token, session_key=session_key, cookie=cookie, at=at)
            return
    raise refusal_of(attempt, serial=token.serial)
