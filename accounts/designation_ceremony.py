"""Both factors of a registrant, and the record: what naming somebody and ending that share.

Inside the flow's transaction. 21 CFR 1311.125(a).
"""

from __future__ import annotations

from datetime import datetime

from accounts import access_rules, designation_rules, signing_states, two_factors
from accounts.designation_rules import OnlyRegistrantsDesignate
from accounts.knowledge import Compared
from accounts.models import KnowledgeFactor, Practice, User
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import Trail
from epcs_portal.refusals import Refusal
from tokens import notices
from tokens.models import SecurityNotice
from tokens.possession import Possession

Change = SecurityNotice.Change
TOLD = {
    Event.DESIGNATION_MADE: Change.DESIGNATION_MADE,
    Event.DESIGNATION_ENDED: Change.DESIGNATION_ENDED,
}


def lock_practice(registrant: User) -> Practice:
    """One at a time, however many registrants: of two ends the second sees the first."""
    rows = Practice.objects.select_for_update(no_key=True)
    practice: Practice = rows.get(pk=registrant.membership.practice_id)
    return practice


def prove(
    trail: Trail,
    registrant: User,
    by: Possession,
    knows: KnowledgeFactor.Kind,
    compared: Compared,
    *,
    at: datetime,
) -> Refusal | None:
    """Return why this person may not change it now, or what was wrong with the factors."""
    state = signing_states.lock_state(registrant)
    if not designation_rules.may_designate(registrant, at=at):
        return OnlyRegistrantsDesignate()
    refusal = access_rules.why_not_with(by.token) or two_factors.locked(state.lock, at=at)
    return refusal or two_factors.judge(
        trail, state, compared, by, user=registrant, knows=knows, at=at
    )


def record(
    trail: Trail,
    person: User,
    registrant: User,
    refusal: Refusal | None,
    *,
    done: Event,
    at: datetime,
) -> None:
    """Put it on the trail, and tell who was named, or is named no longer."""
    trail.record(
        Event.DESIGNATION_REFUSED if refusal else done,
        at=at,
        # Somebody else's chain is theirs: the refused attempt is the registrant's own.
        person=registrant if refusal else person,
        actor=registrant,
        subject=person.full_name,
        outcome=refusal.code if refusal else None,
    )
    if refusal is None:
        notices.note(person, TOLD[done], at=at)
        notices.note_designees(person, Change.DESIGNATION_CHANGED, at=at)
