"""What can be wrong with asking a phone, with its answer, and with the phone."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings

from epcs_portal.local_time import clock_time
from epcs_portal.refusals import Refusal

MINUTES = settings.PUSH_LIVES // timedelta(minutes=1)


class NoPhoneToAsk(Refusal):
    code = "no-phone-to-ask"
    text = (
        "There is no phone that could be asked. Enter a code from your authenticator app instead."
    )


class PushUsedUp(Refusal):
    """Facts: ``again_at``, in ISO 8601."""

    code = "push-used-up"

    @property
    def sentence(self) -> str:
        minutes = settings.PUSH_REQUESTS_PERIOD // timedelta(minutes=1)
        return (
            f"We asked your phone {settings.PUSH_REQUESTS} times in {minutes} minutes, so nothing "
            f"was sent. You can ask again at {clock_time(str(self.facts['again_at']))}, "
            "or use a code now."
        )


class PushFrozen(Refusal):
    code = "push-frozen"
    text = (
        'A request to your phone was answered "It wasn\'t me", so we send it no more of them. '
        "Verify with a one-time password, or check a Mobile ID code: that turns requests on again."
    )


class NotAnsweredYet(Refusal):
    code = "not-answered-yet"
    text = (
        "Your phone has not answered yet, so nothing was checked. Open Mobile ID on it, answer the "
        "request, then go on here."
    )


class NotApproved(Refusal):
    code = "not-approved"

    @property
    def sentence(self) -> str:
        return (
            "That request was not approved on your phone for this page, or longer than "
            f"{MINUTES} minutes ago. Nothing was done. Send a new one, or use a code."
        )


class WrongNumber(Refusal):
    code = "wrong-number"
    text = (
        "That is not the number on your computer, so the request is closed and nothing was "
        "approved. If you didn't start it, tell support. If you did, send a new one."
    )


class RequestOver(Refusal):
    """Facts: ``how``: answered, expired or superseded."""

    code = "request-over"

    @property
    def sentence(self) -> str:
        return {
            "answered": "This request was answered already, and that stands.",
            "expired": (
                f"This request was not answered within {MINUTES} minutes, so it is closed and "
                "nothing was approved. Send a new one from your computer."
            ),
            "superseded": (
                "A newer request took the place of this one, so nothing was approved. "
                "Answer the newest."
            ),
        }[str(self.facts["how"])]


class RequestAltered(Refusal):
    """The phone signed another text than it was sent, or a request that is not its own."""

    code = "request-altered"
    text = (
        "What this phone signed is not what it was asked, so nothing was approved. "
        "Close Mobile ID, open it again and look at the request once more."
    )


class LinkOver(Refusal):
    code = "link-over"

    @property
    def sentence(self) -> str:
        minutes = settings.PAIRING_LINK // timedelta(minutes=1)
        return (
            f"This link was used already, or is older than {minutes} minutes. On your computer, "
            "choose Send a new request and open the newest link. If no new link comes, another "
            "browser has paired with it: go on there, or begin again with Change the phone number."
        )


class PhoneNotRecognized(Refusal):
    code = "not-recognized"
    text = (
        "The portal does not recognize this phone, so nothing was done. On your computer, remove "
        "Mobile ID and add it again."
    )


class PhoneClosed(Refusal):
    code = "device-closed"
    text = (
        "This Mobile ID was removed or replaced, so this phone can't use it any more. "
        "On your computer, add it again. Until then sign with your hardware token."
    )


class NonceStale(Refusal):
    code = "nonce-stale"
    text = "That took too long. Try again."
