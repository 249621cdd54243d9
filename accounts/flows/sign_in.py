"""Sign in with username and password."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib.auth import authenticate
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from accounts import sign_in_attempts
from accounts.known_browsers import KnownBrowser
from accounts.models import User
from accounts.models.user import DEFAULT_TIME_ZONE
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from epcs_portal.local_time import clock_time_with_seconds
from epcs_portal.refusals import Refusal

SUPPORT_ZONE = ZoneInfo(DEFAULT_TIME_ZONE)  # nobody is known yet, so the zone is named


class SignInRefused(Refusal):
    code = "sign-in-refused"
    field = "password"
    text = "The username and password don't match. Check both and try again."


class SignInDelayed(Refusal):
    """Facts: ``until``, in ISO 8601."""

    code = "sign-in-delayed"

    @property
    def sentence(self) -> str:
        with timezone.override(SUPPORT_ZONE):
            until = clock_time_with_seconds(str(self.facts["until"]))
        return f"Too many attempts from this network. Wait until {until} ET, then try again."


@sensitive_variables("username", "password")
def sign_in(
    *, username: str, password: str, address: str, browser: KnownBrowser | None, at: datetime
) -> User:
    """Return the person whom the password proves.

    SignInDelayed before the delay is over: nothing is checked then. SignInRefused for an
    unknown username, a wrong password and an inactive person alike, after the same work.
    The attempt is counted, and committed, before the password is checked (SP 800-63B 3.2.2).
    A username that belongs to nobody is neither stored nor logged: it may be a password.
    """
    person = User.objects.select_related("membership__practice").filter(username=username).first()
    subject = f"account {person.username}" if person else "unknown account"
    is_known = person is not None and browser is not None and browser.knows(person.pk)
    counters = sign_in_attempts.counters_for(
        username=username, address=address, browser=browser.id if browser and is_known else None
    )
    with audited_transaction() as trail:
        delay = sign_in_attempts.count(counters, at=at)
        if delay and delay.is_new:
            trail.record(Event.SIGN_IN_DELAYED, at=at, person=person, subject=subject)
    if delay:
        raise SignInDelayed(until=delay.until.isoformat())

    # Argon2id takes 20 ms, so no transaction is open. Django hashes for nobody as well.
    proven = authenticate(username=username, password=password)
    with audited_transaction() as trail:
        if proven:
            sign_in_attempts.forgive(counters)
        trail.record(
            Event.SIGN_IN_SUCCEEDED if proven else Event.SIGN_IN_REFUSED,
            at=at,
            person=person,
            actor=proven,
            subject=subject,
            known_browser=is_known,
        )
    if proven is None:
        raise SignInRefused
    return proven
