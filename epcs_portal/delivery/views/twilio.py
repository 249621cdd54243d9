"""Twilio calls back: how far a message got, and what to say in a call.

Nobody is signed in here. What counts is the signature, over the portal's public address.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from epcs_portal.access import Who, open_to
from epcs_portal.delivery import selectors, spoken, twilio_gateway
from epcs_portal.delivery.addresses import call_url, public
from epcs_portal.delivery.flows.record_progress import record_progress
from epcs_portal.delivery.flows.refuse_callback import refuse_callback

if TYPE_CHECKING:
    from epcs_portal.delivery.models import Message

SIGNATURE = "X-Twilio-Signature"
KEY = "1"

View = Callable[[HttpRequest, "Message | None"], HttpResponse]


def from_twilio(view: View) -> Callable[[HttpRequest, UUID], HttpResponse]:
    """Let in what Twilio signed. Anything else is refused, and put on the trail of its message."""

    @wraps(view)
    def guarded(request: HttpRequest, message_id: UUID) -> HttpResponse:
        url, signature = public(request.get_full_path()), request.headers.get(SIGNATURE, "")
        message = selectors.message_by_id(message_id)
        if twilio_gateway.is_genuine(url, request.POST, signature):
            return view(request, message)
        if message is not None:
            refuse_callback(message=message, at=timezone.now())
        return HttpResponseForbidden("The signature does not match.\n", content_type="text/plain")

    return csrf_exempt(open_to(Who.VENDOR)(require_POST(guarded)))


@from_twilio
def status(request: HttpRequest, message: Message | None) -> HttpResponse:
    """Note how far the message got. What Twilio says of a message that is gone does no harm."""
    said = twilio_gateway.progress_of(request.POST.dict())
    if message is not None and said is not None:
        progress, problem = said
        record_progress(message=message, progress=progress, problem=problem, at=timezone.now())
    return HttpResponse(status=204)


@from_twilio
def call(request: HttpRequest, message: Message | None) -> HttpResponse:
    """Say what the call is for. A code is said to who presses 1: a mailbox never hears it."""
    if message is None:
        words = twilio_gateway.say([spoken.GONE])
    elif message.waits_for_key and request.POST.get("Digits") != KEY:
        words = twilio_gateway.ask_for_key(call_url(message.pk))
    else:
        words = twilio_gateway.say(spoken.words_of(message, at=timezone.now()))
    return HttpResponse(words, content_type="text/xml")
