"""Verify it's you: one password of a token opens account management for this session."""

from __future__ import annotations

from datetime import datetime

from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from tokens import out_of_band, step_up, verification
from tokens.attempts import record_attempt
from tokens.models import HardToken, StepUp
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
            method = StepUp.Method.HARD_TOKEN
            step_up.begin(by=token, method=method, session_key=session_key, cookie=cookie, at=at)
            out_of_band.open_after_token(token.user)
            return
    raise refusal_of(attempt, serial=token.serial)
