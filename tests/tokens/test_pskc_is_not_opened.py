"""A PSKC file that is refused as a whole, before any key of it is looked at."""

from __future__ import annotations

import hashlib

import pytest

from tests import factories
from tests.tokens import pskc_in_hand as pskc
from tests.tokens.seed_files_in_hand import HEADER, bring, line
from tokens.models import SeedRecord

pytestmark = pytest.mark.django_db

KEY = hashlib.sha256(b"marker of a pre-shared key").digest()
PASSWORD = "marker-password-of-a-seed-file"
ENVELOPE = pskc.Envelope(KEY)
PLAIN = pskc.container(pskc.package("GALH00000001"))
LOCKED = pskc.container(ENVELOPE.package("GALH00000001"), header=ENVELOPE.header())
HEADER_OF_FILE = ENVELOPE.header()
MAC_METHOD = HEADER_OF_FILE[HEADER_OF_FILE.index("<MACMethod") :]
NO_MAC = "names no MAC that the portal knows"
NOT_WHOLE = "The file is not whole XML"
DOCTYPE = "The file has a DOCTYPE or entities."
NOT_PSKC = "The file is not a PSKC key container (RFC 6030, version 1.0)."
NOT_DERIVED = "The file does not say, in a way the portal knows, how its key is derived."
TOO_MANY = "The file asks for more rounds of PBKDF2 than the portal makes."
NEITHER = "The file is encrypted neither with a pre-shared key nor with a password"


def derived(**parts):
    return with_encryption_key(pskc.derived_key(**parts))


def with_encryption_key(text):
    header = ENVELOPE.header(text)
    return pskc.container(ENVELOPE.package("GALH00000001"), header=header)


def bomb():
    entities = "".join(
        f'<!ENTITY {name} "{f"&{more};" * 10}">'
        for name, more in zip("abcdefgh", "bcdefghi", strict=True)
    )
    doctype = f'<!DOCTYPE KeyContainer [<!ENTITY i "{"A" * 50}">{entities}]>'
    return doctype + PLAIN.replace("GALH00000001", "&a;")


def thief():
    doctype = '<!DOCTYPE KeyContainer [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    return doctype + PLAIN.replace("GALH00000001", "&x;")


@pytest.fixture
def file(tmp_path):
    return tmp_path / "seeds.xml"


@pytest.fixture
def openers(tmp_path):
    files = {
        "--key-file": KEY.hex(),
        "--password-file": PASSWORD,
    }
    for option, content in files.items():
        (tmp_path / option).write_text(content)
    return {option: [option, str(tmp_path / option)] for option in files} | {"": []}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (bomb(), DOCTYPE),
        (thief(), DOCTYPE),
        ("<!DOCTYPE KeyContainer>" + PLAIN, DOCTYPE),
        ("<", NOT_WHOLE),
        (PLAIN[:-20], NOT_WHOLE),
        (PLAIN + PLAIN, NOT_WHOLE),
        ('<?xml version="1.0" encoding="none-such"?>' + PLAIN, NOT_WHOLE),
        ('<?xml version="1.0" encoding="shift_jis"?>' + PLAIN, NOT_WHOLE),
        ("<html/>", NOT_PSKC),
        (PLAIN.replace("keyprov:pskc", "keyprov:pskc:1.0", 1), NOT_PSKC),
        (PLAIN.replace("KeyContainer", "SecretContainer"), NOT_PSKC),
        (PLAIN.replace('Version="1.0"', 'Version="2.0"'), NOT_PSKC),
        (PLAIN.replace('Version="1.0"', ""), NOT_PSKC),
        (pskc.container("<Extensions>" * 40 + "</Extensions>" * 40), "nested deeper"),
        (pskc.container("<Extensions>" * 40000 + "</Extensions>" * 40000), "nested deeper"),
        (pskc.container("<ds:Signature/>"), "The file is signed, and the portal cannot verify"),
        (pskc.container("<Device/>"), "has a <KeyContainer> with something the portal does not"),
        (PLAIN.replace('Length="6"', 'Length="six"'), "a number, a date or a choice in it is none"),
        (PLAIN.replace("/></Alg", ' CheckDigits="so"/></Alg'), "or a choice in it is none"),
    ],
)
def test_a_file_that_is_none_is_refused(file, content, sentence):
    printed = bring(file, content)

    assert printed.startswith("Error: ")
    assert sentence in printed
    assert not SeedRecord.objects.exists()


