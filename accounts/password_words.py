"""What the pages say of an EPCS password and of its reset."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from accounts import knowledge_permits, selectors
from accounts.models import KnowledgeFactor
from epcs_portal.local_time import clock_time, month_and_day, month_day_and_time

if TYPE_CHECKING:
    from accounts.models import PasswordReset, User
    from accounts.standing import Standing

Kind = KnowledgeFactor.Kind


def who_asked(user: User, *, at: datetime) -> dict[str, str] | None:
    """Context of "Who asked for this": who reset it, where, when, and until when a new password
    may be set. None under an enrollment grant: nobody did."""
    reset = selectors.open_reset_of(user, at=at)
    if reset is None:
        return None
    return {
        "name": reset.reset_by.full_name,
        "practice": user.practice.name if user.practice else "",
        "when": _when(reset.reset_at, at),
        "until": month_day_and_time(reset.expires_at),
    }


def closed(user: User, *, at: datetime) -> dict[str, Any]:
    """Context of accounts/password_closed.html: no reset is open, and who could make one.

    ``expired``: the day on which the latest one ran out, and who had made it.
    """
    reset, administrators = selectors.latest_reset_of(user), selectors.administrators_of(user)
    context: dict[str, Any] = {
        "administrators": [person.full_name for person in administrators],
        "expired": None,
    }
    if reset is not None and _ran_out(reset, at):
        # Who made it may have left since: then the list says whom to ask.
        again = reset.reset_by.full_name if reset.reset_by in administrators else ""
        context["expired"] = {"on": month_and_day(reset.expires_at), "again": again}
    return context


def panel(standing: Standing, *, at: datetime) -> dict[str, Any]:
    """Context of the panel in My Settings: status, and whether a new one can be set up now."""
    status, is_set = standing.status_of(Kind.PASSWORD), Kind.PASSWORD in standing.knowledge
    # One that is set was set under the latest reset, or never reset.
    reset = None if is_set else selectors.latest_reset_of(standing.person)
    if reset is not None and reset.is_open(at):
        until = month_day_and_time(reset.expires_at)
        status = f"{reset.reset_by.full_name} reset it. Set a new one by {until}"
    elif reset is not None and _ran_out(reset, at):
        status += f". The reset of {month_and_day(reset.reset_at)} expired"
    is_open = reset is not None and reset.is_open(at)
    if not is_open and standing.tokens and not standing.knowledge:
        # The first one, on the day of activation.
        is_open = knowledge_permits.is_granted(standing.person, at=at)
    return {"status": status, "is_open": is_open, "is_set": is_set}


def _ran_out(reset: PasswordReset, at: datetime) -> bool:
    return reset.used_at is None and not reset.is_open(at)


def _when(moment: datetime, now: datetime) -> str:
    is_today = timezone.localdate(moment) == timezone.localdate(now)
    day = "today" if is_today else f"on {month_and_day(moment)}"
    return f"{day} at {clock_time(moment)}"
