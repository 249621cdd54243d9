"""A DEA registration counts no more: from now on nobody signs under its number."""

from __future__ import annotations

from datetime import datetime

from accounts import registrations, signing_states
from accounts.models import DeaRegistration, User
from accounts.registrations import NotYourRegistration
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from epcs_portal.refusals import Refusal
from tokens import notices
from tokens.models import SecurityNotice

ACTIVE, ENDED = DeaRegistration.Status.ACTIVE, DeaRegistration.Status.ENDED


class EndedAlready(Refusal):
    code = "registration-ended-already"
    text = "This DEA registration was ended already. Nothing was changed a second time."


def end_registration(*, registration: DeaRegistration, reason: str, by: User, at: datetime) -> None:
    """End it for good, at once (21 CFR 1311.125(d)(2) and (3)). It is never renewed.

    ``reason`` is one word of a list. Refused: one's own registration and one of another practice,
    and one that was ended before.
    """
    user = registration.prescriber.user
    with audited_transaction() as trail:
        signing_states.lock_state(user)
        rows = registrations.others_registrations(by).filter(pk=registration.pk)
        refusal: Refusal | None = None
        if not rows.exists():
            refusal = NotYourRegistration()
        elif not _end(registration, by=by, at=at):
            refusal = EndedAlready()
        else:
            change = SecurityNotice.Change.REGISTRATION_CHANGED
            notices.note(user, change, subject=f"DEA registration {registration}"[:60], at=at)
        trail.record(
            Event.REGISTRATION_NOT_CHANGED if refusal else Event.REGISTRATION_ENDED,
            at=at,
            person=user,
            actor=by,
            subject=f"DEA registration {registration}",
            reason=reason,
            outcome=refusal.code if refusal else None,
        )
    if refusal is not None:
        raise refusal


def _end(registration: DeaRegistration, *, by: User, at: datetime) -> bool:
    active = DeaRegistration.objects.filter(pk=registration.pk, status=ACTIVE)
    today = registrations.today_at(registration, at)
    return bool(active.update(status=ENDED, verified_by=by, verified_on=today))
