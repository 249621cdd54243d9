"""When an access change may be entered, and when a second person may execute it.

21 CFR 1311.125(a) to (d). Asked once the signing state of the prescriber is locked.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db.models import Q

from accounts import access_changes, registration, signing_access
from accounts.access_changes import Entry, Kind
from accounts.access_refusals import (
    AccessAsItIs,
    ChangeAltered,
    ChangeDecided,
    ChangeExpired,
    ChangeOutdated,
    ChangeWaitsAlready,
    ExecutorPhoneBound,
    ExecutorStopped,
    NotDesignated,
    NotRegistrant,
    OwnAccess,
    OwnGrant,
    PracticeNotReady,
    PrescriberNotReady,
    SamePerson,
)
from accounts.access_text import digest_of, text_of
from accounts.models import AccessChange, DesignatedIndividual, Practice, Prescriber, User
from accounts.signing_access import Access, access_of
from epcs_portal.refusals import Refusal
from tokens import step_up
from tokens.models import CompromiseReport, HardToken, OathToken, RevocationCase, SoftToken
from tokens.step_up_matrix import Action, permits

HAS_ACCESS = {Access.GRANTED, Access.HELD}
CAN_END = {Access.GRANTED, Access.HELD, Access.SUSPENDED, Access.LAPSED}
MAY_EXECUTE = {Access.GRANTED, Access.NOT_GIVEN}
MAY_EXECUTE_OWN = MAY_EXECUTE | {*(Access.SUSPENDED, Access.STOPPED, Access.LAPSED, Access.REVOKED)}


def is_ready(practice: Practice, *, at: datetime, without: User | None = None) -> bool:
    """Whether enough people are named to manage access, one of them with a DEA registration and a
    token (21 CFR 1311.125(a)). Before that nobody there can be given access.

    ``without``: somebody whose designation is about to end."""
    standing = DesignatedIndividual.standing().filter(practice=practice)
    named = standing.exclude(user=without).values("user") if without else standing.values("user")
    registrants = access_changes.registrants_of(practice, at=at).filter(user__in=named)
    tokens = [kind.objects.filter(status="active", held_at=None) for kind in (HardToken, SoftToken)]
    held = Q(user__in=tokens[0].values("user")) | Q(user__in=tokens[1].values("user"))
    enough = named.distinct().count() >= settings.DESIGNATED_INDIVIDUALS
    return enough and registrants.filter(held).exists()


def can_approve(practice: Practice, *, at: datetime, without: User) -> bool:
    """Whether without this person somebody named there could still execute a change of another:
    enough are named, and of the registrants one is not stopped."""
    named = DesignatedIndividual.standing().filter(practice=practice).exclude(user=without)
    registrants = access_changes.registrants_of(practice, at=at)
    able = registrants.filter(user__in=named.values("user")).select_related("user")
    is_able = any(not signing_access.is_stopped(each.user) for each in able)
    return is_able and is_ready(practice, at=at, without=without)


def why_not_enter(
    prescriber: Prescriber, entry: Entry, designee: User, *, at: datetime
) -> Refusal | None:
    """Return why this designated individual cannot enter this change now."""
    practice = prescriber.user.practice
    if practice is None or not is_designated(designee, practice):
        return NotDesignated()
    pending = access_changes.pending_of(practice, at=at).filter(prescriber=prescriber)
    access = access_of(prescriber)
    if entry.kind == Kind.REVOKE:
        if access not in CAN_END:
            return AccessAsItIs(access=access.value)
        return ChangeWaitsAlready() if pending.filter(kind=Kind.REVOKE).exists() else None
    if prescriber.user == designee:
        return OwnGrant()
    if signing_access.is_stopped(designee):
        return ExecutorStopped()
    if access in HAS_ACCESS:
        return AccessAsItIs(access=access.value)
    if not is_ready(practice, at=at):
        return PracticeNotReady()
    if missing := registration.missing_of(prescriber, at=at):
        return PrescriberNotReady(missing=", ".join(missing))
    return ChangeWaitsAlready() if pending.exists() else None


def why_not_decide(change: AccessChange, *, at: datetime) -> Refusal | None:
    """Return why nobody can execute or reject this change any more. The row is read anew."""
    change.refresh_from_db(fields=["executed_at", "rejected_at"])
    if change.executed_at is not None or change.rejected_at is not None:
        return ChangeDecided()
    return ChangeExpired() if not change.is_pending(at) else None


def why_not_execute(
    change: AccessChange, executor: User, *, digest: str, at: datetime
) -> Refusal | None:
    """Return why this person cannot execute it now. ``digest``: of what they were shown."""
    if refusal := why_not_decide(change, at=at) or why_not_by(change, executor, at=at):
        return refusal
    if digest != change.digest or digest_of(change.text) != change.digest:
        return ChangeAltered()
    return ChangeOutdated() if _is_outdated(change, at=at) else None


def why_not_by(change: AccessChange, executor: User, *, at: datetime) -> Refusal | None:
    """Return why it has to be another person."""
    if executor.pk == change.entered_by_id:
        return SamePerson()
    if not is_designated(executor, change.practice):
        return NotDesignated()
    registrants = access_changes.registrants_of(change.practice, at=at)
    if not registrants.filter(user=executor).exists() or not executor.prescriber.is_registered:
        return NotRegistrant()
    is_own = executor.prescriber == change.prescriber
    if is_own and not is_only_registrant(change, at=at):
        return OwnAccess()
    stopped = signing_access.is_on_hold(executor) if is_own else signing_access.is_stopped(executor)
    return ExecutorStopped() if stopped else None


def is_only_registrant(change: AccessChange, *, at: datetime) -> bool:
    """Whether nobody else there has a DEA registration: then they may execute their own (L-05)."""
    others = access_changes.registrants_of(change.practice, at=at)
    return not others.exclude(pk=change.prescriber_id).exists()


def why_not_with(token: OathToken) -> Refusal | None:
    allowed = permits(Action.EXECUTE_ACCESS_CHANGE, step_up.proof_of_token(token))
    return None if allowed else ExecutorPhoneBound()


def is_designated(person: User, practice: Practice) -> bool:
    """Read anew: who was named may be no longer. A person counts where they work."""
    return DesignatedIndividual.standing().filter(practice=practice, user=person).exists()


def _is_outdated(change: AccessChange, *, at: datetime) -> bool:
    """Whether what it rests on is different, or what came after it stands against it."""
    user, since = change.prescriber.user, change.entered_at
    if user.practice != change.practice or text_of(access_changes.facts_of(change)) != change.text:
        return True
    later = AccessChange.objects.filter(prescriber=change.prescriber).exclude(pk=change.pk)
    if later.filter(executed_at__gte=since).exists():
        return True
    if change.kind == Kind.REVOKE:
        return False
    return (
        not is_designated(change.entered_by, change.practice)
        or not is_ready(change.practice, at=at)
        or later.filter(kind=Kind.REVOKE, entered_at__gte=since).exists()
        or CompromiseReport.objects.filter(user=user, reported_at__gte=since).exists()
        or RevocationCase.objects.filter(user=user, used_at__gte=since).exists()
        or not access_changes.registrations_in_force(change.prescriber, at=at)
        or bool(registration.missing_of(change.prescriber, at=at))
    )
