"""Before a new EPCS PIN: one password of a token proves whose it will be."""

from __future__ import annotations

from datetime import datetime

from accounts import pin_permits, signing_states
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from tokens import verification
from tokens.attempts import record_attempt
from tokens.models import HardToken
from tokens.outcomes import Outcome
from tokens.refusals import refusal_of


def prove_for_pin(*, token: HardToken, otp: str, session_key: str, at: datetime) -> None:
    """Let the token's owner choose one PIN, in this session and within PIN_PROOF.

    Refused: a wrong, used or too far ahead password, and any password of a locked token.
    """
    with audited_transaction() as trail:
        # First of all rows: who signs, reports a loss or changes the PIN meanwhile is waited for.
        state = signing_states.lock_state(token.user)
        attempt = verification.spend(token, otp, at=at)
        record_attempt(
            trail,
            attempt,
            token=token,
            accepted=Event.PIN_PROOF_GIVEN,
            refused=Event.PIN_PROOF_REFUSED,
            at=at,
        )
        if attempt.outcome is Outcome.ACCEPTED:
            pin_permits.give_proof(token=token, session_key=session_key, state=state, at=at)
            return
    raise refusal_of(attempt, serial=token.serial)
