"""A phone's key: ECDSA on P-256 with SHA-256, as browsers make and use it (WebCrypto).

Pure: texts in, verdicts out.
"""

from __future__ import annotations

import base64
import binascii
import hashlib

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

SPKI_BYTES = 91  # of a named curve; spelled out it would be longer, and is not taken
HALF = 32  # bytes of r, and of s: WebCrypto gives both in a row (IEEE P1363), no DER


def from_base64url(text: str) -> bytes:
    """Return the bytes; ValueError for anything that is not base64url without padding."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error:
        raise ValueError("This is no base64url.") from None


def to_base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def is_public_key(text: str) -> bool:
    """Whether it is a point of P-256, written as browsers write it (RFC 5480 section 2.1.1)."""
    try:
        _load(text)
        return len(from_base64url(text)) == SPKI_BYTES
    except ValueError:
        return False


def is_signed(message: str, signature: str, *, public_key: str) -> bool:
    """Whether the key signed exactly this text (FIPS 186-4 section 6.4)."""
    try:
        both = from_base64url(signature)
        if len(both) != 2 * HALF:
            return False
        r, s = (int.from_bytes(half, "big") for half in (both[:HALF], both[HALF:]))
        _load(public_key).verify(encode_dss_signature(r, s), message.encode(), ec.ECDSA(SHA256()))
    except (ValueError, InvalidSignature):
        return False
    return True


def digest(text: str) -> str:
    """Return the SHA-256 of the text, in hex: what a phone signs of a request."""
    return hashlib.sha256(text.encode()).hexdigest()


def _load(text: str) -> ec.EllipticCurvePublicKey:
    try:
        key = load_der_public_key(from_base64url(text))
    except UnsupportedAlgorithm:
        raise ValueError("This kind of key is not known.") from None
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValueError("This is no key of P-256.")  # noqa: TRY004  (it is about the text)
    return key
