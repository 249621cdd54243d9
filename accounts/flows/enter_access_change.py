"""One designated individual enters a grant or revocation of access (21 CFR 1311.125(c))."""

from __future__ import annotations

from datetime import datetime

from accounts import access_changes, access_rules, signing_states
from accounts.access_changes import Entry, Kind
from accounts.models import AccessChange, Prescriber, User
from accounts.signing_access import after_access
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from tokens import mobile_ids, notices
from tokens.models import SecurityNotice

Change = SecurityNotice.Change


def enter_access_change(
    *, prescriber: Prescriber, entry: Entry, designee: User, at: datetime
) -> AccessChange:
    """Return the change, which a second person has a week to execute.

    A grant gives nothing yet. A revocation stops signing in this very transaction, everywhere.
    Refused: who is not designated there, a grant to oneself, a practice or prescriber with
    something missing, access that is as it should become, and a second change while one waits.
    """
    user = prescriber.user
    with audited_transaction() as trail:
        state = signing_states.lock_state(user)
        at = after_access(prescriber, at)
        refusal = access_rules.why_not_enter(prescriber, entry, designee, at=at)
        if refusal is None:
            change = access_changes.store(prescriber, entry, entered_by=designee, at=at)
            if entry.kind == Kind.REVOKE:
                signing_states.void_ceremonies(state)
                mobile_ids.stop_everything(user, at=at)
                notices.note(user, Change.ACCESS_STOPPED, at=at)
            for other in user.designees:
                if other != designee:
                    notices.note(other, Change.ACCESS_CHANGE_WAITS, subject=user.full_name, at=at)
            event, subject = Event.ACCESS_CHANGE_ENTERED, str(change)
        else:
            event, subject = Event.ACCESS_CHANGE_NOT_ENTERED, f"access change: {entry.kind.value}"
        trail.record(
            event,
            at=at,
            person=user,
            actor=designee,
            subject=subject,
            digest=None if refusal else change.digest,
            reason=str(getattr(entry, "reason", "")),
            outcome=refusal.code if refusal else None,
        )
    if refusal is not None:
        raise refusal
    return change
