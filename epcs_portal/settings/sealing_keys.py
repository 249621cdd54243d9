"""Read the sealing key ring from one environment variable."""

from __future__ import annotations

import base64
import binascii

from django.core.exceptions import ImproperlyConfigured

KEY_BYTES = 32  # AES-256
FEWEST_DIFFERENT_BYTES = 12  # a key drawn at random has more


def read_key_ring(text: str) -> dict[str, bytes]:
    """Return key id → 32 bytes from ``id:base64,id:base64``. The first key seals, all unseal."""
    ring: dict[str, bytes] = {}
    for position, entry in enumerate(filter(None, text.replace(" ", "").split(",")), start=1):
        key_id, _, encoded = entry.partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            key = b""
        is_drawn = len(set(key)) >= FEWEST_DIFFERENT_BYTES
        if (
            not is_drawn
            or not key_id
            or len(key_id) > 16
            or key_id in ring
            or len(key) != KEY_BYTES
        ):
            raise ImproperlyConfigured(
                f"SEALING_KEYS: entry {position} is not `id:base64 of {KEY_BYTES} bytes`"
                " with an id of its own (1 to 16 characters)."
            )
        ring[key_id] = key
    if not ring:
        raise ImproperlyConfigured("Set the SEALING_KEYS environment variable.")
    return ring


def is_private_key(text: str) -> bool:
    """Whether it is the base64url of 32 bytes that were drawn at random, as P-256 takes them."""
    try:
        key = base64.urlsafe_b64decode(text + "=")
    except (binascii.Error, ValueError):
        return False
    is_plain = base64.urlsafe_b64encode(key).decode().rstrip("=") == text
    return is_plain and len(key) == KEY_BYTES and len(set(key)) >= FEWEST_DIFFERENT_BYTES
