"""What Stripe's API says when it refuses, for the stand-in (stripe_stand_in.py)."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """An answer that is an error, in Stripe's words.

    The API saves its answer under the request's idempotency key once it began to carry the request
    out, errors too. What it refuses before that is not saved: the same key may be used again.
    """

    def __init__(self, status: int, message: str, *, saved: bool = True, **more: Any) -> None:
        super().__init__(message)
        self.status, self.saved = status, saved
        self.error = {"type": "invalid_request_error", "message": message} | more

    @property
    def headers(self) -> dict[str, str]:
        # An error of the server that is saved would only be replayed: its clients are told so.
        return {"Stripe-Should-Retry": "false"} if self.status >= 500 else {}


def invalid(message: str, param: str, code: str | None = None) -> Refused:
    """A parameter that is refused at the door, so nothing is saved."""
    more = {"code": code} if code else {}
    return Refused(400, message, saved=False, param=param, **more)


def missing(param: str) -> Refused:
    return invalid(f"Missing required param: {param}.", param, "parameter_missing")


def unexpected(message: str, **more: Any) -> Refused:
    """What the state of things does not allow; by then the request was being carried out."""
    return Refused(400, message, **more)


def no_such(kind: str, name: str, param: str = "id") -> Refused:
    return Refused(404, f"No such {kind}: '{name}'", code="resource_missing", param=param)


def wrong_key() -> Refused:
    return Refused(401, "Invalid API Key provided: sk_test_****", saved=False)


def other_parameters(key: str) -> Refused:
    message = (
        "Keys for idempotent requests can only be used with the same parameters they were first "
        f"used with. Try using a key other than '{key}' if you meant to execute a different "
        "request."
    )
    return Refused(400, message, saved=False, type="idempotency_error")


def key_in_use(key: str) -> Refused:
    message = (
        "There is currently another in-progress request using this Idempotent Key (that probably "
        f"means you submitted twice, and the other request is still going through): {key}. "
        "Please try again later."
    )
    return Refused(409, message, saved=False, code="idempotency_key_in_use")


def too_many() -> Refused:
    message = "Request rate limit exceeded. Learn more at https://docs.stripe.com/rate-limits."
    return Refused(429, message, saved=False, code="rate_limit")


def card_declined() -> Refused:
    return Refused(
        402,
        "Your card was declined.",
        type="card_error",
        code="card_declined",
        decline_code="generic_decline",
    )


def broken() -> Refused:
    return Refused(500, "An unknown error occurred", type="api_error")
