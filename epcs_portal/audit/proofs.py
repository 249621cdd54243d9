"""By what a person showed who they are, in plain words, as far as an event tells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from epcs_portal.audit.event_classes import EventClass
from epcs_portal.audit.events import Event
from epcs_portal.audit.models import AuditEvent

_DEVICES: Final[Mapping[str, str]] = {
    "hard token": "Hardware token",
    "Mobile ID": "Mobile ID",
    "backup phone": "Backup phone",
}
_METHODS: Final[Mapping[str, str]] = {
    "hard-token": "Hardware token",
    "mobile-code": "Mobile ID",
    "mobile-push": "Mobile ID",
    "text": "Text message",
    "call": "Phone call",
    "enrollment grant": "Registration",
    "token proof": "Token",
}
_BY_DEVICE: Final = {
    Event.STEP_UP_SUCCEEDED,
    Event.PIN_PROOF_GIVEN,
    Event.PASSWORD_PROOF_GIVEN,
    Event.TOKEN_TESTED,
}
_NOT_VERIFIED = "Not verified"


def verified_with(event: AuditEvent) -> str:
    """Return "" where there was nothing to verify, or nothing is told of it."""
    facts, device = event.facts, _device(event.subject)
    authority = _method(str(facts.get("method") or facts.get("authority") or ""))
    if not event.succeeded:
        is_attempt = event.event_class == EventClass.UNAUTHORIZED_ACCESS
        return authority if facts.get("authority") or not is_attempt else _NOT_VERIFIED
    if event.event in (Event.PRESCRIPTION_SIGNED, Event.SIGNING_PROVEN):
        possession = device or _device(str(facts.get("possession", "")))
        knowledge = str(facts.get("knowledge", "EPCS PIN"))  # no other was asked for once
        return " and ".join(filter(None, [knowledge, possession.replace("Hard", "hard")]))
    if event.event == Event.SIGN_IN_SUCCEEDED:
        return "Sign-in password"
    return authority or (device if event.event in _BY_DEVICE else "")


def _method(authority: str) -> str:
    return _METHODS.get(authority.removeprefix("step-up by "), "")


def _device(subject: str) -> str:
    return next((words for name, words in _DEVICES.items() if subject.startswith(name)), "")
