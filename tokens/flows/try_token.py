"""Spend one password to see that a token works. Nothing is signed and nothing is opened."""

from __future__ import annotations

from datetime import datetime

from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from tokens import approvals, verification
from tokens.attempts import record_attempt
from tokens.models import OathToken, SoftToken
from tokens.outcomes import Outcome
from tokens.refusals import refusal_of


def try_token(*, token: OathToken, otp: str, at: datetime) -> int:
    """Return how many presses were skipped since the password before.

    Refused: a wrong, used or too far ahead password, and any password of a locked token.
    """
    with audited_transaction() as trail:
        if isinstance(token, SoftToken):
            approvals.lock_person(token.user)  # before its row, as who removes it does
        attempt = verification.spend(token, otp, at=at)
        record_attempt(
            trail,
            attempt,
            token=token,
            accepted=Event.TOKEN_TESTED,
            refused=Event.TOKEN_TEST_REFUSED,
            at=at,
        )
        if attempt.outcome is Outcome.ACCEPTED and isinstance(token, SoftToken):
            approvals.thaw(token.user)
    if attempt.outcome is not Outcome.ACCEPTED:
        raise refusal_of(attempt, token=token)
    return attempt.skipped
