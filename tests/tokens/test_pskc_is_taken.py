"""A PSKC file that the portal takes: in clear, with a key, with a password; presses or time."""

from __future__ import annotations

import base64
import hashlib
from datetime import timedelta

import pyotp
import pytest
from django.utils import timezone

from epcs_portal.audit.models import AuditEvent
from tests import factories, markers
from tests.in_hand import FobInHand
from tests.pages import submit
from tests.tokens import pskc_in_hand as pskc
from tests.tokens.seed_files_in_hand import HEADER, bring, line
from tokens.models import HardToken, SeedBatch, SeedRecord
from tokens.pskc import Opener

pytestmark = pytest.mark.django_db

KEY = hashlib.sha256(b"marker of a pre-shared key").digest()
PASSWORD = "marker-password-of-a-seed-file"
ROUNDS = 1000


@pytest.fixture
def file(tmp_path):
    return tmp_path / "seeds.xml"


@pytest.fixture
def key_file(tmp_path):
    path = tmp_path / "key"
    path.write_text(KEY.hex() + "\n")
    return str(path)


@pytest.fixture
def password_file(tmp_path):
    path = tmp_path / "password"
    path.write_text(f"\ufeff{PASSWORD}\r\n")  # as Notepad saves it
    markers.note("passwords", PASSWORD)
    return str(path)


def with_key(*serials, key=KEY, **parts):
    envelope = pskc.Envelope(key)
    packages = [envelope.package(serial, **parts) for serial in serials]
    return pskc.container(*packages, header=envelope.header())


def test_a_file_with_a_key_is_taken_and_told_key_by_key(file, key_file):
    content = with_key("GALH00000001", "galh-00000002")

    printed = bring(file, content, "--key-file", key_file)

    assert printed.splitlines() == [
        "key 1: GALH00000001: ok",
        "key 2: GALH00000002: ok",
        f"Imported 2 tokens. Delete {file} now: it holds their seeds.",
    ]
    assert SeedRecord.objects.get(serial="GALH00000001").take() == factories.seed_for(
        "GALH00000001"
    )


@pytest.mark.parametrize("length", [16, 24, 32])
@pytest.mark.parametrize("mac", ["sha1", "sha256", "sha512"])
def test_a_key_has_three_lengths_and_a_mac_three_hashes(file, tmp_path, length, mac):
    (tmp_path / "key").write_text(KEY[:length].hex().upper())
    envelope = pskc.Envelope(KEY[:length], mac=mac)
    content = pskc.container(envelope.package("GALH00000001"), header=envelope.header())

    assert "Imported 1 tokens." in bring(file, content, "--key-file", str(tmp_path / "key"))


def test_a_mac_may_have_the_key_of_the_file(file, key_file):
    envelope = pskc.Envelope(KEY)
    envelope._mac_key = KEY
    header = envelope.header()
    start, end = header.index("<MACKey>"), header.index("</MACMethod>")
    content = pskc.container(envelope.package("GALH00000001"), header=header[:start] + header[end:])

    assert "Imported 1 tokens." in bring(file, content, "--key-file", key_file)


def test_a_file_that_names_no_key_is_opened_with_one(file, key_file):
    envelope = pskc.Envelope(KEY)
    header = envelope.header().partition("</EncryptionKey>")[2]
    content = pskc.container(envelope.package("GALH00000001"), header=header)

    assert "Imported 1 tokens." in bring(file, content, "--key-file", key_file)


@pytest.mark.parametrize(
    ("prf", "name"),
    [
        ("<PRF/>", "sha1"),
        ("", "sha1"),
        ('<PRF Algorithm="http://www.w3.org/2000/09/xmldsig#hmac-sha1"/>', "sha1"),
        ('<PRF Algorithm="http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"/>', "sha256"),
    ],
)
def test_a_file_with_a_password_is_taken(file, password_file, prf, name):
    key = hashlib.pbkdf2_hmac(name, PASSWORD.encode(), b"salty", ROUNDS)
    envelope = pskc.Envelope(key[:16])
    header = envelope.header(pskc.derived_key(rounds=ROUNDS, length=16, prf=prf))
    content = pskc.container(envelope.package("GALH00000001"), header=header)

    assert "Imported 1 tokens." in bring(file, content, "--password-file", password_file)


def test_an_imported_token_can_be_bound(file, key_file, signed_in, prescriber):
    counter = "<Counter><PlainValue>40</PlainValue></Counter>"
    bring(file, with_key("GALH00000001", data=counter), "--key-file", key_file)
    factories.a_grant(prescriber)
    fob = FobInHand(factories.seed_for("GALH00000001"), presses=40)

    submit(signed_in, "/epcs/token/add/", serial="GALH00000001", **fob.press_twice())

    assert HardToken.objects.get().next_factor == 42


@pytest.mark.parametrize(
    ("parameters", "data", "stored", "digest"),
    [
        ("", "", ("time", "sha1", 30), hashlib.sha1),
        ("<Suite>HMAC-SHA1</Suite>", "<TimeInterval/>", ("time", "sha1", 30), hashlib.sha1),
        (
            "<Suite>HMAC-SHA256</Suite>",
            "<TimeInterval><PlainValue>60</PlainValue></TimeInterval>"
            "<TimeDrift><PlainValue>-4</PlainValue></TimeDrift>",
            ("time", "sha256", 60),
            hashlib.sha256,
        ),
        (
            "<Suite>HMAC-SHA512</Suite>",
            "<Time><PlainValue>0</PlainValue></Time>"
            "<TimeInterval><PlainValue>30</PlainValue></TimeInterval>",
            ("time", "sha512", 30),
            hashlib.sha512,
        ),
    ],
)
def test_a_token_that_counts_time_is_taken_and_bound(
    file, key_file, signed_in, prescriber, parameters, data, stored, digest
):
    parts = {"profile": "totp", "parameters": parameters + pskc.SIX_DIGITS, "data": data}
    bring(file, with_key("TIME00000001", **parts), "--key-file", key_file)
    factories.a_grant(prescriber)

    record = SeedRecord.objects.get()
    assert (record.moving_factor, record.algorithm, record.period) == stored
    seed = base64.b32encode(factories.seed_for("TIME00000001")).decode()
    fob = pyotp.TOTP(seed, digest=digest, interval=record.period)
    ahead = timezone.now() + 5 * timedelta(seconds=record.period)
    submit(
        signed_in,
        "/epcs/token/add/",
        serial="TIME00000001",
        otp1=fob.at(ahead),
        otp2=fob.at(ahead + timedelta(seconds=record.period)),
    )
    assert HardToken.objects.get().drift in {
        5,
        6,
    }  # steps; one less where the clock turned meanwhile


