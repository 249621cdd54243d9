"""A PSKC file that nobody should believe, or that the portal could not keep the rules of."""

from __future__ import annotations

import hashlib

import pytest

from epcs_portal.audit.models import AuditEvent
from tests import factories
from tests.tokens import pskc_in_hand as pskc
from tests.tokens.seed_files_in_hand import HEADER, bring, line
from tokens.models import SeedRecord
from tokens.seed_files import LARGEST_FILE, MOST_ROWS

pytestmark = pytest.mark.django_db

KEY = hashlib.sha256(b"marker of a pre-shared key").digest()
ENVELOPE = pskc.Envelope(KEY)
SEED = factories.seed_for("another token")
LOCKED = ENVELOPE.secret(SEED)
ONE, TWO = "GALH00000001", "GALH00000002"


def in_envelope(*packages):
    return pskc.container(*packages, header=ENVELOPE.header())


def flipped(text, mark):
    """The base64 after the last mark, its first letter another."""
    before, _, after = text.rpartition(mark)
    return f"{before}{mark}{'B' if after[0] != 'B' else 'C'}{after[1:]}"


@pytest.fixture
def file(tmp_path):
    return tmp_path / "seeds.xml"


@pytest.fixture
def key_file(tmp_path):
    path = tmp_path / "key"
    path.write_text(KEY.hex())
    return str(path)


def value(name, plain):
    return f"<{name}><PlainValue>{plain}</PlainValue></{name}>"


def policy(text):
    return {"more": f"<Policy>{text}</Policy>"}


TOTP = {"profile": "totp"}
ALTERED = "the seed does not match its MAC: it was altered, or this is not its key"
NO_MAC = "the seed is encrypted without a MAC: nobody could tell whether it was altered"
NOT_DECIMAL = "does not show plain decimal digits"
UNKNOWN = "with something the portal does not know"
TODAY = "may not be used for one-time passwords today"
MAC = LOCKED[LOCKED.index("<ValueMAC>") : LOCKED.index("</Secret>")]


@pytest.mark.parametrize(
    ("parts", "verdict"),
    [
        # The seed and its MAC
        ({"secret": flipped(LOCKED, "<ValueMAC>")}, ALTERED),
        ({"secret": flipped(LOCKED, "<xenc:CipherValue>")}, ALTERED),
        ({"secret": pskc.Envelope(KEY[::-1]).secret(SEED)}, ALTERED),
        ({"secret": LOCKED.replace("aes256", "aes128")}, ALTERED),
        ({"secret": LOCKED.replace(MAC, "")}, NO_MAC),
        ({"secret": LOCKED.replace(MAC, "<ValueMAC/>")}, NO_MAC),
        ({"secret": LOCKED.replace(MAC, "<ValueMAC>!!!!</ValueMAC>")}, NO_MAC),
        ({"secret": LOCKED.replace(MAC, "<ValueMAC>é</ValueMAC>")}, NO_MAC),
        ({"secret": LOCKED.replace("aes256-cbc", "aes256-ecb")}, "the seed is not encrypted with"),
        ({"secret": LOCKED.replace("xenc:CipherData", "x")}, UNKNOWN),
        ({"secret": LOCKED.replace("<xenc:CipherValue>", "<xenc:CipherValue>!")}, "not encrypted"),
        ({"secret": LOCKED.replace("<EncryptedValue>", "<PlainValue/><EncryptedValue>")}, "twice"),
        ({"secret": pskc.in_clear(SEED)}, "the seed is in clear in a file that is encrypted"),
        ({"secret": pskc.in_clear(SEED).replace("</S", f"{MAC}</S")}, "so the MAC says nothing"),
        ({"secret": LOCKED + LOCKED}, "has a <Data> that says the same thing twice"),
        ({"secret": LOCKED + '<Secret xmlns="">1</Secret>'}, "says the same thing twice"),
        ({"secret": ""}, "holds no seed"),
        ({"secret": "<Secret/>"}, "holds no seed"),
        ({"secret": ENVELOPE.secret(b"")}, "holds no seed"),
        ({"secret": ENVELOPE.secret(SEED[:15])}, "the seed has 15 bytes; 16 to 64 are taken"),
        ({"secret": ENVELOPE.secret(bytes(20))}, "the seed is not random"),
        ({"secret": ENVELOPE.secret(factories.seed_for(ONE))}, "the seed is already that of key 1"),
        # The moving factor
        ({"data": ""}, "has no counter"),
        ({"data": "<Counter/>"}, "has no counter"),
        ({"data": value("Counter", "-1")}, "the counter is not a whole number"),
        ({"data": value("Counter", 2**62 + 1)}, "the counter is not a whole number"),
        ({"data": value("Counter", "٣")}, "the counter is not a whole number"),
        ({"data": value("Counter", "1_0")}, "the counter is not a whole number"),
        ({"data": value("Counter", "AAAA")}, "the counter is not a whole number"),
        ({"data": value("Counter", "")}, "the counter is not a whole number"),
        (
            {"data": f"<Counter>{ENVELOPE.value(b'0')}</Counter>"},
            "the counter is encrypted; only the seed may be",
        ),
        (
            {"data": f"<Counter>{ENVELOPE.value(b'0').partition('<ValueMAC>')[0]}</Counter>"},
            "the counter is encrypted without a MAC",
        ),
        (
            TOTP | {"data": f"<Time>{ENVELOPE.value(b'0').partition('<ValueMAC>')[0]}</Time>"},
            "the time is encrypted without a MAC",
        ),
        (TOTP | {"data": value("Time", 2**40)}, "its time is not in the past"),
        (TOTP | {"data": value("Time", -1)}, "its time is not in the past"),
        (TOTP | {"data": value("TimeInterval", 45)}, "shows a new password every 45 seconds"),
        (TOTP | {"data": value("TimeInterval", 0)}, "shows a new password every 0 seconds"),
        # The algorithm and what it shows
        ({"profile": "pin"}, "is neither a HOTP nor a TOTP key"),
        ({"profile": "ocra"}, "is neither a HOTP nor a TOTP key"),
        ({"parameters": f"<Suite>HMAC-SHA256</Suite>{pskc.SIX_DIGITS}"}, "another hash than SHA-1"),
        (TOTP | {"parameters": f"<Suite>HMAC-MD5</Suite>{pskc.SIX_DIGITS}"}, "uses a hash"),
        ({"parameters": f"<ChallengeFormat/>{pskc.SIX_DIGITS}"}, UNKNOWN),
        ({"parameters": ""}, "does not say how many digits it shows"),
        ({"parameters": pskc.SIX_DIGITS.replace("6", "8")}, "shows 8 digits, not 6"),
        ({"parameters": pskc.SIX_DIGITS.replace("DECIMAL", "HEXADECIMAL")}, NOT_DECIMAL),
        ({"parameters": pskc.SIX_DIGITS.replace("/>", ' CheckDigits="true"/>')}, NOT_DECIMAL),
        # The policy
        (policy("<KeyUsage>CR</KeyUsage>"), TODAY),
        (policy("<ExpiryDate>2012-08-01T00:00:00Z</ExpiryDate>"), TODAY),
        (policy("<StartDate>2999-08-01T00:00:00Z</StartDate>"), TODAY),
        (policy("<StartDate>soon</StartDate>"), "has a date that is none"),
        (policy("<NumberOfTransactions>9</NumberOfTransactions>"), UNKNOWN),
        (policy('<x:Region xmlns:x="urn:x"/>'), UNKNOWN),
        (policy('<PINPolicy><x:Region xmlns:x="urn:x"/></PINPolicy>'), "does not understand"),
        (policy('<PINPolicy PINUsageMode="Append"/>'), "has a PIN that is part of its passwords"),
    ],
)
def test_one_bad_key_and_nothing_is_imported(file, key_file, parts, verdict):
    bad = pskc.package(TWO, **({"secret": LOCKED} | parts))

    printed = bring(file, in_envelope(ENVELOPE.package(ONE), bad), "--key-file", key_file)

    first, second, error = printed.splitlines()
    assert first == f"key 1: {ONE}: ok"
    assert second.startswith(f"key 2: {TWO}: ")
    assert verdict in second
    assert error == "Error: Nothing was imported: 1 of 2 rows is wrong."
    assert not SeedRecord.objects.exists()
    assert AuditEvent.objects.get().event == "seeds.import_refused"


