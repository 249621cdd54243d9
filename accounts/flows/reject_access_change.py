"""A designated individual rejects an access change, or takes back the own one."""

from __future__ import annotations

from datetime import datetime

from accounts import access_changes, access_rules, signing_states
from accounts.access_refusals import NotDesignated, OwnAccess
from accounts.models import AccessChange, User
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from epcs_portal.refusals import Refusal


def reject_access_change(*, change: AccessChange, designee: User, at: datetime) -> None:
    """Close it without effect. What a revocation stopped stays stopped: two people give it back.

    Refused: a change that was decided or has expired, one of one's own access, and who is not
    designated there.
    """
    refusal: Refusal | None
    with audited_transaction() as trail:
        signing_states.lock_state(change.prescriber.user)
        refusal = access_rules.why_not_decide(change, at=at)
        if refusal is None and not access_rules.is_designated(designee, change.practice):
            refusal = NotDesignated()
        if refusal is None and designee.pk == change.prescriber.user_id:
            refusal = OwnAccess()
        if refusal is None:
            pending = AccessChange.objects.filter(pk=change.pk, executed_at=None, rejected_at=None)
            pending.update(rejected_by=designee, rejected_at=at)
        access_changes.record(
            trail,
            change,
            done=Event.ACCESS_CHANGE_REJECTED,
            refused=Event.ACCESS_CHANGE_NOT_REJECTED,
            refusal=refusal,
            actor=designee,
            at=at,
        )
    if refusal is not None:
        raise refusal
