"""HOTP and TOTP against the RFCs' own numbers, and against two other implementations."""

from __future__ import annotations

import base64
import hashlib
import json
import random
import shutil
import subprocess
from pathlib import Path

import pyotp
import pytest

from tokens.oath import hotp

RFC_KEY = b"12345678901234567890"
RFC_KEYS = {"sha1": RFC_KEY, "sha256": (RFC_KEY * 2)[:32], "sha512": (RFC_KEY * 4)[:64]}
OATHTOOL = shutil.which("oathtool")
VECTORS = json.loads(Path(__file__).with_name("oathtool_vectors.json").read_text())["vectors"]


def test_the_first_ten_passwords_of_rfc_4226_appendix_d():
    assert [hotp(RFC_KEY, counter) for counter in range(10)] == [
        "755224", "287082", "359152", "969429", "338314",
        "254676", "287922", "162583", "399871", "520489",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("at", "sha1", "sha256", "sha512"),
    [
        (59, "94287082", "46119246", "90693936"),
        (1111111109, "07081804", "68084774", "25091201"),
        (1111111111, "14050471", "67062674", "99943326"),
        (1234567890, "89005924", "91819424", "93441116"),
        (2000000000, "69279037", "90698825", "38618901"),
        (20000000000, "65353130", "77737706", "47863826"),
    ],
)
def test_the_passwords_of_rfc_6238_appendix_b(at, sha1, sha256, sha512):
    shown = {
        algorithm: hotp(key, at // 30, digits=8, algorithm=algorithm)
        for algorithm, key in RFC_KEYS.items()
    }

    assert shown == {"sha1": sha1, "sha256": sha256, "sha512": sha512}


def test_a_password_that_begins_with_a_zero_keeps_it():
    assert hotp(RFC_KEY, 30) == "026920"


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha512"])
@pytest.mark.parametrize("digits", [6, 7, 8])
def test_pyotp_agrees(algorithm, digits):
    numbers = random.Random(4226)
    for _pair in range(100):
        key, counter = numbers.randbytes(numbers.randrange(16, 200)), numbers.randrange(2**63)
        seed, digest = base64.b32encode(key).decode(), getattr(hashlib, algorithm)
        other = pyotp.HOTP(seed, digits=digits, digest=digest)

        assert hotp(key, counter, digits, algorithm) == other.at(counter)


def committed(vector: dict, moving_factor: str) -> str:
    return vector["passwords"][moving_factor]


def live(vector: dict, moving_factor: str) -> str:
    last_second = int(moving_factor) * 30 + 29
    factor = f"--counter={moving_factor}" if vector["mode"] == "--hotp" else f"--now=@{last_second}"
    return subprocess.run(
        [OATHTOOL, vector["mode"], f"--digits={vector['digits']}", factor, "-"],
        input=vector["key"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()


# The committed answers are the test; an oathtool on this machine is asked as well.
@pytest.mark.parametrize("ask", [committed, *([live] if OATHTOOL else [])])
@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["mode"] + vector["digits"])
def test_oathtool_agrees(vector, ask):
    key, digits = bytes.fromhex(vector["key"]), int(vector["digits"])
    algorithm = vector["mode"].removeprefix("--totp=").replace("--hotp", "sha1")

    ours = {n: hotp(key, int(n), digits, algorithm) for n in vector["passwords"]}

    assert ours == {n: ask(vector, n) for n in vector["passwords"]}


def test_the_vectors_hold_large_factors_and_leading_zeros():
    shown = [pair for vector in VECTORS for pair in vector["passwords"].items()]

    assert any(int(moving_factor) > 2**32 for moving_factor, _password in shown)
    assert any(password.startswith("0") for _moving_factor, password in shown)


@pytest.mark.parametrize("digits", [-6, 0, 5, 9, 10])
def test_no_other_number_of_digits_is_made(digits):
    with pytest.raises(ValueError, match="digits"):
        hotp(RFC_KEY, 0, digits)


@pytest.mark.parametrize("algorithm", ["md5", "sha224", "SHA1", ""])
def test_no_other_hash_is_used(algorithm):
    with pytest.raises(ValueError, match="No one-time password is made with"):
        hotp(RFC_KEY, 0, algorithm=algorithm)
