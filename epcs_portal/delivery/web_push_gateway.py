"""Web Push (RFC 8030): the doorbell of a phone. The only importer of ``pywebpush``.

An endpoint comes from a phone and is called by us, so it may only lie at a push service that the
settings name. What is sent is encrypted for the phone (RFC 8291) and signed by our key (RFC 8292).
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import requests
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from py_vapid import Vapid, VapidException
from pywebpush import WebPushException, webpush

from epcs_portal.delivery.gateway import DeliveryFailed
from epcs_portal.delivery.problems import Problem

LONGEST_ENDPOINT = 1000  # characters; the services use half of it
POINT_BYTES, AUTH_BYTES, KEY_BYTES = 65, 16, 32
GONE = {404, 410}  # RFC 8030 section 7.3


class SubscriptionRefused(ValueError):
    """It is not one of a push service we know; the sentence says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """Whoever has the endpoint can ring, so it is shown nowhere. Keys are base64url."""

    endpoint: str = field(repr=False)
    p256dh: str = field(repr=False)
    auth: str = field(repr=False)


class _NoRedirects(requests.Session):
    """A push service answers for itself: where it would send us was not checked."""

    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        return super().request(*args, **kwargs | {"allow_redirects": False})


def public_key() -> str:
    """Return our public key as browsers take it (RFC 8292 section 3.2), "" when push is off."""
    if not settings.WEB_PUSH_PRIVATE_KEY:
        return ""
    number = int.from_bytes(_bytes(settings.WEB_PUSH_PRIVATE_KEY), "big")
    point = ec.derive_private_key(number, ec.SECP256R1()).public_key()
    encoded = point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(encoded).decode().rstrip("=")


def checked(*, endpoint: str, p256dh: str, auth: str) -> Subscription:
    """Return the subscription. Raise SubscriptionRefused: another host, or keys that are none."""
    if len(endpoint) > LONGEST_ENDPOINT or not _is_of_a_service(endpoint):
        raise SubscriptionRefused("The address is not one of a push service that is known here.")
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _bytes(p256dh))
        is_sound = len(_bytes(p256dh)) == POINT_BYTES and len(_bytes(auth)) == AUTH_BYTES
    except ValueError:
        is_sound = False
    if not is_sound:
        raise SubscriptionRefused("The keys are not those of a browser.")
    return Subscription(endpoint=endpoint, p256dh=p256dh, auth=auth)


def ring(
    subscription: Subscription, payload: Mapping[str, str], *, topic: str, seconds: int
) -> None:
    """Send the payload, of no use after ``seconds``. Raise DeliveryFailed.

    ``topic``: what was not delivered yet under the same one is replaced (RFC 8030 section 5.4).
    """
    if not _is_of_a_service(subscription.endpoint):
        raise DeliveryFailed(Problem.GATEWAY_REFUSED, is_permanent=True)
    keys = {"p256dh": subscription.p256dh, "auth": subscription.auth}
    try:
        with _NoRedirects() as session:
            webpush(
                {"endpoint": subscription.endpoint, "keys": keys},
                json.dumps(dict(payload)),
                vapid_private_key=Vapid.from_raw(settings.WEB_PUSH_PRIVATE_KEY.encode()),
                vapid_claims={"sub": settings.WEB_PUSH_CONTACT},
                ttl=seconds,
                headers={"Urgency": "high", "Topic": topic},
                timeout=settings.GATEWAY_TIMEOUT_SECONDS,
                requests_session=session,
            )
    except WebPushException as failure:
        # Its text has the service's answer, which may have the endpoint: only the status is kept.
        raise _failed(None if failure.response is None else failure.response.status_code) from None
    except requests.RequestException:
        raise DeliveryFailed(Problem.UNREACHABLE, is_permanent=False) from None
    except (VapidException, ValueError):
        raise DeliveryFailed(Problem.GATEWAY_REFUSED, is_permanent=False) from None


def _failed(status: int | None) -> DeliveryFailed:
    if status in GONE:
        return DeliveryFailed(Problem.SUBSCRIPTION_GONE, is_permanent=True)
    if status == requests.codes.too_many_requests:
        return DeliveryFailed(Problem.BUSY, is_permanent=False)
    if status is None or status >= 500:
        return DeliveryFailed(Problem.UNREACHABLE, is_permanent=False)
    return DeliveryFailed(Problem.GATEWAY_REFUSED, is_permanent=True)


def _is_of_a_service(endpoint: str) -> bool:
    if not endpoint.isascii() or not endpoint.isprintable() or " " in endpoint:
        return False
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if parts.username is not None or parts.password is not None or "\\" in endpoint:
        return False
    named = [service for service in settings.WEB_PUSH_SERVICES if _names(service, host, port)]
    # A service with its port is one on this machine, for the tests; all others are https.
    return any(":" in service or parts.scheme == "https" for service in named) and (
        parts.scheme in {"https", "http"}
    )


def _names(service: str, host: str, port: int | None) -> bool:
    if ":" in service:
        return service == f"{host}:{port}"
    is_it = host.endswith(service) if service.startswith(".") else host == service
    return is_it and port in {None, 443}


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error:
        raise ValueError("This is no base64url.") from None
