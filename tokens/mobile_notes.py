"""What is wrong with a Mobile ID, and what to do: for its card, and above the forms that use it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings

from epcs_portal.local_time import clock_time, day_and_time
from tokens.cards import trouble_from
from tokens.models import Condition, SoftToken

LEFT = {
    "tone": "warn",
    "title": "Mobile ID is not on your phone any more",
    "text": (
        "It was removed from the phone itself. Remove it here too, then add it again; or move it "
        "to another phone."
    ),
}


def mobile_id_note(token: SoftToken, *, at: datetime) -> dict[str, str] | None:
    """Context of components/note.html: what is wrong with Mobile ID, and what to do."""
    condition, failures = token.condition(at), settings.OTP_FAILURES_TO_LOCK
    if condition is Condition.REPORTED and token.reported_at is not None:
        text = "Nobody can use this Mobile ID. Remove it to set up another smartphone."
        title = f"Suspended {day_and_time(token.reported_at, at, today='today')}"
        return {"tone": "bad", "title": title, "text": text}
    if condition is Condition.HELD:
        text = (
            f"It was locked {settings.OTP_LOCKS_TO_HOLD} times in a day. A designated individual "
            "at your practice has to unlock it. If those attempts weren't yours, report it lost or "
            "stolen."
        )
        return {"tone": "bad", "title": "Mobile ID stays locked", "text": text}
    if condition is Condition.LOCKED:
        text = (
            f"We locked Mobile ID after {failures} incorrect codes. It unlocks by itself at "
            f"{clock_time(token.locked_until or at)}."
        )
        return {"tone": "bad", "title": "Too many incorrect codes", "text": text}
    if condition is Condition.OUT_OF_STEP:
        text = (
            "Mobile ID codes depend on the time. Set the phone's date and time to automatic, then "
            "use the next code."
        )
        return {"tone": "warn", "title": "Your phone's clock may be wrong", "text": text}
    return None


def mobile_id_trouble(token: SoftToken, *, at: datetime) -> dict[str, Any] | None:
    """Return what to say above a form that asks for a code, or None when all is well."""
    note, condition = mobile_id_note(token, at=at), token.condition(at)
    return trouble_from(note, condition)
