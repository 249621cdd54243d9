"""Show with the password of sign-in that it is still the person who signed in."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth import authenticate
from django.views.decorators.debug import sensitive_variables

from accounts import sign_in_attempts
from accounts.known_browsers import KnownBrowser
from accounts.models import User
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from epcs_portal.local_time import clock_time_with_seconds
from epcs_portal.refusals import Refusal


class PasswordNotConfirmed(Refusal):
    code = "password-not-confirmed"
    field = "password"
    text = (
        "That is not the password you sign in with. Check it and try again. "
        "Your EPCS password is another one."
    )


class ConfirmationDelayed(Refusal):
    """Facts: ``until``, in ISO 8601."""

    code = "confirmation-delayed"

    @property
    def sentence(self) -> str:
        until = clock_time_with_seconds(str(self.facts["until"]))
        return (
            f"Too many attempts, so this one was not checked. Wait until {until}, then try again."
        )


@sensitive_variables("password")
def confirm_sign_in(
    *, person: User, password: str, address: str, browser: KnownBrowser | None, at: datetime
) -> None:
    """Record that the person entered the password of their own account once more.

    It is guessed at no faster than on the sign-in page: the attempt is counted on the same
    counters, and committed, before it is checked (SP 800-63B 3.2.2). Refused:
    ConfirmationDelayed before the delay is over, PasswordNotConfirmed for any other password.
    """
    subject = f"account {person.username}"
    is_known = browser is not None and browser.knows(person.pk)
    counters = sign_in_attempts.counters_for(
        username=person.username,
        address=address,
        browser=browser.id if browser and is_known else None,
    )
    with audited_transaction() as trail:
        delay = sign_in_attempts.count(counters, at=at)
        if delay and delay.is_new:
            trail.record(Event.SIGN_IN_DELAYED, at=at, person=person, actor=person, subject=subject)
    if delay:
        raise ConfirmationDelayed(until=delay.until.isoformat())

    is_proven = authenticate(username=person.username, password=password) == person
    with audited_transaction() as trail:
        if is_proven:
            sign_in_attempts.forgive(counters)
        trail.record(
            Event.SIGN_IN_CONFIRMED if is_proven else Event.SIGN_IN_REFUSED,
            at=at,
            person=person,
            actor=person,
            subject=subject,
            known_browser=is_known,
        )
    if not is_proven:
        raise PasswordNotConfirmed
