"""A registrant takes from somebody that they manage access at the practice."""

from __future__ import annotations

from datetime import datetime

from django.views.decorators.debug import sensitive_variables

from accounts import access_rules, designation_ceremony, knowledge
from accounts.designation_rules import DesignationNeeded, NotAtThePractice
from accounts.models import KnowledgeFactor, Practice, User
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from epcs_portal.refusals import Refusal
from tokens.possession import Possession


@sensitive_variables("secret", "by")
def end_designation(
    *,
    person: User,
    registrant: User,
    by: Possession,
    knows: KnowledgeFactor.Kind,
    secret: str,
    at: datetime,
) -> None:
    """From now on the person is no designated individual; the row stays (21 CFR 1311.125(a)).

    Refused: who is no registrant of that practice or whose own signing is stopped, wrong factors,
    somebody who is not named there, and an end that would leave too few.
    """
    compared = knowledge.check(user=registrant, kind=knows, secret=secret)
    with audited_transaction() as trail:
        practice = designation_ceremony.lock_practice(registrant)
        refusal = designation_ceremony.prove(trail, registrant, by, knows, compared, at=at)
        refusal = refusal or _end(person, practice, registrant, at=at)
        designation_ceremony.record(
            trail, person, registrant, refusal, done=Event.DESIGNATION_ENDED, at=at
        )
    if refusal is not None:
        raise refusal


def _end(person: User, practice: Practice, by: User, *, at: datetime) -> Refusal | None:
    standing = practice.designated_individuals.filter(user=person, ended_at=None)
    if not standing.exists():
        return NotAtThePractice()
    if not access_rules.can_approve(practice, at=at, without=person):
        return DesignationNeeded()
    standing.update(ended_at=at, ended_by=by)
    return None
