"""A phone's key: P-256 and nothing else, and exactly what it signed."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.tokens.mobile_phone import PhoneInHand, base64url
from tokens import device_keys


def spki(key) -> str:
    form = PublicFormat.SubjectPublicKeyInfo
    return base64url(key.public_key().public_bytes(Encoding.DER, form))


def test_what_the_key_signed_is_signed_and_nothing_else():
    phone, other = PhoneInHand(), PhoneInHand()
    signature = phone.signature("text")

    assert device_keys.is_signed("text", signature, public_key=phone.public_key)
    assert not device_keys.is_signed("Text", signature, public_key=phone.public_key)
    assert not device_keys.is_signed("text", signature, public_key=other.public_key)


@pytest.mark.parametrize("signature", ["", "x", "!" * 86, "A" * 86, base64url(bytes(63)), "é"])
def test_what_is_no_signature_is_none(signature):
    assert not device_keys.is_signed("text", signature, public_key=PhoneInHand().public_key)


@pytest.mark.parametrize(
    "key",
    [
        spki(ec.generate_private_key(ec.SECP384R1())),
        spki(ed25519.Ed25519PrivateKey.generate()),
        spki(rsa.generate_private_key(65537, 2048)),
        "",
        "AAAA",
        "!",
    ],
)
def test_another_kind_of_key_signs_nothing(key):
    signature = PhoneInHand().signature("text")

    assert not device_keys.is_signed("text", signature, public_key=key)


def test_base64url_goes_both_ways():
    assert device_keys.from_base64url(device_keys.to_base64url(b"\xfb\xff")) == b"\xfb\xff"
