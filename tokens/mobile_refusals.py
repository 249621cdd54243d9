"""What can be wrong with a Mobile ID, with adding one, and with its codes."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings

from epcs_portal.local_time import clock_time
from epcs_portal.refusals import Refusal


class OtherEmail(Refusal):
    code = "other-email"
    field = "email"
    text = (
        "This is not the email address you registered for EPCS with, so nothing was sent. "
        "Enter that one, or ask an eRx administrator at your practice which it is."
    )


class SetupOver(Refusal):
    code = "setup-over"

    @property
    def sentence(self) -> str:
        minutes = settings.MOBILE_ID_SETUP // timedelta(minutes=1)
        return (
            f"Adding Mobile ID takes at most {minutes} minutes, and this time is over. Nothing was "
            "added. Start again with your phone in hand."
        )


class SetupCodeWrong(Refusal):
    """Facts: ``left``, tries of this hour."""

    code = "setup-code-wrong"
    field = "otp"

    @property
    def sentence(self) -> str:
        left = self.facts["left"]
        return (
            "That code is not right. Wait for the next one on your phone and enter it. If it keeps "
            "being refused, turn on automatic date and time on the phone. "
            f"You have {left} tr{'y' if left == 1 else 'ies'} left this hour."
        )


class MobileCodeRejected(Refusal):
    code = "mobile-code-rejected"
    field = "otp"

    @property
    def sentence(self) -> str:
        left = self.facts["left"]
        return (
            "That code is not right. Enter the one your phone shows now. "
            f"You have {left} attempt{'' if left == 1 else 's'} left."
        )


class MobileCodeUsed(Refusal):
    code = "mobile-code-used"
    field = "otp"
    text = (
        "That code was already used. Wait up to 30 seconds for the next one on your phone "
        "and enter it."
    )


class ClockWrong(Refusal):
    """Facts: ``seconds`` that the phone's clock is ahead; below zero, behind."""

    code = "clock-wrong"

    @property
    def sentence(self) -> str:
        return (
            f"{clock_words(int(self.facts['seconds']))}, so its codes are not accepted. Turn on "
            "automatic date and time on the phone, then enter the next code."
        )


class MobileIdLocked(Refusal):
    code = "mobile-id-locked"

    @property
    def sentence(self) -> str:
        return (
            f"Too many incorrect codes. We locked Mobile ID after {settings.OTP_FAILURES_TO_LOCK} "
            "incorrect attempts to protect your account. "
            f"It unlocks by itself at {clock_time(str(self.facts['until']))}."
        )


class MobileIdHeld(Refusal):
    code = "mobile-id-held"

    @property
    def sentence(self) -> str:
        return (
            f"Mobile ID was locked {settings.OTP_LOCKS_TO_HOLD} times in a day, so it stays locked "
            "until a designated individual at your practice unlocks it. If those attempts weren't "
            f"yours, call support at {settings.SUPPORT_PHONE} now."
        )


def clock_words(seconds: int) -> str:
    """Return ``Your phone's clock is about 2 minutes slow``."""
    minutes = max(1, round(abs(seconds) / 60))
    hours = round(minutes / 60)
    unit, many = ("minute", minutes) if minutes < 60 else ("hour", hours)
    way = "fast" if seconds > 0 else "slow"
    return f"Your phone's clock is about {many} {unit}{'' if many == 1 else 's'} {way}"
