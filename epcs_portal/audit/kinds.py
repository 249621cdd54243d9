"""The kinds of activity that people look for. Each event is of the kind its first word names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.db import models

from epcs_portal.audit.event_classes import EventClass
from epcs_portal.audit.events import Event


class Kind(models.TextChoices):
    """The labels are what people choose by."""

    SIGNING = "signing", "Prescriptions and signing"
    TOKENS = "tokens", "Tokens and phones"
    PIN = "pin", "PIN and password"
    SIGN_IN = "sign-in", "Sign-in and identity checks"
    STOPS = "stops", "Holds and reports"
    ACCESS = "access", "Permissions"
    ORDERS = "orders", "Orders of spare tokens"
    OTHER = "other", "Everything else"


_KINDS: Final[Mapping[str, Kind]] = {
    **dict.fromkeys(["prescription", "signing", "record"], Kind.SIGNING),
    **dict.fromkeys(["token", "token_binding", "token_hold", "seed", "otp"], Kind.TOKENS),
    **dict.fromkeys(
        ["mobile_id", "approval", "phone", "code", "phone_codes", "message", "callback"],
        Kind.TOKENS,
    ),
    **dict.fromkeys(["pin", "password", "password_reset", "knowledge"], Kind.PIN),
    **dict.fromkeys(["sign_in", "sign_out", "session", "step_up"], Kind.SIGN_IN),
    **dict.fromkeys(["hold", "compromise", "account", "revocation_case"], Kind.STOPS),
    **dict.fromkeys(
        ["access", "access_change", "designation", "practice", "registration"], Kind.ACCESS
    ),
    "order": Kind.ORDERS,
    **dict.fromkeys(["proofing", "activation", "attestation", "enrollment_grant"], Kind.ACCESS),
}
# Somebody else had a token, phone, PIN or password of the person's in hand, if it wasn't them.
_WITH_A_CREDENTIAL: Final = {
    *("token", "otp", "mobile_id", "approval", "phone", "code", "phone_codes"),
    *("pin", "password", "step_up", "signing"),
}
_BY_THE_PERSON: Final = {Event.SIGN_IN_SUCCEEDED, Event.PRESCRIPTION_SIGNED}
# These tell of a token or of signing, and no credential of the person was in it.
_BY_SUPPORT: Final = {
    event.value for event in Event if event.event_class is EventClass.PROVIDER_STAFF
}


def kind_of(event: str) -> Kind:
    return _KINDS.get(_first_word(event), Kind.OTHER)


def events_of(kind: Kind) -> list[str]:
    return [event.value for event in Event if kind_of(event) is kind]


def shows_a_credential(event: str) -> bool:
    """Whether a token, phone, PIN or password was used for it, rightly or not.

    A sign-in that failed is none: anybody can try a name. What support did is none either.
    """
    if event in _BY_SUPPORT or event == Event.SIGNING_KEY_UNAVAILABLE:
        return False
    return _first_word(event) in _WITH_A_CREDENTIAL or event in _BY_THE_PERSON


def _first_word(event: str) -> str:
    return event.partition(".")[0]
