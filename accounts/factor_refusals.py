"""How two-factor authentication says no. No sentence tells which of the two was wrong."""

from __future__ import annotations

from django.conf import settings

from accounts.models import KnowledgeFactor
from epcs_portal.local_time import clock_time
from epcs_portal.refusals import Refusal

LOCK_MINUTES = int(settings.SIGNING_LOCK.total_seconds() // 60)


class FactorsRejected(Refusal):
    """Facts: ``left``, the ceremonies that may still fail, and ``knows``, what was asked for beside
    the one-time password. A replayed password is told this too."""

    code = "factors-rejected"

    @property
    def field(self) -> str:  # type: ignore[override]
        return str(self.facts["knows"])

    @property
    def sentence(self) -> str:
        left, knows = self.facts["left"], KnowledgeFactor.Kind(str(self.facts["knows"]))
        return (
            f"The {knows.label} or one-time password is not right. Enter both again, with a new "
            f"one-time password. You have {left} attempt{'' if left == 1 else 's'} left before "
            f"signing locks for {LOCK_MINUTES} minutes."
        )


class KnowledgeChanged(Refusal):
    """What was compared is not what counts any more: another page changed it meanwhile."""

    code = "knowledge-changed"
    text = (
        "Your EPCS PIN or EPCS password changed while this was checked, so nothing was done and no "
        "one-time password was used. Enter both again."
    )


class SigningLocked(Refusal):
    """Facts: ``until``, in ISO 8601."""

    code = "signing-locked"

    @property
    def sentence(self) -> str:
        return (
            f"There were {settings.SIGNING_FAILURES_TO_LOCK} incorrect attempts to sign, so "
            f"signing is locked until {clock_time(str(self.facts['until']))}. Nothing was done. "
            "A new EPCS PIN unlocks it now."
        )


class SigningHeld(Refusal):
    code = "signing-held"

    @property
    def sentence(self) -> str:
        return (
            f"Signing was locked {settings.SIGNING_LOCKS_TO_HOLD} times in a day, so it stays "
            "locked until you reset your EPCS PIN. Nothing was done. If those attempts weren't "
            f"yours, call support at {settings.SUPPORT_PHONE} now."
        )
