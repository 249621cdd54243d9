"""Bring a hard token that has run ahead of the portal back into step."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from epcs_portal.local_time import clock_time
from epcs_portal.refusals import Fact, Refusal
from tokens import notices, verification
from tokens.attempts import record_attempt
from tokens.diagnosis import Finding
from tokens.models import HardToken, SecurityNotice
from tokens.outcomes import Attempt, Outcome
from tokens.refusals import ONE_TRY_LEFT, SAME_TWICE, refusal_of

_AGAIN = "Start again with a new One-Time Password 1."


class PairRejected(Refusal):
    """The two passwords do not follow one another; the finding says why (RFC 4226 section 7.4)."""

    code = "pair-rejected"

    def __init__(self, **facts: Fact) -> None:
        super().__init__(**facts)
        is_about_the_pair = facts["finding"] != Finding.FAR_AHEAD
        self.field = "otp1" if is_about_the_pair else None

    @property
    def sentence(self) -> str:
        sentence = SENTENCES[Finding(str(self.facts["finding"]))].format(**self.facts)
        return sentence + (ONE_TRY_LEFT if self.facts["left"] == 1 else "")


SENTENCES = {
    Finding.SAME: SAME_TWICE,
    Finding.REVERSED: (
        "These two passwords are the wrong way round. "
        "Enter the one the token showed first as One-Time Password 1."
    ),
    Finding.SKIPPED: (
        "The button was pressed an extra time between these two passwords. "
        f"{_AGAIN} Then press just once for One-Time Password 2."
    ),
    Finding.ALREADY_SHOWN: (
        f"These passwords were shown before and can't be used any more. Press the button. {_AGAIN}"
    ),
    Finding.FAR_AHEAD: (
        "This token is too far ahead to bring back from here. "
        f"Contact support at {settings.SUPPORT_PHONE}; they can help you recover it."
    ),
    Finding.NOT_FROM_THIS_TOKEN: (
        "These two passwords didn't come one after the other from this token. "
        f"Check that the serial number on its back is {{serial}}. {_AGAIN} "
        f"If it fails again, contact support at {settings.SUPPORT_PHONE}."
    ),
}


class ResynchronizationTriesUsedUp(Refusal):
    code = "resynchronization-tries-used-up"

    @property
    def sentence(self) -> str:
        return (
            f"You have tried {settings.PAIR_TRIES} times in an hour. "
            f"You can try again at {clock_time(str(self.facts['again_at']))}. "
            f"If you need to sign before that, contact support at {settings.SUPPORT_PHONE}."
        )


def resynchronize_hard_token(*, token: HardToken, first: str, second: str, at: datetime) -> None:
    """Put the token back in step, and unlock it.

    Refused: two passwords that do not follow one another within 1000 presses, more than five
    tries an hour, and a token that is held.
    """
    with audited_transaction() as trail:
        attempt = verification.resynchronize(token, first, second, at=at)
        record_attempt(
            trail,
            attempt,
            token=token,
            accepted=Event.TOKEN_RESYNCHRONIZED,
            refused=Event.TOKEN_RESYNCHRONIZATION_REFUSED,
            at=at,
        )
        if attempt.outcome is Outcome.ACCEPTED:
            change = SecurityNotice.Change.TOKEN_RESYNCED
            notices.note(token.user, change, subject=str(token), at=at)
    if attempt.outcome is not Outcome.ACCEPTED:
        raise _refusal_of(attempt, token=token)


def _refusal_of(attempt: Attempt, *, token: HardToken) -> Refusal:
    if attempt.outcome is Outcome.TRIES_USED_UP and attempt.again_at is not None:
        return ResynchronizationTriesUsedUp(again_at=attempt.again_at.isoformat())
    if attempt.outcome is Outcome.REJECTED and attempt.finding is not None:
        left = attempt.attempts_left
        return PairRejected(finding=attempt.finding.value, serial=token.serial, left=left)
    return refusal_of(attempt, token=token)
