"""DEA registrations of the other prescribers of a practice, for those who administer it."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import DeaRegistration, User
from epcs_portal.local_time import day_at
from epcs_portal.refusals import Refusal


class NotYourRegistration(Refusal):
    code = "not-your-registration"
    text = (
        "This registration is your own, or of another practice. Nothing was changed. "
        "Ask another administrator or a designated individual of the practice."
    )


class RegistrationEnded(Refusal):
    code = "registration-ended"
    text = (
        "This DEA registration was ended, and one that ended is never renewed. Nothing was "
        "changed. Call support to add a new one."
    )


def registration_of_another(person: User, registration_id: int) -> DeaRegistration | None:
    """Return it, also an ended one: a second click still gets its answer."""
    rows = others_registrations(person).select_related("prescriber__user__membership__practice")
    return rows.filter(pk=registration_id).first()


def others_registrations(person: User) -> QuerySet[DeaRegistration]:
    rows = DeaRegistration.objects.filter(
        prescriber__user__membership__practice__memberships__user=person
    )
    return rows.exclude(prescriber__user=person)


def today_at(registration: DeaRegistration, at: datetime) -> date:
    """Return the day it is at the practice of its holder."""
    return day_at(registration.prescriber.user.time_zone, at)


def is_expired(registration: DeaRegistration) -> bool:
    """Whether its day is over, by the day of whoever looks: for what a page says."""
    return registration.expires_on < timezone.localdate()


def latest_expiry(today: date) -> date:
    """Return the last day that a renewal may name."""
    return today.replace(
        year=today.year + settings.DEA_RENEWAL_LONGEST_YEARS, day=min(today.day, 28)
    )
