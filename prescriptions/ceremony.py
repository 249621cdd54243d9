"""The steps of a signing ceremony, each inside the caller's transaction.

The caller has locked the person's signing state. What these return as a refusal is put on the
trail and committed before it is raised.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts import two_factors
from accounts.knowledge import Knowledge
from accounts.models import KnowledgeFactor, SigningState, User
from accounts.signing_access import Access, access_of
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import Trail
from epcs_portal.compiled import Update
from epcs_portal.refusals import Refusal
from prescriptions import rules, selectors
from prescriptions.content import content_of, day_of_issue
from prescriptions.models import Prescription
from prescriptions.record import page_digest, shown_digest
from prescriptions.refusals import (
    CeremonyVoid,
    PrescriptionChanged,
    RegistrationNotInForce,
    RulesNotKept,
    SigningNotAllowed,
)
from prescriptions.schedules import may_prescribe
from tokens.outcomes import Attempt
from tokens.possession import Possession

MARKS = ("status", "ready_digest", "ready_by", "ready_at")
_MARK = Update(lambda rx, **marks: (Prescription.objects.filter(pk=rx), marks))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """What a person had before their eyes: the digests of what they marked, by reference.

    ``generation`` is that of their signing state when the page was shown.
    """

    user: User
    patient_id: UUID
    marked: Mapping[str, str]
    generation: int


def covers(reviewed: Reviewed) -> str:
    """Return the digest of all that the page stands for: a phone approves this and nothing else."""
    return page_digest(
        reviewed.marked,
        patient=str(reviewed.patient_id),
        generation=reviewed.generation,
    )


def not_allowed(state: SigningState, reviewed: Reviewed) -> Refusal | None:
    """Return why this person may not sign, whatever they typed."""
    access = access_of(reviewed.user.prescriber)
    if access is not Access.GRANTED:
        return SigningNotAllowed(access=access.value)
    return CeremonyVoid() if state.generation != reviewed.generation else None


def lock_waiting(reviewed: Reviewed) -> list[Prescription]:
    """Return what waits for this person's signature for this patient, locked until we commit."""
    prescriber = reviewed.user.prescriber
    return selectors.waiting_for(prescriber, reviewed.patient_id, locked=True)


def marked_of(waiting: list[Prescription], reviewed: Reviewed) -> list[Prescription]:
    return [rx for rx in waiting if rx.reference in reviewed.marked]


def not_as_shown(
    waiting: list[Prescription], reviewed: Reviewed, *, at: datetime
) -> Refusal | None:
    """Return why what is marked cannot be signed: it is not what was shown, or not authorized."""
    marked = marked_of(waiting, reviewed)
    as_shown = {rx.reference: shown_digest(content_of(rx, at=at)) for rx in marked}
    if not as_shown or as_shown != reviewed.marked:
        return PrescriptionChanged()
    for rx in marked:
        if not is_authorized(rx, at=at):
            return RegistrationNotInForce(number=str(rx.dea_registration), schedule=rx.schedule)
        if not keeps_rules(rx, at=at):
            return RulesNotKept(reference=rx.reference)
    return None


def keeps_rules(rx: Prescription, *, at: datetime) -> bool:
    """Return whether it may still be written so: the catalogue and the day may have changed."""
    broken = rules.all_broken(
        drug=rx.drug,
        unit=rx.unit,
        refills=rx.refills,
        earliest=rx.earliest_fill_date,
        registration=rx.dea_registration,
        by=rx.prescriber,
        on=day_of_issue(rx, at=at),
    )
    return rx.schedule == rx.drug.schedule and next(broken, None) is None


def is_authorized(rx: Prescription, *, at: datetime) -> bool:
    """Return whether the DEA registration is in force today, and for this drug's schedule.

    21 CFR 1311.100(b)(1) and 1311.125(d)(2).
    """
    registration = rx.dea_registration
    return (
        registration.prescriber_id == rx.prescriber_id
        and registration.is_in_force(on=day_of_issue(rx, at=at))
        and may_prescribe(registration.schedules, rx.schedule, is_narcotic=rx.drug.is_narcotic)
    )


def mark_ready(
    trail: Trail, waiting: list[Prescription], reviewed: Reviewed, *, at: datetime
) -> None:
    """Write down which prescriptions were marked ready (1311.120(b)(10)), and which no longer."""
    user, changed = reviewed.user, []
    for rx in waiting:
        digest = reviewed.marked.get(rx.reference, "")
        if rx.ready_digest == digest:
            continue
        rx.status = Prescription.Status.READY if digest else Prescription.Status.DRAFT
        rx.ready_digest = digest
        rx.ready_by, rx.ready_at = (user, at) if digest else (None, None)
        changed.append(rx)
        event = Event.PRESCRIPTION_READY if digest else Event.PRESCRIPTION_READY_CLEARED
        trail.record(event, at=at, person=user, actor=user, subject=str(rx))
    # One statement, however many they are. The rows are locked, so nothing is overwritten.
    if len(changed) == 1:
        [rx] = changed
        marks = {"status": rx.status, "ready_digest": rx.ready_digest, "ready_at": rx.ready_at}
        _MARK(rx=rx.pk, ready_by=rx.ready_by_id, **marks)
    else:
        Prescription.objects.bulk_update(changed, MARKS)


def record_attempt(
    trail: Trail,
    reviewed: Reviewed,
    attempt: Attempt,
    known: Knowledge,
    refusal: Refusal | None,
    *,
    knows: KnowledgeFactor.Kind,
    by: Possession,
    at: datetime,
) -> None:
    """Record what came of the ceremony, and the locks it led to."""
    user = reviewed.user
    trail.record(
        Event.SIGNING_PROVEN if refusal is None else Event.SIGNING_REFUSED,
        at=at,
        person=user,
        actor=user,
        subject=str(by),
        otp=attempt.outcome,
        knowledge=str(knows.label),
        pin=known,
        outcome=refusal.code if refusal else None,
    )
    two_factors.record_trouble(trail, user, attempt, known, refusal, by=by, at=at)
