"""How somebody stands, in the words for who administers the practice. Pure.

The prescriber reads it in ``accounts.readiness``, in the same order of what comes first.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from accounts.practice_standings import Placed
from accounts.signing_access import Access
from accounts.standing import Standing
from epcs_portal.local_time import clock_time
from tokens.models import Condition, HardToken, OathToken

ENABLED = "Enabled"


class Status(NamedTuple):
    tag: str
    tone: str  # "ok", "info", "warn", "bad" or "off"
    reason: str  # one sentence; "" for who can sign

    @property
    def can_sign(self) -> bool:
        return self.tag == ENABLED


_ACCESS = {
    Access.NOT_GIVEN: Status("No access", "info", "Access to sign was not given yet."),
    Access.REVOKED: Status("Access ended", "off", "The practice ended the access to sign."),
    Access.STOPPED: Status(
        "Suspended", "bad", "Signing was stopped by the practice. Two people give access again."
    ),
    Access.LAPSED: Status(
        "Suspended",
        "bad",
        "A DEA registration was renewed late or added. Two people give access again.",
    ),
    Access.SUSPENDED: Status(
        "Suspended",
        "bad",
        "A loss, theft or misuse was reported. Two people give access again.",
    ),
    Access.HELD: Status(
        "On hold", "bad", "A change was disowned: this wasn't me. The hold has to be lifted."
    ),
}
# Told before a token that is missing: it is what the practice decides about.
_STOPPED = _ACCESS.keys() - {Access.NOT_GIVEN}
_REVOKED = Status(
    "Account revoked", "bad", "The EPCS account was revoked. Identity proofing has to be repeated."
)
_UNREGISTERED = Status(
    "Registration in progress", "info", "Identity proofing or activation is not complete."
)
_CLOSED = Status("Closed", "off", "This person may not sign in any more.")
_NO_TOKEN = Status("No token", "warn", "Has no token yet.")
_NO_KNOWLEDGE = Status("No PIN", "warn", "Has set neither an EPCS PIN nor an EPCS password.")
_NO_REGISTRATION = Status("No DEA number", "bad", "Has no DEA registration in force.")
_CONDITIONS = {
    Condition.OUT_OF_STEP: "is out of sync",
    Condition.LOCKED: "is locked",
    Condition.HELD: "is locked until a designated individual unlocks it",
    Condition.EXPIRED: "expired",
    Condition.REPORTED: "was reported lost",
}


def status_of(placed: Placed, *, at: datetime) -> Status:
    """Return whether the person can sign now, and if not the one reason that comes first."""
    standing = placed.standing
    if not standing.person.is_active:
        return _CLOSED
    if standing.access is Access.ACCOUNT_REVOKED:
        return _REVOKED
    if not standing.is_registered:
        return _UNREGISTERED
    if standing.access in _STOPPED:
        return _ACCESS[standing.access]
    if not standing.tokens:
        return _NO_TOKEN
    if not standing.working(at):
        return _token_trouble(standing, at)
    if not standing.knowledge:
        return _NO_KNOWLEDGE
    if standing.access in _ACCESS:
        return _ACCESS[standing.access]
    if not placed.is_in_force:
        return _NO_REGISTRATION
    if standing.signing.is_closed(at):
        return _signing_locked(standing, at)
    return Status(ENABLED, "ok", "")


def access_words(placed: Placed, *, at: datetime) -> str:
    """Return what became of the access to sign, and after that what else keeps from signing."""
    access, reason = placed.standing.access, status_of(placed, at=at).reason
    if not reason:
        return "Can sign controlled substance prescriptions."
    said = _ACCESS[access].reason if access in _ACCESS else ""
    if access is Access.GRANTED:
        said = "Access to sign is given."
    return " ".join(dict.fromkeys(filter(None, [said, reason])))


def _token_trouble(standing: Standing, at: datetime) -> Status:
    """Say it of the first token, which is what its owner is told to bring back."""
    token: OathToken = standing.tokens[0]
    name = "hardware token" if isinstance(token, HardToken) else "Mobile ID"
    condition = token.condition(at)
    what = _CONDITIONS.get(condition, "is no longer on the phone")
    tone = "warn" if condition is Condition.OUT_OF_STEP else "bad"
    return Status("No working token", tone, f"The {name} {what}.")


def _signing_locked(standing: Standing, at: datetime) -> Status:
    lock = standing.signing
    how = "until the EPCS PIN is reset"
    if lock.held_at is None:
        how = f"until {clock_time(lock.locked_until or at)}"
    return Status("Signing locked", "bad", f"Signing is locked {how}, after incorrect attempts.")
