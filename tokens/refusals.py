"""The refusals that several flows share: what can be wrong with a one-time password."""

from __future__ import annotations

from django.conf import settings

from epcs_portal.local_time import clock_time
from epcs_portal.refusals import Refusal
from tokens.mobile_refusals import (
    ClockWrong,
    MobileCodeRejected,
    MobileCodeUsed,
    MobileIdHeld,
    MobileIdLocked,
)
from tokens.models import OathToken, SoftToken
from tokens.outcomes import Attempt, Outcome
from tokens.push_refusals import NotAnsweredYet, NotApproved

ONE_TRY_LEFT = " You have 1 try left this hour."
SAME_TWICE = (
    "One-Time Password 2 is the same as password 1. Wait for the numbers to disappear, "
    "press the button again and enter the new ones."
)


class OtpRejected(Refusal):
    code = "otp-rejected"
    field = "otp"

    @property
    def sentence(self) -> str:
        left = self.facts["left"]
        return (
            f"That one-time password is not right. Press the button on token "
            f"{self.facts['serial']} and enter the new one. "
            f"You have {left} attempt{'' if left == 1 else 's'} left."
        )


class OtpReplayed(Refusal):
    code = "otp-replayed"
    field = "otp"
    text = (
        "That one-time password was already used. Wait for the display to go dark, "
        "press the button and enter the new one."
    )


class TokenOutOfStep(Refusal):
    code = "token-out-of-step"
    text = (
        "Your token is out of sync. Its button was probably pressed several times "
        "without using the codes. Resync your token, then try again."
    )


class TokenLocked(Refusal):
    code = "token-locked"

    @property
    def sentence(self) -> str:
        return (
            f"Too many incorrect codes. We locked token {self.facts['serial']} after "
            f"{settings.OTP_FAILURES_TO_LOCK} incorrect attempts to protect your account. "
            f"You can try again at {clock_time(str(self.facts['until']))}. "
            "If you have it in your hand, resync it: that unlocks it now."
        )


class TokenHeld(Refusal):
    code = "token-held"

    @property
    def sentence(self) -> str:
        return (
            f"Token {self.facts['serial']} was locked {settings.OTP_LOCKS_TO_HOLD} times in a day, "
            "so it stays locked until a designated individual at your practice unlocks it. "
            f"If those attempts weren't yours, call support at {settings.SUPPORT_PHONE} now."
        )


class TokenNotActive(Refusal):
    code = "token-not-active"
    text = "This token is not active any more, so its one-time passwords open nothing."


class AuthorityOver(Refusal):
    """What one was verified for is over: ended by a report or another change, while this waited."""

    code = "authority-over"
    text = (
        "Your account was changed at the same moment, so nothing was done. Verify your identity "
        "again, then try once more."
    )


class OwnAccount(Refusal):
    """Support does nothing for themselves but stop their own signing."""

    code = "own-account"
    text = "This is your own account, so nothing was done. Another support agent has to do this."


class BindingTriesUsedUp(Refusal):
    code = "binding-tries-used-up"

    @property
    def sentence(self) -> str:
        return (
            f"You have tried {settings.PAIR_TRIES} times in an hour. "
            f"You can try again at {clock_time(str(self.facts['again_at']))}, "
            f"or contact support at {settings.SUPPORT_PHONE}."
        )


class TokenUnreadable(Refusal):
    code = "token-unreadable"
    text = (
        "We can't read our record of this token, so nothing was checked. "
        f"Contact support at {settings.SUPPORT_PHONE}."
    )


class TokenContended(Refusal):
    code = "token-contended"
    text = (
        "Another request used this token at the same moment, so this one was not checked. "
        "Press the button and try again with a new one-time password."
    )


def refusal_of(attempt: Attempt, *, token: OathToken) -> Refusal:
    """Return the refusal that tells the person what came of a refused attempt."""
    if attempt.outcome is Outcome.NOT_ANSWERED:
        return NotAnsweredYet()
    if attempt.outcome is Outcome.NOT_APPROVED:
        return NotApproved()
    if attempt.outcome is Outcome.CONTENDED:
        return TokenContended()
    if attempt.outcome is Outcome.NOT_ACTIVE:
        return TokenNotActive()
    if attempt.outcome is Outcome.UNREADABLE:
        return TokenUnreadable()
    if isinstance(token, SoftToken):
        return _of_mobile_id(attempt)
    return _of_hard_token(attempt, serial=token.serial)


def _of_hard_token(attempt: Attempt, *, serial: str) -> Refusal:
    if attempt.lock.held_at is not None:
        return TokenHeld(serial=serial)
    if attempt.lock.locked_until is not None:
        return TokenLocked(serial=serial, until=attempt.lock.locked_until.isoformat())
    if attempt.outcome is Outcome.REPLAYED:
        return OtpReplayed()
    if attempt.outcome is Outcome.OUT_OF_STEP:
        return TokenOutOfStep()
    return OtpRejected(serial=serial, left=attempt.attempts_left)


def _of_mobile_id(attempt: Attempt) -> Refusal:
    if attempt.lock.held_at is not None:
        return MobileIdHeld()
    if attempt.lock.locked_until is not None:
        return MobileIdLocked(until=attempt.lock.locked_until.isoformat())
    if attempt.outcome is Outcome.REPLAYED:
        return MobileCodeUsed()
    if attempt.clock_error is not None:
        return ClockWrong(seconds=attempt.clock_error)
    return MobileCodeRejected(left=attempt.attempts_left)
