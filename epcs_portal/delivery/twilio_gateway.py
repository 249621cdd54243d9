"""Texts and calls by Twilio: the only importer of ``twilio``.

Which of its answers are worth another try, what its callbacks mean, and what is said in a call.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from requests import RequestException
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.request_validator import RequestValidator
from twilio.rest import Client
from twilio.twiml.voice_response import Gather, VoiceResponse

from epcs_portal.delivery.gateway import DeliveryFailed, Outgoing, Progress, Receipt
from epcs_portal.delivery.problems import Problem

# https://www.twilio.com/docs/api/errors
PERMANENT = {
    21211: Problem.INVALID_NUMBER,
    21214: Problem.INVALID_NUMBER,
    21217: Problem.INVALID_NUMBER,
    21610: Problem.OPTED_OUT,
    21614: Problem.NOT_MOBILE,
}
AUTHENTICATE = {401, 403}  # the operator can mend that while we keep trying
RINGS_FOR = 30  # seconds
LONGEST_VALIDITY = 14_400  # seconds; Twilio's own limit
PROGRESS = {
    "sent": Progress.UNDER_WAY,
    "delivered": Progress.DELIVERED,
    "undelivered": Progress.FAILED,
    "ringing": Progress.UNDER_WAY,
    "in-progress": Progress.UNDER_WAY,
    "completed": Progress.DELIVERED,
    "busy": Progress.FAILED,
    "no-answer": Progress.FAILED,
    "canceled": Progress.FAILED,
    "failed": Progress.FAILED,
}


class _Transport(TwilioHttpClient):
    """Twilio's own, with a time limit; and to another address where the settings name one."""

    def __init__(self) -> None:
        super().__init__(timeout=settings.GATEWAY_TIMEOUT_SECONDS)

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:  # type: ignore[override]
        if settings.TWILIO_API_URL:
            there = urlsplit(settings.TWILIO_API_URL)
            url = urlunsplit(urlsplit(url)._replace(scheme=there.scheme, netloc=there.netloc))
        return super().request(method, url, *args, **kwargs)


def _client() -> Client:
    token = settings.TWILIO_AUTH_TOKENS[0]
    return Client(settings.TWILIO_ACCOUNT_SID, token, http_client=_Transport())


class TwilioTexts:
    def send(self, message: Outgoing) -> Receipt:
        sender = settings.TWILIO_TEXTS_FROM
        is_service = sender.startswith("MG")
        with _translated():
            sent = _client().messages.create(
                to=message.to,
                **({"messaging_service_sid": sender} if is_service else {"from_": sender}),
                body=message.text,
                status_callback=message.status_url,
                validity_period=max(1, min(message.seconds_left, LONGEST_VALIDITY)),
            )
        return Receipt(sent.sid or "")


class TwilioCalls:
    """The words stay here: Twilio asks for them when the call was answered."""

    def send(self, message: Outgoing) -> Receipt:
        with _translated():
            call = _client().calls.create(
                to=message.to,
                from_=settings.TWILIO_CALLS_FROM,
                url=message.words_url,
                method="POST",
                status_callback=message.status_url,
                status_callback_method="POST",
                timeout=RINGS_FOR,
            )
        return Receipt(call.sid or "")


class _translated:
    """Turn what Twilio or the network says into DeliveryFailed."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _type: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, TwilioRestException):
            raise _failure_of(error) from None  # its text names the number
        if isinstance(error, TwilioException | RequestException):
            raise DeliveryFailed(Problem.UNREACHABLE, is_permanent=False) from None


def _failure_of(error: TwilioRestException) -> DeliveryFailed:
    if error.code in PERMANENT:
        return DeliveryFailed(PERMANENT[error.code], is_permanent=True)
    if error.status == 429:
        return DeliveryFailed(Problem.BUSY, is_permanent=False)
    if error.status >= 500:
        return DeliveryFailed(Problem.UNREACHABLE, is_permanent=False)
    return DeliveryFailed(Problem.GATEWAY_REFUSED, is_permanent=error.status not in AUTHENTICATE)


def is_genuine(url: str, fields: Mapping[str, Any], signature: str) -> bool:
    """Whether Twilio signed this callback, over the address it was given.

    While a token is rolled there are two: the first sends, each may have signed.
    """
    tokens = settings.TWILIO_AUTH_TOKENS
    return any(RequestValidator(token).validate(url, fields, signature) for token in tokens)


def progress_of(fields: Mapping[str, str]) -> tuple[Progress, Problem | None] | None:
    """Return what a status callback says, or None for a word that is no progress."""
    is_text = "MessageStatus" in fields
    word = fields.get("MessageStatus") or fields.get("CallStatus") or ""
    progress = PROGRESS.get(word)
    if progress is None:
        return None
    if progress is not Progress.FAILED:
        return progress, None
    problem = Problem.CARRIER_REJECTED if is_text else Problem.NOT_ANSWERED
    by_code = {str(code): known for code, known in PERMANENT.items()}
    return progress, by_code.get(fields.get("ErrorCode", ""), problem)


def ask_for_key(action: str) -> str:
    """The words before a code: a mailbox presses no key, so it never hears one."""
    answer = VoiceResponse()
    gather = Gather(num_digits=1, timeout=6, action=action, method="POST")
    gather.say("This is EPCS Portal. Press 1 to hear your code.", language="en-US")
    answer.append(gather)
    answer.say("No key was pressed. Goodbye.", language="en-US")
    answer.hangup()
    return str(answer)


def say(words: list[str]) -> str:
    """Say each, with a second between them, and hang up."""
    answer = VoiceResponse()
    for number, each in enumerate(words):
        if number:
            answer.pause(length=1)
        answer.say(each, language="en-US")
    answer.hangup()
    return str(answer)
