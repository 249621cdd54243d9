"""Before a new EPCS PIN: one password of a token proves whose it will be."""

from __future__ import annotations

from datetime import datetime

from accounts import pin_permits, signing_states
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from epcs_portal.refusals import Refusal
from tokens import step_up
from tokens.attempts import record_attempt
from tokens.outcomes import Outcome
from tokens.possession import Possession
from tokens.refusals import refusal_of
from tokens.step_up_matrix import Action, permits


class TokenIsPhoneBound(Refusal):
    """rules C-14: a phone never reaches PIN or password."""

    code = "token-is-phone-bound"
    text = (
        "This token was added with a backup phone, so it can't change your EPCS PIN until a "
        "designated individual at your practice confirms it. Nothing was used up."
    )


def prove_for_pin(*, by: Possession, session_key: str, at: datetime) -> None:
    """Let the token's owner choose one PIN, in this session and within PIN_PROOF.

    Refused: a wrong, used or too far ahead password, any password of a locked token, a request that
    the phone has not approved for this page, and a token that a backup phone alone vouched for.
    """
    token = by.token
    if not permits(Action.RESET_PIN, step_up.proof_of_token(token)):
        with audited_transaction() as trail:
            person, event, code = token.user, Event.PIN_PROOF_REFUSED, TokenIsPhoneBound.code
            subject = str(token)
            trail.record(event, at=at, person=person, actor=person, subject=subject, outcome=code)
        raise TokenIsPhoneBound
    with audited_transaction() as trail:
        # First of all rows: who signs, reports a loss or changes the PIN meanwhile is waited for.
        state = signing_states.lock_state(token.user)
        attempt = by.use(at=at)
        record_attempt(
            trail,
            attempt,
            token=token,
            accepted=Event.PIN_PROOF_GIVEN,
            refused=Event.PIN_PROOF_REFUSED,
            at=at,
        )
        if attempt.outcome is Outcome.ACCEPTED:
            pin_permits.give_proof(by=by, session_key=session_key, state=state, at=at)
            return
    raise refusal_of(attempt, token=token)
