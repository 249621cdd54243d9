"""What is said in a call."""

from __future__ import annotations

from datetime import datetime

from epcs_portal.delivery.models import Message
from epcs_portal.sealing import SealBroken

GONE = "This call is no longer valid. Goodbye."


def words_of(message: Message, *, at: datetime) -> list[str]:
    """Return the sentences: a code digit by digit, twice; a notice as it is."""
    try:
        text = message.outgoing(at).text
    except SealBroken:  # erased
        return [GONE]
    if message.expires_at <= at:
        return [GONE]
    if not message.waits_for_key:
        return [text, "Goodbye."]
    digits = ", ".join(text)
    return [f"Your code for account management is: {digits}.", f"Again: {digits}.", "Goodbye."]
