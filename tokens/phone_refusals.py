"""What can be wrong with a backup phone, and with a code sent to one."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from epcs_portal.local_time import clock_time
from epcs_portal.refusals import Refusal
from tokens.throttle import Lock


class HasThreePhones(Refusal):
    code = "has-three-phones"
    text = (
        "You have three backup phones, and three is the maximum. "
        "Remove a number you no longer use, then add the new one."
    )


class PhoneAlreadyAdded(Refusal):
    code = "phone-already-added"
    field = "phone"
    text = "This number is already one of your backup phones."


class PhoneReported(Refusal):
    code = "phone-reported"
    field = "phone"
    text = (
        "This number was reported lost, so no code was sent to it. If you have it back, remove it "
        "first, then add it again."
    )


class PhoneTakesNoTexts(Refusal):
    code = "phone-takes-no-texts"
    field = "phone"
    text = "We can't send text messages to this number. Choose Voice call or use another number."


class PhoneGone(Refusal):
    code = "phone-gone"
    text = "This number is not one of your backup phones any more. Choose another method."


class PhoneConfirmed(Refusal):
    code = "phone-confirmed"
    text = "This number is confirmed already. There is nothing left to enter."


class CodeTooSoon(Refusal):
    code = "code-too-soon"

    @property
    def sentence(self) -> str:
        left = self.facts["seconds"]
        return f"You can ask for another code in {left} second{'' if left == 1 else 's'}."


class CodeSendsUsedUp(Refusal):
    code = "code-sends-used-up"

    @property
    def sentence(self) -> str:
        return (
            "We have sent as many codes as we can for now. You can ask for another at "
            f"{clock_time(str(self.facts['again_at']))}. The newest one still works until it "
            f"expires. If none arrives, contact support at {settings.SUPPORT_PHONE}."
        )


class CodesPaused(Refusal):
    """The kill switch, or the day's ceiling of the portal. Which of them is nobody's business."""

    code = "codes-paused"

    @property
    def sentence(self) -> str:
        return (
            "We can't send codes at the moment, so nothing was sent. Your tokens still work. "
            f"If you have none, call support at {settings.SUPPORT_PHONE}."
        )


class PhoneCodesLocked(Refusal):
    code = "phone-codes-locked"

    @property
    def sentence(self) -> str:
        at, until = (datetime.fromisoformat(str(self.facts[name])) for name in ("at", "until"))
        return "Too many incorrect codes. " + locked_words(until, at=at)


class PhoneCodesHeld(Refusal):
    code = "phone-codes-held"

    @property
    def sentence(self) -> str:
        return held_words()


class CodeWrong(Refusal):
    code = "code-wrong"
    field = "code"

    @property
    def sentence(self) -> str:
        left = self.facts["left"]
        return (
            "That code doesn't match the latest one we sent. Check the newest message and enter "
            f"it again. You have {left} attempt{'' if left == 1 else 's'} left."
        )


class CodeUsed(Refusal):
    code = "code-used"
    field = "code"
    text = "That code was already used. Ask for a new one."


class CodeExpired(Refusal):
    code = "code-expired"
    field = "code"

    @property
    def sentence(self) -> str:
        minutes = settings.CODE_LIVES // timedelta(minutes=1)
        expired = f"The code you entered expired after {minutes} minutes. "
        again = "Enter the new code we just sent." if self.facts["sent"] else "Ask for a new one."
        return expired + again


def locked_refusal(lock: Lock, *, at: datetime) -> Refusal | None:
    """Return why no phone code counts now, or None when one does."""
    if lock.held_at is not None:
        return PhoneCodesHeld()
    if lock.locked_until is not None and at < lock.locked_until:
        return PhoneCodesLocked(until=lock.locked_until.isoformat(), at=at.isoformat())
    return None


def locked_words(until: datetime, *, at: datetime) -> str:
    minutes = max(1, round((until - at).total_seconds() / 60))
    return (
        f"We locked phone codes after {settings.CODE_FAILURES_TO_LOCK} incorrect attempts to "
        f"protect your account. You can try again at {clock_time(until)}, in {minutes} "
        f"minute{'' if minutes == 1 else 's'}. Your tokens still work."
    )


def held_words() -> str:
    return (
        f"Phone codes were locked {settings.CODE_LOCKS_TO_HOLD} times in a day, so they stay "
        "locked until you verify with a token. If you have none, or if those attempts weren't "
        f"yours, call support at {settings.SUPPORT_PHONE} now."
    )
