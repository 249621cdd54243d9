"""Ask the phone to approve exactly what is marked on the signing page."""

from __future__ import annotations

from datetime import datetime

from accounts import signing_states, two_factors
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import Trail, audited_transaction
from epcs_portal.refusals import Refusal
from prescriptions import ceremony
from prescriptions.ceremony import Reviewed
from prescriptions.content import content_of
from prescriptions.models import Prescription
from prescriptions.phone_lines import lines_of
from prescriptions.refusals import TokenMissing
from tokens import approvals, selectors
from tokens.approvals import Purpose, Question
from tokens.models import ApprovalRequest, SoftToken


def ask_phone_to_sign(*, reviewed: Reviewed, session_key: str, at: datetime) -> ApprovalRequest:
    """Return the request. No PIN is looked at and nothing is signed.

    Refused: what signing refuses before it looks at factors, and what keeps a phone from being
    asked.
    """
    token = selectors.mobile_id_of(reviewed.user)
    if token is None:
        raise TokenMissing
    with audited_transaction() as trail:
        asked = _ask(trail, reviewed, token, session_key, at=at)
        if isinstance(asked, Refusal):
            person, code = reviewed.user, asked.code
            trail.record(
                Event.SIGNING_NOT_ALLOWED, at=at, person=person, actor=person, outcome=code
            )
    if isinstance(asked, Refusal):
        raise asked
    return asked


def _ask(
    trail: Trail, reviewed: Reviewed, token: SoftToken, session_key: str, *, at: datetime
) -> ApprovalRequest | Refusal:
    state = signing_states.lock_state(reviewed.user)
    if refusal := two_factors.locked(state.lock, at=at) or ceremony.not_allowed(state, reviewed):
        return refusal
    waiting = ceremony.lock_waiting(reviewed)
    if refusal := ceremony.not_as_shown(waiting, reviewed, at=at):
        return refusal
    marked = ceremony.marked_of(waiting, reviewed)
    question = Question(
        purpose=Purpose.SIGN,
        session_key=session_key,
        title=_title(marked),
        lines=[line for rx in marked for line in lines_of(content_of(rx, at=at))],
        covers=ceremony.covers(reviewed),
        marked=reviewed.marked,
    )
    return approvals.ask_owner(trail, token, question, at=at)


def _title(marked: list[Prescription]) -> str:
    many = len(marked)
    return f"Sign {many} prescription{'' if many == 1 else 's'}"
