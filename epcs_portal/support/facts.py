"""One line of a person's page, and the words for how a token does."""

from __future__ import annotations

from datetime import datetime

from epcs_portal.local_time import clock_time
from tokens.models import Condition, OathToken


def fact(label: str, value: object) -> dict[str, str]:
    return {"label": label, "value": str(value)}


def condition_words(token: OathToken, *, at: datetime) -> str:
    """Return what can be done with the token, in the words that its owner reads."""
    if token.status == token.Status.REMOVED:
        return "removed"
    condition = token.condition(at)
    if condition is Condition.LOCKED and token.locked_until:
        return f"locked until {clock_time(token.locked_until)}"
    if condition is Condition.HELD:
        return "locked until a designated individual unlocks it"
    return "out of sync" if condition is Condition.OUT_OF_STEP else condition.value
