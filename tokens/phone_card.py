"""What a person sees of their backup phones: one presenter, for the card and for Manage Phones."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse

from epcs_portal.local_time import clock_time, day, day_and_time
from epcs_portal.phone_numbers import masked
from tokens import code_words, history, selectors
from tokens.consequences import NO_PHONE
from tokens.doors import SETTINGS, Door
from tokens.models import BackupPhone, PhoneCodes
from tokens.out_of_band import Purpose

if TYPE_CHECKING:
    from accounts.models import User

VERIFIES = {"yes": False, "text": "Verifies your identity here. Cannot sign prescriptions."}
HOW = {BackupPhone.Delivery.TEXT: "Text message", BackupPhone.Delivery.CALL: "Voice call"}
FULL = "You have added the maximum of three numbers. Remove one to add another."


def phone_card(person: User, *, at: datetime, door: Door = SETTINGS) -> dict[str, Any]:
    """Context of components/card.html, and of components/manage_phones.html."""
    phones = selectors.phones_of(person)
    state = selectors.phone_codes_of(person) if phones else PhoneCodes()
    active = [phone for phone in phones if phone.is_active]
    rows = [_row(phone, door=door, at=at) for phone in phones]
    is_full = len(phones) >= settings.BACKUP_PHONES
    is_locked = state.lock.is_closed(at)
    add = {"label": "Add", "url": reverse("phone_add") + door.query, "style": "secondary"}
    card = {
        "kind": "phone",
        "id": "backup-phones",
        "title": "Phone-Based",
        "subtitle": "One-Time Password",
        "rows": rows,
        "active": active,
        "text": FULL if is_full and len(active) == len(phones) else "",
        "capability": VERIFIES,
        "actions": [] if is_full or is_locked else [add | {"hidden": "a backup phone number"}],
    }
    return card | _status(person, phones, active, rows, state, at=at)


def _status(
    person: User,
    phones: list[BackupPhone],
    active: list[BackupPhone],
    rows: list[dict[str, Any]],
    state: PhoneCodes,
    *,
    at: datetime,
) -> dict[str, Any]:
    locked = code_words.locked(person, at=at) if state.lock.is_closed(at) else None
    if locked is not None:
        until = state.lock.locked_until
        is_held = state.lock.held_at is not None or until is None
        tag = "Locked" if is_held else f"Locked until {clock_time(until or at)}"
        return {"tag": tag, "tone": "bad", "note": {"tone": "bad", **locked}}
    reported = [phone for phone in phones if phone.is_reported]
    if reported:
        return _suspended(reported[0], len(reported), len(active), at=at)
    if active:
        return {"tag": f"{len(active)} of {settings.BACKUP_PHONES}", "tone": "ok"}
    if rows:
        expired = all(row["is_expired"] for row in rows)
        tag, tone = ("Code expired", "warn") if expired else ("Code not entered", "info")
        return {"tag": tag, "tone": tone}
    removed = history.last_removed_phone_of(person)
    if removed is None or removed.removed_at is None:
        note = {"tone": "warn", "title": "Add a backup phone number", "text": NO_PHONE}
        return {"tag": "No backup phone", "tone": "warn", "note": note}
    text = (
        f"{masked(removed.number)} was removed on {day(removed.removed_at)}. Add a new number now "
        "so you can still get in if you lose your tokens."
    )
    note = {"tone": "warn", "title": "You removed your last backup phone", "text": text}
    return {"tag": "Last phone removed", "tone": "warn", "note": note}


def _suspended(phone: BackupPhone, many: int, active: int, *, at: datetime) -> dict[str, Any]:
    """A number that was reported: it receives nothing any more."""
    tag = f"{many + active} of {settings.BACKUP_PHONES}, {f'{many} ' if active else ''}suspended"
    since = day_and_time(phone.reported_at or at, at, today="today")
    title = f"Number reported lost {since}"
    text = "We no longer send codes to it. Remove it, then add another number."
    return {"tag": tag, "tone": "bad", "note": {"tone": "bad", "title": title, "text": text}}


def _row(phone: BackupPhone, *, door: Door, at: datetime) -> dict[str, Any]:
    number = masked(phone.number)
    remove = {
        "label": "Remove",
        "url": reverse("phone_remove", args=[phone.pk]) + door.query,
        "style": "secondary",
        "hidden": number,
    }
    how, is_expired, actions = HOW[BackupPhone.Delivery(phone.delivery)], False, [remove]
    text = f"{how} · added {day(phone.confirmed_at)}" if phone.confirmed_at else how
    if phone.is_reported:
        text = f"{how} · reported lost {day(phone.reported_at or at)}"
    if phone.is_pending:
        code = selectors.latest_code(phone, Purpose.CONFIRM_PHONE)
        is_expired = code is None or code.is_over(at)
        sent = f"code sent {clock_time(code.sent_at)}" if code else "no code sent"
        text = f"{how} · " + ("code expired" if is_expired else sent)
        label = "Send a new code" if is_expired else "Enter code"
        url = reverse("phone_confirm", args=[phone.pk]) + door.query
        enter = {"label": label, "url": url, "style": "secondary", "hidden": number}
        actions = [enter, remove]
    return {"number": number, "text": text, "actions": actions, "is_expired": is_expired}
