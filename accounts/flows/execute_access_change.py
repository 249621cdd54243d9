"""A second designated individual, a registrant, executes an access change with both factors."""

from __future__ import annotations

from datetime import datetime

from django.views.decorators.debug import sensitive_variables

from accounts import access_changes, access_rules, knowledge, signing_states, two_factors
from accounts.access_changes import Kind
from accounts.access_refusals import ChangeOutdated
from accounts.knowledge import Compared
from accounts.models import AccessChange, KnowledgeFactor, SigningState, User
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import Trail, audited_transaction
from epcs_portal.refusals import Refusal
from tokens import notices
from tokens.models import SecurityNotice
from tokens.possession import Possession

TOLD = {
    Kind.GRANT: SecurityNotice.Change.ACCESS_GRANTED,
    Kind.REVOKE: SecurityNotice.Change.ACCESS_REVOKED,
}


@sensitive_variables("secret", "by")
def execute_access_change(
    *,
    change: AccessChange,
    executor: User,
    digest: str,
    by: Possession,
    knows: KnowledgeFactor.Kind,
    secret: str,
    at: datetime,
) -> None:
    """Give or end access to sign; it counts from this commit on (21 CFR 1311.125(c)).

    ``digest``: of what the page showed. Refused before any factor is looked at: a change that was
    decided or has expired, the person who entered it, who is no designated registrant there, a
    digest that is another, and what is not as it was entered. Then both factors, as in signing: a
    failure counts among those of signing.
    """
    compared = knowledge.check(user=executor, kind=knows, secret=secret)
    with audited_transaction() as trail:
        states = _lock(executor, change.prescriber.user)
        refusal = _decide(
            trail, states[executor.pk], change, executor, digest, by, knows, compared, at=at
        )
        if refusal is None:
            refusal = _execute(change, executor, f"{knows.label}, {by}", at=at)
        access_changes.record(
            trail,
            change,
            done=Event.ACCESS_CHANGE_EXECUTED,
            refused=Event.ACCESS_CHANGE_NOT_EXECUTED,
            refusal=refusal,
            actor=executor,
            at=at,
            by=str(by),
        )
        if refusal is None:
            signing_states.void_ceremonies(states[change.prescriber.user_id])
            notices.note(change.prescriber.user, TOLD[Kind(change.kind)], at=at)
    if refusal is not None:
        raise refusal


def _lock(*people: User) -> dict[int, SigningState]:
    """Lock both signing states, in one order: two who execute for each other meet no deadlock."""
    ordered = sorted({person.pk: person for person in people}.items())
    return {pk: signing_states.lock_state(person) for pk, person in ordered}


def _decide(
    trail: Trail,
    state: SigningState,
    change: AccessChange,
    executor: User,
    digest: str,
    by: Possession,
    knows: KnowledgeFactor.Kind,
    compared: Compared,
    *,
    at: datetime,
) -> Refusal | None:
    refusal = (
        access_rules.why_not_execute(change, executor, digest=digest, at=at)
        or access_rules.why_not_with(by.token)
        or two_factors.locked(state.lock, at=at)
    )
    return refusal or two_factors.judge(
        trail, state, compared, by, user=executor, knows=knows, at=at
    )


def _execute(
    change: AccessChange, executor: User, executed_with: str, *, at: datetime
) -> Refusal | None:
    """Write the decision, once. The row's guard and this condition say the same."""
    pending = AccessChange.objects.filter(pk=change.pk, executed_at=None, rejected_at=None)
    is_done = pending.update(
        executed_by=executor,
        executed_at=max(at, change.entered_at),
        executed_with=executed_with[:100],
        is_own=executor.pk == change.prescriber.user_id,
    )
    return None if is_done else ChangeOutdated()
