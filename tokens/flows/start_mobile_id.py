"""Begin to add Mobile ID: a link goes to the phone, and this page waits for its answer."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import Trail, audited_transaction
from epcs_portal.refusals import Refusal
from tokens import approvals, mobile_ids, pairing_link, step_up
from tokens.approvals import Purpose, Question
from tokens.mobile_refusals import OtherEmail
from tokens.models import MobileIdSetup
from tokens.refusals import AuthorityOver
from tokens.step_up import Authority

if TYPE_CHECKING:
    from accounts.models import User


def start_mobile_id(
    *, user: User, number: str, email: str, authority: Authority, at: datetime
) -> MobileIdSetup:
    """Return the setup, its request open and its link posted. A Mobile ID there is stays.

    ``number`` is E.164. Refused: an address that is not the registered one, a number that takes no
    texts, too many texts or requests, and an authority that ended meanwhile. What stood there
    before then still stands.
    """
    with audited_transaction() as trail:
        begun = _begin(trail, user, number, email, authority, at)
        refusal = begun if isinstance(begun, Refusal) else None
        trail.record(
            Event.MOBILE_ID_NOT_STARTED if refusal else Event.MOBILE_ID_STARTED,
            at=at,
            person=user,
            actor=user,
            subject="Mobile ID" if refusal else str(begun),
            authority=authority.name,
            outcome=refusal.code if refusal else None,
        )
    if isinstance(begun, Refusal):
        raise begun
    return begun


def _begin(
    trail: Trail, user: User, number: str, email: str, authority: Authority, at: datetime
) -> MobileIdSetup | Refusal:
    state = approvals.lock_person(user)
    if step_up.was_taken_away(authority, user, at=at):
        return AuthorityOver()
    if not user.email or email.casefold() != user.email.casefold():
        return OtherEmail()
    if refusal := approvals.too_often(state, Purpose.ENROLL, at=at):
        return refusal
    if refusal := pairing_link.refused(user.pk, number, at=at):
        return refusal
    setup, link = mobile_ids.begin(user, number, authority=authority, at=at)
    question = Question(purpose=Purpose.ENROLL, session_key=authority.session_key)
    approvals.ask(trail, user, question, device=None, setup=setup, at=at)
    pairing_link.post_link(setup, link, at=at)
    return setup
