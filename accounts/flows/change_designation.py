"""A registrant names somebody to manage access at the practice, or takes them from that."""

from __future__ import annotations

from datetime import datetime

from django.views.decorators.debug import sensitive_variables

from accounts import access_rules, designation_rules, knowledge, signing_states, two_factors
from accounts.access_refusals import ChangeOutdated
from accounts.designation_rules import (
    DesignatedAlready,
    DesignationNeeded,
    NotAtThePractice,
    OnlyRegistrantsDesignate,
)
from accounts.knowledge import Compared
from accounts.models import DesignatedIndividual, KnowledgeFactor, Practice, User
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import Trail, audited_transaction
from epcs_portal.refusals import Refusal
from tokens import notices
from tokens.models import SecurityNotice
from tokens.possession import Possession

Change = SecurityNotice.Change


@sensitive_variables("secret", "by")
def change_designation(
    *,
    person: User,
    designate: bool,
    registrant: User,
    by: Possession,
    knows: KnowledgeFactor.Kind,
    secret: str,
    at: datetime,
) -> None:
    """Name the person, or end their designation (21 CFR 1311.125(a)).

    Refused: who is no registrant of that practice or whose own signing is stopped, wrong factors,
    somebody who does not work there, and an end that would leave too few.
    """
    compared = knowledge.check(user=registrant, kind=knows, secret=secret)
    practice = registrant.membership.practice
    with audited_transaction() as trail:
        # One at a time, however many registrants: of two ends the second sees the first.
        Practice.objects.select_for_update(no_key=True).get(pk=practice.pk)
        refusal = _prove(trail, registrant, by, knows, compared, at=at)
        if refusal is None:
            change = _name if designate else _end
            refusal = change(person, practice, registrant, at=at)
        done = Event.DESIGNATION_MADE if designate else Event.DESIGNATION_ENDED
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
            told = Change.DESIGNATION_MADE if designate else Change.DESIGNATION_ENDED
            notices.note(person, told, at=at)
    if refusal is not None:
        raise refusal


def _prove(
    trail: Trail,
    registrant: User,
    by: Possession,
    knows: KnowledgeFactor.Kind,
    compared: Compared,
    *,
    at: datetime,
) -> Refusal | None:
    state = signing_states.lock_state(registrant)
    if not designation_rules.may_designate(registrant, at=at):
        return OnlyRegistrantsDesignate()
    refusal = access_rules.why_not_with(by.token) or two_factors.locked(state.lock, at=at)
    if refusal is not None:
        return refusal
    if compared.generation not in (None, state.generation):
        return ChangeOutdated()
    attempt, known = by.use(at=at), compared.known
    refusal = two_factors.verdict(state, attempt, known, knows=knows, token=by.token, at=at)
    two_factors.record_trouble(trail, registrant, attempt, known, refusal, by=by, at=at)
    return refusal


def _name(person: User, practice: Practice, by: User, *, at: datetime) -> Refusal | None:
    if person not in designation_rules.people_of(practice):
        return NotAtThePractice()
    if access_rules.is_designated(person, practice):
        return DesignatedAlready()
    DesignatedIndividual.objects.create(
        practice=practice, user=person, appointed_at=at, appointed_by=by
    )
    return None


def _end(person: User, practice: Practice, by: User, *, at: datetime) -> Refusal | None:
    standing = practice.designated_individuals.filter(user=person, ended_at=None)
    if not standing.exists():
        return NotAtThePractice()
    if not access_rules.is_ready(practice, at=at, without=person):
        return DesignationNeeded()
    standing.update(ended_at=at, ended_by=by)
    return None