@pytest.mark.parametrize(
    ("package", "verdict"),
    [
        ("<KeyPackage/>", "key 2: (no serial): holds no key"),
        (pskc.package("987654321", secret=LOCKED), "key 2: (no serial): the serial number is not"),
        (pskc.package(SEED.hex(), secret=LOCKED), "key 2: (no serial): the serial number is not"),
        (pskc.package(ONE, secret=LOCKED), "the serial number is already that of key 1"),
        (ENVELOPE.package(TWO).replace("</Key>", "</Key><Key/>"), "says the same thing twice"),
        (ENVELOPE.package(TWO).replace("<Key ", '<Secret SecretId="1"/><Key '), UNKNOWN),
    ],
)
def test_a_package_that_is_not_one_token_is_refused(file, key_file, package, verdict):
    printed = bring(file, in_envelope(ENVELOPE.package(ONE), package), "--key-file", key_file)

    assert verdict in printed
    assert SEED.hex() not in printed
    assert not SeedRecord.objects.exists()


def test_a_seed_in_clear_that_is_no_base64_is_refused(file):
    secret = "<Secret><PlainValue>MTIz!NDU2Nzg5MDEyMzQ1Njc4OTA=</PlainValue></Secret>"

    printed = bring(file, pskc.container(pskc.package(ONE, secret=secret)))

    assert f"key 1: {ONE}: the seed is not base64" in printed


def test_a_container_without_keys_is_empty(file):
    assert "the file has no rows" in bring(file, pskc.container())


def test_a_counter_is_not_rewound_by_a_file_with_a_lower_one(file, key_file):
    bring(file, HEADER + line(ONE, 500))

    bring(file, in_envelope(ENVELOPE.package(ONE)), "--key-file", key_file)

    assert SeedRecord.objects.get().first_factor == 500


def test_one_package_more_than_are_taken_and_none_is_looked_at(file):
    printed = bring(file, pskc.container("<KeyPackage/>" * (MOST_ROWS + 1)))

    assert (
        printed == "Error: The file lists more than 5,000 tokens. Split it and import the parts.\n"
    )


def test_a_file_of_fifty_megabytes_is_not_parsed(file):
    content = pskc.container(pskc.package(ONE)) + " " * 50 * 1024 * 1024

    assert "The file is larger than 2 MB." in bring(file, content)
    assert len(content) > LARGEST_FILE