def test_the_time_of_a_key_is_the_lowest_step_that_is_good(file, key_file):
    data = "<Time><PlainValue>58000000</PlainValue></Time>"
    bring(file, with_key("TIME00000001", profile="totp", data=data), "--key-file", key_file)

    assert SeedRecord.objects.get().first_factor == 58_000_000


def test_what_the_portal_has_no_use_for_does_not_keep_a_key_out(file, key_file):
    more = (
        "<FriendlyName>One</FriendlyName><FriendlyName>Un</FriendlyName>"
        "<Policy><StartDate>2020-01-01T00:00:00Z</StartDate><ExpiryDate>2999-12-31</ExpiryDate>"
        '<PINPolicy PINUsageMode="Local"/><KeyUsage>OTP</KeyUsage><KeyUsage>CR</KeyUsage></Policy>'
        '<Extensions><x:Secret xmlns:x="urn:x"/></Extensions><x:Data xmlns:x="urn:x">1</x:Data>'
    )

    printed = bring(file, with_key("GALH00000001", more=more), "--key-file", key_file)

    assert "key 1: GALH00000001: ok" in printed


@pytest.mark.parametrize(
    ("of_key", "of_token", "expires"),
    [
        ("", "", None),
        ("2999-12-31", "", "2999-12-31T00:00:00+00:00"),
        ("", "2999-12-31T01:00:00+01:00", "2999-12-31T00:00:00+00:00"),
        ("2998-05-01T00:00:00Z", "2999-12-31", "2998-05-01T00:00:00+00:00"),
        ("2999-12-31", "2998-05-01T00:00:00Z", "2998-05-01T00:00:00+00:00"),
    ],
)
def test_a_key_is_taken_with_the_earlier_of_its_expiry_dates(
    file, key_file, of_key, of_token, expires
):
    more = f"<Policy><ExpiryDate>{of_key}</ExpiryDate></Policy>" if of_key else ""
    date = f"</SerialNo><ExpiryDate>{of_token}</ExpiryDate>" if of_token else "</SerialNo>"
    content = with_key("GALH00000001", more=more).replace("</SerialNo>", date)

    bring(file, content, "--key-file", key_file)

    expires_at = SeedRecord.objects.get().expires_at
    assert (expires_at.isoformat() if expires_at else None) == expires


def test_a_key_whose_token_has_expired_is_refused(file, key_file):
    date = "</SerialNo><ExpiryDate>2012-08-01T00:00:00Z</ExpiryDate>"
    content = with_key("GALH00000001").replace("</SerialNo>", date)

    printed = bring(file, content, "--key-file", key_file)

    assert "key 1: GALH00000001: has expired" in printed
    assert not SeedRecord.objects.exists()


def test_outside_the_demo_seeds_in_clear_are_taken_only_when_one_says_so(file, settings):
    settings.DEMO = False
    content = pskc.container(pskc.package("GALH00000001"))

    assert "The file holds its seeds in clear." in bring(file, content)
    assert "Imported 1 tokens." in bring(file, content, "--allow-plain")
    assert AuditEvent.objects.get().facts["protection"] == "none"


def test_a_mark_may_stand_in_front(file):
    content = "\ufeff" + pskc.container(pskc.package("GALH00000001"))

    assert "Imported 1 tokens." in bring(file, content)


def test_the_file_is_not_kept_and_where_the_token_came_from_is(file, key_file):
    content = with_key("GALH00000001")
    bring(file, content, "--key-file", key_file)

    batch, sha256 = SeedBatch.objects.get(), hashlib.sha256(content.encode()).hexdigest()
    assert (batch.sha256, batch.file_format) == (sha256, "pskc")
    assert SeedRecord.objects.get().batch == batch
    assert AuditEvent.objects.get().facts == {
        "rows": 1,
        "sha_of_file": sha256,
        "file_format": "pskc",
        "protection": "key",
        "outcome": None,
    }


def test_a_serial_in_stock_is_refused_so_no_counter_is_rewound(file, key_file):
    bring(file, HEADER + line("GALH00000001", 500))

    printed = bring(file, with_key("GALH00000001"), "--key-file", key_file)

    assert "key 1: GALH00000001: the serial number is already in stock" in printed
    assert SeedRecord.objects.get().first_factor == 500


def test_no_seed_key_or_password_is_shown(file, key_file, password_file):
    opener = Opener.from_key_file(KEY.hex().encode())
    told = [
        bring(file, with_key("GALH00000001"), "--key-file", key_file),
        bring(file, with_key("GALH00000002"), "--password-file", password_file),
        AuditEvent.objects.get().text,
        repr(opener),
    ]

    secrets = [KEY.hex(), PASSWORD, factories.seed_for("GALH00000001").hex()]
    assert not [text for text in told for secret in secrets if secret in text.lower()]
    assert repr(KEY) not in told[-1]
