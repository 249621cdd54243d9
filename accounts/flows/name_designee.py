"""A registrant names somebody to manage access at the practice."""

from __future__ import annotations

from datetime import datetime

from django.views.decorators.debug import sensitive_variables

from accounts import access_rules, designation_ceremony, designation_rules, knowledge
from accounts.designation_rules import DesignatedAlready, NotAtThePractice
from accounts.models import DesignatedIndividual, KnowledgeFactor, Practice, User
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from epcs_portal.refusals import Refusal
from tokens.possession import Possession


@sensitive_variables("secret", "by")
def name_designee(
    *,
    person: User,
    registrant: User,
    by: Possession,
    knows: KnowledgeFactor.Kind,
    secret: str,
    at: datetime,
) -> None:
    """From now on the person is a designated individual (21 CFR 1311.125(a)).

    Refused: who is no registrant of that practice or whose own signing is stopped, wrong factors,
    somebody who does not work there, and somebody who is named already.
    """
    compared = knowledge.check(user=registrant, kind=knows, secret=secret)
    with audited_transaction() as trail:
        practice = designation_ceremony.lock_practice(registrant)
        refusal = designation_ceremony.prove(trail, registrant, by, knows, compared, at=at)
        refusal = refusal or _name(person, practice, registrant, at=at)
        designation_ceremony.record(
            trail, person, registrant, refusal, done=Event.DESIGNATION_MADE, at=at
        )
    if refusal is not None:
        raise refusal


def _name(person: User, practice: Practice, by: User, *, at: datetime) -> Refusal | None:
    if person not in designation_rules.people_of(practice):
        return NotAtThePractice()
    if access_rules.is_designated(person, practice):
        return DesignatedAlready()
    DesignatedIndividual.objects.create(
        practice=practice, user=person, appointed_at=at, appointed_by=by
    )
    return None