@pytest.mark.parametrize(
    ("option", "content", "sentence"),
    [
        ("", LOCKED, "The file is encrypted with a pre-shared key. Give its key too (--key-file)."),
        ("--password-file", LOCKED, "The file is encrypted with a pre-shared key."),
        ("", derived(), "The file is encrypted with a password. Give it too (--password-file)."),
        ("--key-file", derived(), "The file is encrypted with a password."),
        ("--key-file", PLAIN, "The file is not encrypted, so it is not the one that this was"),
        ("--password-file", PLAIN, "The file is not encrypted"),
        ("--key-file", HEADER + line("GALH00000001"), "and this file is none."),
        ("--password-file", derived(), "The password does not open the file"),
        ("--key-file", LOCKED.replace(MAC_METHOD, ""), NO_MAC),
        ("--key-file", LOCKED.replace("hmac-sha1", "hmac-md5"), NO_MAC),
        ("--key-file", LOCKED.replace("<MACKey>", "<MACKey/><MACKey>"), NO_MAC),
        ("--key-file", LOCKED.replace("aes256-cbc", "aes256-gcm", 1), "The key of the file's MAC"),
        ("--key-file", LOCKED.replace("aes256-cbc", "aes128-cbc", 1), "The key does not open"),
        ("--key-file", with_encryption_key("<ds:X509Data/>"), NEITHER),
        ("--key-file", with_encryption_key("<IV>AAAA</IV>"), NEITHER),
        ("--key-file", LOCKED.replace("<Enc", '<EncryptionKey Algorithm="a"/><Enc', 1), "twice"),
        ("--key-file", LOCKED.replace("<EncryptionKey", '<EncryptionKey Algorithm="p"'), NEITHER),
        ("--password-file", derived(rounds=10_000_001), TOO_MANY),
        ("--password-file", derived(rounds=10**9), TOO_MANY),
        ("--password-file", derived(rounds=0), TOO_MANY),
        ("--password-file", derived(rounds="1_0"), TOO_MANY),
        ("--password-file", derived(length=10**9), NOT_DERIVED),
        ("--password-file", derived(salt=b""), NOT_DERIVED),
        ("--password-file", derived(prf='<PRF Algorithm="hmac-md5"/>'), NOT_DERIVED),
        ("--password-file", derived().replace("#pbkdf2", "#scrypt"), "but not by PBKDF2."),
        ("--password-file", with_encryption_key("<xenc11:DerivedKey/>"), "but not by PBKDF2."),
    ],
)
def test_what_does_not_open_the_file_is_refused(file, openers, option, content, sentence):
    printed = bring(file, content, *openers[option])

    assert printed.startswith("Error: ")
    assert sentence in printed
    assert not [secret for secret in (KEY.hex(), PASSWORD) if secret in printed]
    assert not SeedRecord.objects.exists()


def test_the_wrong_key_opens_nothing(file, tmp_path):
    (tmp_path / "key").write_text(KEY[::-1].hex())

    printed = bring(file, LOCKED, "--key-file", str(tmp_path / "key"))

    assert printed == "Error: The key does not open the file, or the file was altered.\n"


def test_an_empty_key_of_the_mac_is_refused(file, openers):
    envelope = pskc.Envelope(KEY)
    envelope._mac_key = b""
    content = pskc.container(envelope.package("GALH00000001"), header=envelope.header())

    assert "The key does not open the file" in bring(file, content, *openers["--key-file"])


@pytest.mark.parametrize(
    "content",
    [b"", KEY, KEY.hex()[:-1].encode(), b"0x" + KEY.hex().encode(), b"\xff\xfe", b"a" * 2000],
)
def test_a_key_file_of_another_form_is_refused(file, tmp_path, content):
    (tmp_path / "key").write_bytes(content)

    printed = bring(file, LOCKED, "--key-file", str(tmp_path / "key"))

    assert printed == "Error: The key must be 32, 48 or 64 hexadecimal digits.\n"


@pytest.mark.parametrize("content", [b"", b"\n", b"one\ntwo\n", b"\xff\xfe", b"a" * 2000])
def test_a_password_file_of_another_form_is_refused(file, tmp_path, content):
    (tmp_path / "password").write_bytes(content)

    printed = bring(file, LOCKED, "--password-file", str(tmp_path / "password"))

    assert printed == "Error: The password must be one line of text.\n"


def test_a_key_file_that_is_not_there_is_named(file, tmp_path):
    printed = bring(file, LOCKED, "--key-file", str(tmp_path / "nothing"))

    assert printed == f"Error: Cannot read {tmp_path / 'nothing'}: No such file or directory.\n"


def test_a_key_and_a_password_are_not_given_together(file, openers):
    printed = bring(file, LOCKED, *openers["--key-file"], *openers["--password-file"])

    assert "not allowed with argument" in printed


def test_no_seed_of_a_refused_file_is_printed(file):
    printed = bring(file, PLAIN.replace('Length="6"', 'Length="8"'))

    assert factories.seed_for("GALH00000001").hex() not in printed.lower()
