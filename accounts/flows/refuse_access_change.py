"""Somebody who may not execute an access change sent the form: that is written down."""

from __future__ import annotations

from datetime import datetime

from accounts import access_changes, access_rules
from accounts.access_refusals import ExecutorWithoutToken
from accounts.models import AccessChange, User
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from tokens import selectors


def refuse_access_change(*, change: AccessChange, person: User, at: datetime) -> bool:
    """Return whether this person may not execute it, whatever they send; it is then on the trail.

    Their page shows no form, so what they sent was made by hand, or their last token is gone: it
    may lack a form key, a digest or a factor, and then never reaches the flow that executes. No
    factor is looked at.
    """
    with audited_transaction() as trail:
        refusal = access_rules.why_not_by(change, person, at=at)
        if refusal is None and not selectors.tokens_of(person):
            refusal = ExecutorWithoutToken()
        if refusal is not None:
            access_changes.record(
                trail,
                change,
                done=Event.ACCESS_CHANGE_EXECUTED,
                refused=Event.ACCESS_CHANGE_NOT_EXECUTED,
                refusal=refusal,
                actor=person,
                at=at,
            )
    return refusal is not None
