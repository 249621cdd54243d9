"""Stripe tells of something. Nobody is signed in here: what counts is the signature."""

from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from billing.flows.receive_event import receive_event
from billing.payments.events import NotGenuine, read_event
from epcs_portal.access import Who, open_to

SIGNATURE = "Stripe-Signature"

log = logging.getLogger(__name__)


@csrf_exempt
@open_to(Who.VENDOR)
@require_POST
def stripe_event(request: HttpRequest) -> HttpResponse:
    """Write it down and answer at once; a worker looks into it.

    What is not genuine leaves nothing behind but a line in the log: anybody can send that.
    """
    at = timezone.now()
    try:
        event = read_event(request.body, request.headers.get(SIGNATURE, ""), at=at)
    except NotGenuine:
        log.warning("A payment event that is not genuine was refused.")
        return HttpResponseBadRequest("The signature does not match.\n", content_type="text/plain")
    if event is not None:
        receive_event(event=event, at=at)
    return HttpResponse("Noted.\n", content_type="text/plain")
