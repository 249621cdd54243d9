"""The addresses at which a vendor calls back: of the portal's public name, never of a request's."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.urls import reverse


def status_url(message_id: UUID) -> str:
    return public(reverse("twilio_status", args=[message_id]))


def call_url(message_id: UUID) -> str:
    return public(reverse("twilio_call", args=[message_id]))


def public(path: str) -> str:
    """Return the address people and vendors know the page by."""
    return f"{settings.PORTAL_URL.rstrip('/')}{path}"
