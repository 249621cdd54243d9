"""Revoke OTP account and all credentials: the button nobody should press."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db.models import F

from accounts import knowledge, signing_states
from accounts.models import User
from accounts.signing_access import after_access
from epcs_portal.audit.events import Event
from epcs_portal.audit.selectors import events_since
from epcs_portal.audit.trail import Trail, audited_transaction
from epcs_portal.refusals import Refusal
from tokens import approvals, factors, mobile_ids, notices, selectors, step_up
from tokens.factors import Factor
from tokens.models import Reason, RevocationCase, SecurityNotice
from tokens.refusals import AuthorityOver
from tokens.step_up import Authority


class CaseNotOpen(Refusal):
    """A number nobody issued, of somebody else, used or over: one sentence for all."""

    code = "case-not-open"
    field = "case"
    text = "That case number is not open for your account. Check it with support."


class CaseTriesUsedUp(Refusal):
    code = "case-tries-used-up"
    field = "case"

    @property
    def sentence(self) -> str:
        return (
            f"You have tried {settings.PAIR_TRIES} case numbers in an hour, so nothing was "
            f"revoked. Call support at {settings.SUPPORT_PHONE}."
        )


def revoke_account(*, user: User, case: str, authority: Authority, at: datetime) -> None:
    """End the EPCS account: every token and phone, PIN and password, and every session.

    Permanently: what let them sign before counts no more, and they come back by a new proofing
    (SP 800-63B section 4.5). Signed prescriptions and the trail stay. Refused: a case number that
    is not open for this person, a sixth one in an hour, and an authority that ended meanwhile.
    """
    refusal: Refusal | None = None
    with audited_transaction() as trail:
        state = signing_states.lock_state(user)
        at = after_access(user.prescriber, at)
        approvals.lock_person(user)  # who removes a factor locks this alone
        since = at - settings.PAIR_TRIES_PERIOD
        if step_up.was_taken_away(authority, user, at=at):
            refusal = AuthorityOver()
        elif events_since(user, Event.ACCOUNT_NOT_REVOKED, since=since) >= settings.PAIR_TRIES:
            refusal = CaseTriesUsedUp()
        elif not _use(user, case, at=at):
            refusal = CaseNotOpen()
        else:
            signing_states.void_ceremonies(state)
            _end_everything(trail, user, case, at=at)
        trail.record(
            Event.ACCOUNT_NOT_REVOKED if refusal else Event.ACCOUNT_REVOKED,
            at=at,
            person=user,
            actor=user,
            subject="EPCS account" if refusal else f"case {case}",
            authority=authority.name,
            outcome=refusal.code if refusal else None,
        )
    if refusal is not None:
        raise refusal


def _use(user: User, case: str, *, at: datetime) -> bool:
    """Use the case up. Of two requests one does it."""
    cases = RevocationCase.objects.filter(
        user=user, number=case, used_at=None, issued_at__lte=at, expires_at__gt=at
    )
    return bool(cases.update(used_at=at))


def _end_everything(trail: Trail, user: User, case: str, *, at: datetime) -> None:
    mobile_ids.stop_everything(user, at=at)
    factors.lock_all(user)
    held: list[Factor] = [*selectors.tokens_of(user), *selectors.phones_of(user)]
    for factor in held:
        factors.take_away(factor, reason=Reason.REVOKED, at=at)
        event, subject = factors.REMOVED[type(factor)][0], str(factor)
        facts = {"reason": Reason.REVOKED.value, "authority": f"case {case}"}
        trail.record(event, at=at, person=user, actor=user, subject=subject, **facts)
    knowledge.forget(user)
    step_up.end_after_change(user_id=user.pk, session_key="", at=at)
    User.objects.filter(pk=user.pk).update(session_generation=F("session_generation") + 1)
    notices.note(user, SecurityNotice.Change.ACCOUNT_REVOKED, at=at)
