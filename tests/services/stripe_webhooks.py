"""Tell the portal of an event as Stripe does: a POST of pretty-printed JSON, which is signed."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

from stripe import WebhookSignature

PATH = "/webhooks/stripe/"
PATIENCE = 20  # seconds


def deliver(
    event: dict[str, Any],
    portal: str,
    *,
    secret: str,
    times: int = 1,
    parallel: int = 0,
    at: int = 0,
    body: str | None = None,
    signature: str | None = None,
) -> list[int]:
    """Return how the portal answered each time; 0 is no answer.

    Signed ``at`` seconds from now, and always over the true event: another ``body`` is one that was
    altered on its way. A ``signature`` is sent as it is; an empty one is left away.
    """
    true_body = json.dumps(event, indent=2)
    if signature is None:
        timestamp = int(time.time()) + at
        signature = WebhookSignature.generate_signature_header(true_body, secret, timestamp)
    content = (true_body if body is None else body).encode()
    if not parallel:
        return [_post(portal, content, signature) for _time in range(times)]
    with ThreadPoolExecutor(parallel) as pool:
        at_once = [pool.submit(_post, portal, content, signature) for _time in range(parallel)]
        return [each.result() for each in at_once]


def _post(portal: str, content: bytes, signature: str) -> int:
    """Not with urllib, which would follow a redirect: to Stripe it is a failure."""
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
    }
    headers |= {"Stripe-Signature": signature} if signature else {}
    connection = HTTPConnection(urlsplit(portal).netloc, timeout=PATIENCE)
    try:
        connection.request("POST", PATH, content, headers)
        return connection.getresponse().status
    except (OSError, HTTPException):
        return 0
    finally:
        connection.close()
