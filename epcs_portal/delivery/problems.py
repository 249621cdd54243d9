"""Why a message did not arrive, and what its reader can do about it."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Problem(StrEnum):
    """The value is kept with the message; the sentence is what a person waiting for it reads."""

    sentence: str

    def __new__(cls, value: str, sentence: str) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.sentence = sentence
        return member

    @classmethod
    def by_value(cls, value: str) -> Problem:
        return next(problem for problem in cls if problem.value == value)

    INVALID_NUMBER = "invalid-number", "This number can't be reached. Check it, or use another one."
    OPTED_OUT = (
        "opted-out",
        "This phone replied STOP to our messages, so we can't text it. "
        "Reply START to the last one, or choose Voice call.",
    )
    NOT_MOBILE = (
        "not-mobile",
        "We can't send text messages to this number. Choose Voice call or use another number.",
    )
    BUSY = "busy", "The code service is very busy. We keep trying; it can take a few minutes."
    UNREACHABLE = (
        "unreachable",
        "We can't reach the code service. We keep trying every few seconds.",
    )
    GATEWAY_REFUSED = (
        "gateway-refused",
        "The code service didn't take this message. Verify another way, or contact support.",
    )
    CARRIER_REJECTED = (
        "carrier-rejected",
        "The carrier rejected this text message. Choose Voice call or use another number.",
    )
    NOT_ANSWERED = (
        "not-answered",
        "Nobody answered the call. Ask for a new code to be called again.",
    )
    MAILBOX_REFUSED = "mailbox-refused", "The mail server refused this address."
    SUBSCRIPTION_GONE = "subscription-gone", "This phone takes no notifications any more."
    EXPIRED = "expired", "It could not be sent before it expired. Ask for a new code."
    UNREADABLE = "unreadable", "It could not be read any more. Ask for a new code."
    WORKER_LOST = "worker-lost", "It could not be sent. Ask for a new code."
