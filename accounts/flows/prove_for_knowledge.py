"""Before a new EPCS PIN or EPCS password: one password of a token proves whose it will be."""

from __future__ import annotations

from datetime import datetime

from accounts import knowledge_permits, signing_states
from accounts.models import KnowledgeFactor
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from epcs_portal.refusals import Refusal
from tokens import step_up
from tokens.attempts import record_attempt
from tokens.outcomes import Outcome
from tokens.possession import Possession
from tokens.refusals import refusal_of
from tokens.step_up_matrix import Action, permits

Kind = KnowledgeFactor.Kind
EVENTS = {
    Kind.PIN: (Event.PIN_PROOF_GIVEN, Event.PIN_PROOF_REFUSED),
    Kind.PASSWORD: (Event.PASSWORD_PROOF_GIVEN, Event.PASSWORD_PROOF_REFUSED),
}


class TokenIsPhoneBound(Refusal):
    """rules C-14: a phone never reaches PIN or password. Facts: ``label``, of which of them."""

    code = "token-is-phone-bound"
    text = (
        "This token was added with a backup phone, so it can't change your {label} until a "
        "designated individual at your practice confirms it. Nothing was used up."
    )


def prove_for_knowledge(*, by: Possession, kind: Kind, session_key: str, at: datetime) -> None:
    """Let the token's owner choose one of the kind, in this session and within PIN_PROOF.

    Refused: a wrong, used or too far ahead password, any password of a locked token, a request that
    the phone has not approved for this page, and a token that a backup phone alone vouched for.
    """
    token, (accepted, refused) = by.token, EVENTS[kind]
    if not permits(Action.RESET_PIN, step_up.proof_of_token(token)):
        with audited_transaction() as trail:
            person, code = token.user, TokenIsPhoneBound.code
            subject = str(token)
            trail.record(refused, at=at, person=person, actor=person, subject=subject, outcome=code)
        raise TokenIsPhoneBound(label=kind.label)
    with audited_transaction() as trail:
        # First of all rows: who signs, reports a loss or changes the PIN meanwhile is waited for.
        state = signing_states.lock_state(token.user)
        attempt = by.use(at=at)
        record_attempt(trail, attempt, token=token, accepted=accepted, refused=refused, at=at)
        if attempt.outcome is Outcome.ACCEPTED:
            knowledge_permits.give_proof(
                by=by, kind=kind, session_key=session_key, state=state, at=at
            )
            return
    raise refusal_of(attempt, token=token)
