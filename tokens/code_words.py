"""What is happening to a code: the words under the field in which it is awaited."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse

from epcs_portal.delivery.gateway import Progress
from epcs_portal.local_time import clock_time
from tokens import selectors
from tokens.models import BackupPhone, OutOfBandCode
from tokens.phone_refusals import held_words, locked_words

if TYPE_CHECKING:
    from accounts.models import User

AT_FIRST = {
    OutOfBandCode.Purpose.CONFIRM_PHONE: "A new code replaces this one.",
    OutOfBandCode.Purpose.STEP_UP: (
        "Check that the phone has signal. A new code replaces this one."
    ),
}


def progress_of(code: OutOfBandCode) -> dict[str, Any]:
    """Return what to say of the message, in which tone, and whether that is the last word."""
    message, is_call = code.message, code.channel == BackupPhone.Delivery.CALL
    if message is None:
        return {"text": "", "tone": "off", "final": True}
    if message.trouble is not None:
        tone = "bad" if message.has_failed else "warn"
        return {"text": message.trouble.sentence, "tone": tone, "final": message.has_failed}
    if message.progress == Progress.DELIVERED and message.progress_at is not None:
        words = "The call ended" if is_call else "Delivered"
        text = f"{words} at {clock_time(message.progress_at)}."
        return {"text": text, "tone": "ok", "final": True}
    if message.sent_at is None:
        return {"text": "Calling …" if is_call else "Sending …", "tone": "info", "final": False}
    words = "We are calling you now" if is_call else "Sent"
    text = words + ("." if is_call else f" at {clock_time(message.sent_at)}.")
    return {"text": text, "tone": "info", "final": False}


def awaited(phone: BackupPhone, purpose: OutOfBandCode.Purpose, *, at: datetime) -> dict[str, Any]:
    """Context of components/code_awaited.html: where the code is, and when another may be had."""
    code = selectors.latest_code(phone, purpose)
    is_over = code is None or code.is_over(at) or code.spent_at is not None
    sends = selectors.sends_of_late(phone, purpose, at=at)
    again = (
        "If you don't receive a code after a second attempt, contact support at "
        f"{settings.SUPPORT_PHONE}."
    )
    return {
        "code": code,
        "is_over": is_over,
        "progress": progress_of(code) if code and not is_over else None,
        "progress_url": reverse("code_progress", args=[code.pk]) if code and not is_over else "",
        "wait": code.seconds_to_wait(at) if code else 0,
        "advice": again if sends > 1 else AT_FIRST[purpose],
    }


def locked(person: User, *, at: datetime) -> dict[str, str] | None:
    """Context of components/note.html while no code of this person counts, else None."""
    lock = selectors.phone_codes_of(person).lock
    if not lock.is_closed(at):
        return None
    is_held = lock.held_at is not None or lock.locked_until is None
    text = held_words() if is_held else locked_words(lock.locked_until or at, at=at)
    return {"title": "Too many incorrect codes", "text": text}
