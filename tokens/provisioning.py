"""What an authenticator app reads to take a seed over: the only importer of pyotp and segno."""

from __future__ import annotations

import base64

import pyotp
import segno
from django.utils.safestring import SafeString, mark_safe

ISSUER = "EPCS Portal"
GROUP = 4  # letters of the key that stand together, for who types it


def key_of(seed: bytes) -> str:
    """Return the seed as apps take it by hand: base32 without padding."""
    return base64.b32encode(seed).decode().rstrip("=")


def address_of(seed: bytes, *, account: str) -> str:
    """Return the ``otpauth://`` address: TOTP, SHA-1, 6 digits, 30 s, as all apps assume."""
    return pyotp.TOTP(key_of(seed)).provisioning_uri(name=account, issuer_name=ISSUER)


def qr_code_of(address: str) -> SafeString:
    """Return an inline SVG without any style attribute. Black on white, also on a dark page."""
    code = segno.make(address, error="m", micro=False)
    title = "QR code with the key"
    # Without a size of its own it is drawn as large as the page says, and never cut off.
    svg = code.svg_inline(
        border=4, light="#fff", svgclass="qr", lineclass=None, title=title, omitsize=True
    )
    # Paths and numbers of segno's; the address stands in it as squares alone.
    return mark_safe(svg)  # noqa: S308


def in_groups(key: str) -> str:
    return " ".join(key[start : start + GROUP] for start in range(0, len(key), GROUP))
