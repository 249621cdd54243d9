"""How access changes say no: what happened, why, and what to do next."""

from __future__ import annotations

from django.conf import settings

from accounts.signing_access import Access
from epcs_portal.refusals import Refusal


class NotDesignated(Refusal):
    code = "not-designated"
    text = (
        "Only a designated individual of this practice can do this, so nothing was changed. Your "
        "prescribers name them."
    )


class OwnGrant(Refusal):
    code = "own-grant"
    text = (
        "This is your own access to sign, so you can't enter it. Another designated individual "
        "at your practice has to."
    )


class PracticeNotReady(Refusal):
    """21 CFR 1311.125(a)."""

    code = "practice-not-ready"

    @property
    def sentence(self) -> str:
        return (
            "Nobody can be given access yet. A practice needs at least "
            f"{settings.DESIGNATED_INDIVIDUALS} designated individuals, one of them a prescriber "
            "with a DEA registration in force and an active token."
        )


class PrescriberNotReady(Refusal):
    """Facts: ``missing``, in words."""

    code = "prescriber-not-ready"
    text = "This can't be entered yet. Still missing: {missing}."


class AccessAsItIs(Refusal):
    """Facts: ``access``."""

    code = "access-as-it-is"

    @property
    def sentence(self) -> str:
        return {
            Access.GRANTED: "This prescriber has access to sign already, so nothing was entered.",
            Access.HELD: (
                "This prescriber has access to sign, and a hold stops it. Lift the hold instead."
            ),
        }.get(
            Access(str(self.facts["access"])),
            "This prescriber has no access to sign that could be ended, so nothing was entered.",
        )


class ChangeWaitsAlready(Refusal):
    code = "change-waits-already"
    text = (
        "A change of this prescriber's access waits for a second person already, so nothing was "
        "entered. Approve or reject it first."
    )


class ChangeDecided(Refusal):
    code = "change-decided"
    text = "This change was approved or rejected already. Nothing was done a second time."


class ChangeExpired(Refusal):
    code = "change-expired"

    @property
    def sentence(self) -> str:
        days = settings.ACCESS_CHANGE.days
        return (
            f"This change was not approved within {days} days, so it has expired and nothing was "
            "changed. Enter it again."
        )


class ChangeAltered(Refusal):
    code = "change-altered"
    text = (
        "What you were shown is not what was entered, so nothing was changed and no one-time "
        "password was used. Open the change again. If this comes back, call support."
    )


class ChangeOutdated(Refusal):
    code = "change-outdated"
    text = (
        "Something this change rests on is different now: a registration, a report, or a newer "
        "change. Nothing was changed. Reject it, and enter it again as things are today."
    )


class SamePerson(Refusal):
    """21 CFR 1311.125(c)."""

    code = "same-person"
    text = (
        "You entered this change, so you can't approve it. A second designated individual, with a "
        "DEA registration, has to."
    )


class OwnAccess(Refusal):
    code = "own-access"
    text = (
        "This is your own access to sign. Another prescriber at your practice has to approve it: "
        "only where there is no other may the prescriber do so."
    )


class NotRegistrant(Refusal):
    code = "not-registrant"
    text = "Approving takes a prescriber with a DEA registration in force, so nothing was changed."


class ExecutorStopped(Refusal):
    code = "executor-stopped"
    text = (
        "Your own access to sign is stopped, so you can't decide about others or bring anything "
        "back for them. Nothing was changed. Another designated individual has to."
    )


class ExecutorPhoneBound(Refusal):
    code = "executor-phone-bound"
    text = (
        "Your token was added with a backup phone, so it can't approve access until a designated "
        "individual confirms it. Nothing was used up."
    )


class ExecutorWithoutToken(Refusal):
    code = "executor-without-token"
    text = "You have no such token any more, so nothing was changed. Add a token, then approve."
