"""The door to the key that signs. Behind it stands a module of the practice's choice.

``settings.SIGNING_BACKEND`` names a class with no arguments that has what ``SigningKey`` says. A
real portal names one on a validated module (21 CFR 1311.120(b)(16)); ours keeps its key in a file.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Protocol

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.conf import settings
from django.utils.module_loading import import_string

ALGORITHM = "ECDSA-P256-SHA256"  # FIPS 186-3 and 180-3, as 21 CFR 1311.120(b)(16)(ii) asks


class SigningKeyUnavailable(Exception):
    """The key cannot be used now. The text is for operators, and tells nothing of the key."""


class SigningKey(Protocol):
    """A private key on P-256, and its certificate.

    ``certificate`` is the X.509 certificate in PEM, ASCII. ``sign`` returns the DER signature of
    the SHA-256 of ``record``, or raises SigningKeyUnavailable.
    """

    certificate: str

    def sign(self, record: bytes) -> bytes: ...


class PemFileKey:
    """A key in a file: for the demo and for development. It is no validated module.

    The folder ``SIGNING_KEY_DIR`` holds ``signing-key.pem`` and ``signing-certificate.pem``.
    """

    def __init__(self) -> None:
        folder = Path(settings.SIGNING_KEY_DIR)
        try:
            key = load_pem_private_key((folder / "signing-key.pem").read_bytes(), password=None)
            self.certificate = (folder / "signing-certificate.pem").read_text("ascii")
        except (OSError, ValueError, TypeError) as error:
            reason = type(error).__name__
            raise SigningKeyUnavailable(f"The signing key file cannot be read: {reason}.") from None
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise SigningKeyUnavailable("The signing key file holds no elliptic-curve key.")
        self._key = key

    def sign(self, record: bytes) -> bytes:
        return self._key.sign(record, ec.ECDSA(SHA256()))


def current(*, at: datetime) -> SigningKey:
    """Return the key, tried out once in this process. Raise SigningKeyUnavailable.

    Refused: a certificate that is not for P-256, does not belong to the key, or is not valid at
    the time ``at``.
    """
    key = _tried(settings.SIGNING_BACKEND, str(getattr(settings, "SIGNING_KEY_DIR", "")))
    certificate = _parsed(key.certificate)
    if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
        raise SigningKeyUnavailable("The signing certificate is not valid now.")
    return key


def key_id_of(certificate: str) -> str:
    """Return the SHA-256 of the DER certificate, in hex: its usual fingerprint."""
    return _parsed(certificate).fingerprint(SHA256()).hex()


def sign_and_check(key: SigningKey, record: str) -> bytes:
    """Return a signature that the certificate verifies. Raise SigningKeyUnavailable otherwise.

    A module that answers with the wrong key must not leave a record nobody can verify.
    """
    signature = key.sign(record.encode("ascii"))
    if not verifies(record, signature, certificate=key.certificate):
        raise SigningKeyUnavailable("The signing key does not belong to its certificate.")
    return signature


def verifies(record: str, signature: bytes, *, certificate: str) -> bool:
    """Return whether the holder of the certificate's key signed exactly this text."""
    try:
        public_key = _parsed(certificate).public_key()
        if not isinstance(public_key, ec.EllipticCurvePublicKey):
            return False
        public_key.verify(signature, record.encode("ascii"), ec.ECDSA(SHA256()))
    except (InvalidSignature, ValueError):  # the latter: no certificate, or no ASCII
        return False
    return True


@cache
def _tried(backend: str, _folder: str) -> SigningKey:
    try:
        key: SigningKey = import_string(backend)()
    except ImportError:
        raise SigningKeyUnavailable(f"SIGNING_BACKEND {backend} cannot be imported.") from None
    try:
        curve = getattr(_parsed(key.certificate).public_key(), "curve", None)
    except ValueError:
        raise SigningKeyUnavailable("The signing certificate cannot be read.") from None
    if not isinstance(curve, ec.SECP256R1):
        raise SigningKeyUnavailable("The signing certificate is not for a key on P-256.")
    sign_and_check(key, "self-test")
    return key


@cache
def _parsed(certificate: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate(certificate.encode("ascii"))
