"""The practice checked that a DEA registration was renewed, and writes its new expiry down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings

from accounts import dea_registrations, signing_states
from accounts.access_refusals import ExecutorStopped
from accounts.dea_registrations import NotYourRegistration, RegistrationEnded
from accounts.models import DeaRegistration, User
from accounts.signing_access import after_access, is_stopped
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from epcs_portal.refusals import Refusal
from tokens import notices
from tokens.models import SecurityNotice

ACTIVE = DeaRegistration.Status.ACTIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal:
    """What was found out: until when it counts now, and when and where that was checked."""

    expires_on: date
    checked_on: date
    source: str


class ExpiryNotLater(Refusal):
    code = "expiry-not-later"
    field = "expires_on"
    text = (
        "The new expiry date has to be later than the one on record, later than today and at most "
        f"{settings.DEA_RENEWAL_LONGEST_YEARS} years ahead. Nothing was changed. Check the date."
    )


class CheckedInFuture(Refusal):
    code = "checked-in-future"
    field = "checked_on"
    text = "This day is still to come. Nothing was changed. Enter the day on which it was checked."


def renew_dea_registration(
    *, registration: DeaRegistration, renewal: Renewal, by: User, at: datetime
) -> None:
    """Write the new expiry, by whom it was verified, and when (21 CFR 1311.125(d)(2)).

    After the old expiry it gives no signing back: two people give access anew. Refused: one's own
    registration and one of another practice, one that was ended, an expiry that is not later, or
    too far ahead, a check that is still to come, and who is stopped from signing.
    """
    user = registration.prescriber.user
    today = dea_registrations.today_at(registration, at)
    with audited_transaction() as trail:
        signing_states.lock_state(user)
        at = after_access(registration.prescriber, at)
        registration.refresh_from_db(fields=["expires_on", "status"])
        rows = dea_registrations.others_registrations(by).filter(pk=registration.pk)
        refusal = ExecutorStopped() if is_stopped(by) else _why_not(rows.first(), renewal, today)
        trail.record(
            Event.REGISTRATION_NOT_CHANGED if refusal else Event.REGISTRATION_RENEWED,
            at=at,
            person=user,
            actor=by,
            subject=f"DEA registration {registration}",
            expires_on=renewal.expires_on.isoformat(),
            checked_on=renewal.checked_on.isoformat(),
            source=renewal.source,
            outcome=refusal.code if refusal else None,
        )
        if refusal is None:
            late = {} if registration.is_in_force(on=today) else {"new_authority_at": at}
            columns = {"expires_on": renewal.expires_on, "verified_on": renewal.checked_on} | late
            DeaRegistration.objects.filter(pk=registration.pk).update(verified_by=by, **columns)
            change = SecurityNotice.Change.REGISTRATION_CHANGED
            notices.note(user, change, subject=f"DEA registration {registration}"[:60], at=at)
    if refusal is not None:
        raise refusal


def _why_not(row: DeaRegistration | None, renewal: Renewal, today: date) -> Refusal | None:
    """Judge the row as it is now, with the signing state locked."""
    if row is None:
        return NotYourRegistration()
    if row.status != ACTIVE:
        return RegistrationEnded()
    earliest = max(row.expires_on, today)
    if not earliest < renewal.expires_on <= dea_registrations.latest_expiry(today):
        return ExpiryNotLater()
    return CheckedInFuture() if renewal.checked_on > today else None
