"""Can I sign? If not, the one next step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from accounts import registration, registration_steps
from accounts.losing import losing
from accounts.missing_knowledge import HELPERS, first_kind, missing_knowledge
from accounts.no_access import BESIDES, NO_ACCESS, access_told, without_access
from accounts.signing_access import Access
from accounts.standing import Standing
from accounts.token_trouble import step_for, trouble_of
from epcs_portal.local_time import clock_time, date_words
from tokens.hard_token_card import hard_token_status
from tokens.mobile_card import mobile_id_status
from tokens.models import BackupPhone, HardToken, OathToken, SoftToken
from tokens.selectors import active_phones_of, open_grant_of, reservation_of
from tokens.throttle import Lock
from tokens.ways_in import ways_in_of

CONTACT = {"label": "Contact support", "url": "/support/"}
QUEUE = {"label": "Go to Rx Queue", "url": "/queue/"}


def readiness(standing: Standing, *, phones: Sequence[BackupPhone], at: datetime) -> dict[str, Any]:
    """Context of the readiness panel: title, the one next step, and always four checks.

    ``phones``: the backup phones that work. Signing takes none; losing a token does.
    """
    token, tone = hard_token_status(standing.hard_token, at=at)
    mobile, mobile_tone = mobile_id_status(
        standing.mobile_id, has_left=standing.has_phone_left, at=at
    )
    states = {"ok": "ok", "off": "off"}
    first = standing.asked_first if standing.knowledge else first_kind(standing, at=at)
    checks = [
        ("ok" if standing.knowledge else "todo", first.label, standing.status_of(first)),
        (
            "off" if tone == "off" and standing.mobile_id else "ok" if tone == "ok" else "todo",
            "Hardware Token",
            token,
        ),
        (states.get(mobile_tone, "todo"), f"Mobile ID ({settings.SOFT_TOKEN_APP})", mobile),
        (
            "ok" if phones else "todo",
            "Backup phone",
            f"{len(phones)} of {settings.BACKUP_PHONES}" if phones else "None. Add one",
        ),
    ]
    panel = verdict(standing, at=at)
    if panel["tone"] == "ok" and not phones:
        panel["text"] = "Add a backup phone so you can still get in if you lose your token."
        panel["action"] = {"label": "Add a backup phone", "url": reverse("phone_add")}
    return panel | {
        "losing": losing(standing, phones, at=at),
        "checks": [{"state": state, "label": label, "text": text} for state, label, text in checks],
    }


def verdict(standing: Standing, *, at: datetime) -> dict[str, Any]:
    """Return title, text and the one next step, without the four checks."""
    if not standing.is_registered:
        first = registration_steps.first_of(standing.person)
        is_over = standing.access is Access.ACCOUNT_REVOKED and first.label == CONTACT["label"]
        revoked = NO_ACCESS[Access.ACCOUNT_REVOKED] if is_over else {}
        return _cannot(first.text, first.label, first.url) | revoked
    if first_phone := _first_phone(standing, at=at):
        return first_phone
    working = standing.working(at)
    if not standing.tokens:
        return _without_token(standing, at=at)
    if not working:
        return _token_trouble(standing, at=at)
    if not standing.knowledge:
        missing = missing_knowledge(standing, working, at=at)
        return _cannot(missing["text"] + _then(standing), **missing["action"])
    if standing.access is Access.HELD:
        return _cannot("", "Lift the hold", reverse("hold")) | NO_ACCESS[Access.HELD]
    if standing.access is not Access.GRANTED:
        return _without_access(standing)
    if not standing.has_registration(at):
        return _without_registration(standing.registered_until)
    if standing.signing.is_closed(at):
        return _signing_locked(standing.signing, at=at)
    return _ready(standing, working, at=at)


def _without_access(standing: Standing) -> dict[str, Any]:
    """The attestation comes before what the practice gives."""
    access = access_told(standing.access)
    if access is Access.NOT_GIVEN and not registration.has_attested(standing.person.prescriber):
        text = (
            "Before your practice gives you access, you attest to keep what you sign with in your "
            "sole possession."
        )
        return _cannot(text, "Attest sole possession", reverse("attest"))
    return _cannot("", **HELPERS) | without_access(standing.person, access)


def _first_phone(standing: Standing, *, at: datetime) -> dict[str, Any] | None:
    """On the day of activation a backup phone comes first, as ``registration_steps`` has it."""
    is_new = access_told(standing.access) is Access.NOT_GIVEN
    if not is_new or open_grant_of(standing.person, at=at) is None:
        return None
    if active_phones_of(standing.person):
        return None
    text = "Add a backup phone first: it verifies that it's you. It never signs."
    return _cannot(text, "Add a backup phone", reverse("phone_add"))


def _without_registration(until: date | None) -> dict[str, Any]:
    """``until``: the last day of the DEA registration that expired; None where there is none."""
    if until is None:
        text = (
            "No DEA registration of yours is on record. Call support at "
            f"{settings.SUPPORT_PHONE} to add it."
        )
        return _cannot(text, **CONTACT)
    text = (
        f"Your DEA registration expired {date_words(until)}. Renew it with the DEA, then ask an "
        "eRx administrator or a designated individual at your practice to enter the new date."
    )
    return _cannot(text, **HELPERS)


def _then(standing: Standing) -> str:
    """Say what keeps them from signing besides, whatever comes first."""
    return BESIDES.get(standing.access, "")


def _ready(standing: Standing, working: list[OathToken], *, at: datetime) -> dict[str, Any]:
    """Say with what, and of two tokens which one does not work."""
    names = {HardToken: "your hardware token", SoftToken: "Mobile ID"}
    words = " or ".join(names[type(token)] for token in working)
    text = f"You can sign controlled substance prescriptions with {words}."
    idle = next((token for token in standing.tokens if token not in working), None)
    if idle is None:
        return {"tone": "ok", "title": "Ready to sign", "text": text, "action": QUEUE}
    title = f"You can sign, but not with {names[type(idle)]}"
    action = step_for(idle, has_left=standing.has_phone_left, at=at) or QUEUE
    return {"tone": "warn", "title": title, "text": text, "action": action}


def _without_token(standing: Standing, *, at: datetime) -> dict[str, Any]:
    """Say whether one is on its way, and whether it can be added at all."""
    person, then = standing.person, _then(standing)
    if not ways_in_of(person, at=at) and open_grant_of(person, at=at) is None:
        first = registration_steps.first_anew(person)
        return _cannot(first.text + then, first.label, first.url)
    spare = reservation_of(person)
    text = "Add your hardware token first."
    if spare is not None:
        day = date_words(spare.expected_on)
        text = f"Your hardware token is on its way, by {day}. Add it when it arrives."
    return _cannot(text + then, "Add a hardware token", reverse("token_add"))


def _token_trouble(standing: Standing, *, at: datetime) -> dict[str, Any]:
    trouble = trouble_of(standing, at=at)
    first = standing.tokens[0]
    step = step_for(first, has_left=standing.has_phone_left, at=at) or CONTACT
    is_said = first.reported_at is not None and standing.access is Access.SUSPENDED
    told = trouble["text"] + ("" if is_said else _then(standing))
    return _cannot(told, **step) | trouble | {"text": told}


def _signing_locked(lock: Lock, *, at: datetime) -> dict[str, Any]:
    """Say until when, if it ends by itself. A new PIN ends it in any case."""
    title = f"You can't sign until {clock_time(lock.locked_until or at)}"
    text = (
        f"There were {settings.SIGNING_FAILURES_TO_LOCK} incorrect attempts to sign, so we locked "
        "signing to protect you. A new PIN unlocks it now."
    )
    if lock.held_at is not None:
        title = "You can't sign now"
        text = (
            f"Signing was locked {settings.SIGNING_LOCKS_TO_HOLD} times in a day, so it stays "
            "locked until you reset your EPCS PIN. If those attempts weren't yours, call support "
            f"at {settings.SUPPORT_PHONE} now."
        )
    return _cannot(text, "Reset EPCS PIN", reverse("pin")) | {"title": title}


def _cannot(text: str, label: str, url: str) -> dict[str, Any]:
    action = {"label": label, "url": url}
    return {"tone": "bad", "title": "You can't sign yet", "text": text, "action": action}
