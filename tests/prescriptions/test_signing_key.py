"""The door to the signing key: what cannot sign for certain does not sign at all."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.utils import timezone

from epcs_portal import pem_keys, signing_key
from epcs_portal.signing_key import SigningKeyUnavailable
from prescriptions.models import Signature
from tests.prescriptions import signing
from tests.tokens.reading import events_of, read
from tokens.models import HardToken


@pytest.fixture
def folder(tmp_path, settings) -> Path:
    """A key of one's own, in the place where the portal looks for it."""
    settings.SIGNING_KEY_DIR = tmp_path / "keys"
    pem_keys.draw_if_missing(settings.SIGNING_KEY_DIR, name="Test", at=timezone.now())
    return settings.SIGNING_KEY_DIR


def put_key(folder: Path, key) -> None:
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / pem_keys.KEY).write_bytes(pem)


def test_a_key_in_a_file_signs_and_its_certificate_verifies(folder):
    key = signing_key.current(at=timezone.now())

    signature = signing_key.sign_and_check(key, "record")

    assert signing_key.verifies("record", signature, certificate=key.certificate)
    assert not signing_key.verifies("record.", signature, certificate=key.certificate)
    assert not signing_key.verifies("record", signature[:-1], certificate=key.certificate)


def test_the_files_are_their_owners_alone_and_never_drawn_twice(folder):
    before = (folder / pem_keys.KEY).read_bytes()

    assert not pem_keys.draw_if_missing(folder, name="Test", at=timezone.now())
    assert (folder / pem_keys.KEY).read_bytes() == before
    assert (folder / pem_keys.KEY).stat().st_mode & 0o077 == 0


def test_the_key_does_not_show_itself(folder):
    key = signing_key.current(at=timezone.now())

    assert "PRIVATE" not in repr(key)
    assert "PRIVATE" not in str(vars(key))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda folder: (folder / pem_keys.KEY).unlink(),
        lambda folder: (folder / pem_keys.KEY).write_text("no key"),
        lambda folder: (folder / pem_keys.CERTIFICATE).write_text("no certificate"),
        lambda folder: put_key(folder, rsa.generate_private_key(65537, 2048)),
        lambda folder: put_key(folder, ec.generate_private_key(ec.SECP256R1())),
    ],
    ids=["missing", "unreadable", "no certificate", "RSA", "not of this certificate"],
)
def test_what_cannot_sign_stops_before_the_factors(folder, spoil, desk):
    spoil(folder)
    page, otp = desk.open(), desk.fob.press()

    response = desk.send(page, pin=signing.PIN, otp=otp)

    assert "We can't reach the signing key, so we stopped before signing." in read(response)
    assert events_of(desk.user) == ["signing.key_unavailable"]
    assert HardToken.objects.get().next_factor == 0
    assert not Signature.objects.exists()


def test_a_certificate_on_another_curve_is_refused(folder):
    other = ec.generate_private_key(ec.SECP384R1())
    put_key(folder, other)
    (folder / pem_keys.CERTIFICATE).write_bytes(_certificate(other))

    with pytest.raises(SigningKeyUnavailable, match="P-256"):
        signing_key.current(at=timezone.now())


def test_a_certificate_for_rsa_verifies_nothing(folder):
    certificate = _certificate(rsa.generate_private_key(65537, 2048)).decode()

    assert not signing_key.verifies("record", b"", certificate=certificate)


@pytest.mark.parametrize("days", [-2, 3651])
def test_a_certificate_that_is_not_valid_now_signs_nothing(folder, days):
    with pytest.raises(SigningKeyUnavailable, match="not valid now"):
        signing_key.current(at=timezone.now() + timedelta(days=days))


def test_a_module_that_cannot_be_imported_is_named(folder, settings):
    settings.SIGNING_BACKEND = "nowhere.Module"

    with pytest.raises(SigningKeyUnavailable, match=r"nowhere\.Module"):
        signing_key.current(at=timezone.now())


class KeyThatStops:
    """A module that answers at first, and then no more: once it has tried itself."""

    answers = 1

    def __init__(self) -> None:
        self._key = signing_key.PemFileKey()
        self.certificate = self._key.certificate

    def sign(self, record: bytes) -> bytes:
        if record != b"self-test":
            raise SigningKeyUnavailable("The module does not answer.")
        return self._key.sign(record)


def test_a_module_that_stops_answering_leaves_nothing_but_the_spent_password(
    folder, settings, desk
):
    settings.SIGNING_BACKEND = f"{__name__}.KeyThatStops"

    response = desk.sign()

    assert "The signing key stopped answering, so nothing was signed." in read(response)
    assert not Signature.objects.exists()
    assert HardToken.objects.get().next_factor == 1
    assert events_of(desk.user)[-2:] == ["signing.proven", "signing.key_unavailable"]
    desk.rx.refresh_from_db()
    assert desk.rx.status == "ready"


def _certificate(key) -> bytes:
    from cryptography import x509
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.x509.oid import NameOID

    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test")])
    at = timezone.now()
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name)
    builder = builder.public_key(key.public_key()).serial_number(1)
    builder = builder.not_valid_before(at).not_valid_after(at + timedelta(days=9))
    return builder.sign(key, SHA256()).public_bytes(Encoding.PEM)
