"""Why a factor is not removed."""

from __future__ import annotations

from epcs_portal.refusals import Refusal


class LastWayIn(Refusal):
    code = "last-way-in"
    text = (
        "This is your only active token and you have no backup phone, so nothing was removed. Add "
        "a backup phone first. Without it nobody could let you back in."
    )


class LastPhoneWayIn(Refusal):
    code = "last-phone-way-in"
    text = (
        "You have no token, and this is your only backup phone, so nothing was removed. Add a "
        "token or another phone first. Without it nobody could let you back in."
    )


class TokenGone(Refusal):
    code = "token-gone"
    text = "This token was removed already. There is nothing left to remove."
