"""The examples of RFC 6030, figures 2 to 10, lie in ``pskc/``, figure 9 as erratum 3418 has it.

Their keys are read from the figures as they stand. None of them may be imported as it stands:
the serial numbers are no OATH token identifiers, most show eight digits, and figure 7 has no
counter. Where a figure goes through the whole command, its text is changed in those three
places and nowhere else: none of them is under a MAC.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.tokens.pskc_in_hand import COUNTER, figure
from tests.tokens.seed_files_in_hand import bring
from tokens.models import SeedRecord
from tokens.pskc import Opener, vendor_keys

SEED = b"12345678901234567890"
KEY = b"12345678901234567890123456789012\n"
PASSWORD = b"qwerty\n"
AT = datetime(2026, 1, 14, 12, 0, tzinfo=UTC)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "seeds.xml"


def keys_of(number, opener=None):
    content = figure(number).encode()
    return list(vendor_keys(content, opener=opener or Opener(), plain_allowed=True, at=AT))


@pytest.mark.parametrize(
    ("number", "opener", "key"),
    [
        (2, Opener(), ("", None, None, b"1234")),
        (3, Opener(), ("987654321", 8, 0, SEED)),
        (4, Opener(), ("987654321", 8, 0, b"")),
        (5, Opener(), ("987654321", 8, 0, SEED)),
        (6, Opener.from_key_file(KEY), ("987654321", 8, 0, SEED)),
        (7, Opener.from_password_file(PASSWORD), ("987654321", 8, None, SEED)),
    ],
)
def test_the_key_of_a_figure_is_read(number, opener, key):
    first = keys_of(number, opener)[0]

    assert (first.serial, first.digits, first.counter, first.secret) == key
    assert first.profile == "counter"
    assert not first.problem


def test_the_pin_of_figure_5_is_no_token():
    _, pin = keys_of(5)

    assert pin.problem == "is neither a HOTP nor a TOTP key"
    assert not pin.secret


def test_the_policies_of_figure_10_ended_in_2006():
    keys = keys_of(10)

    assert [key.serial for key in keys] == ["654321", "123456", "9999999", "9999999"]
    assert {key.problem for key in keys} == {"may not be used for one-time passwords today"}
    assert {key.secret for key in keys} == {SEED}


def for_the_portal(number):
    text = figure(number).replace("987654321", "GALH00000001").replace('Length="8"', 'Length="6"')
    if "Counter" not in text:  # figure 7
        text = text.replace("</pskc:Data>", f"{COUNTER}</pskc:Data>")
        text = text.replace("<Counter>", '<Counter xmlns="urn:ietf:params:xml:ns:keyprov:pskc">')
    return text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("number", "option", "opener"),
    [(3, "", b""), (6, "--key-file", KEY), (7, "--password-file", PASSWORD)],
)
def test_a_figure_is_imported(file, tmp_path, number, option, opener):
    (tmp_path / "opener").write_bytes(opener)
    options = [option, str(tmp_path / "opener")] if option else []

    printed = bring(file, for_the_portal(number), *options)

    assert printed.startswith("key 1: GALH00000001: ok\nImported 1 tokens.")
    record = SeedRecord.objects.get()
    assert (record.serial, record.first_factor, record.take()) == ("GALH00000001", 0, SEED)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("number", "printed"),
    [
        (2, "key 1: (no serial): the serial number is not one"),
        (4, "key 1: GALH00000001: holds no seed"),
        (5, "key 2: GALH00000001: is neither a HOTP nor a TOTP key"),
        (8, "perhaps for a certificate. The portal cannot open it."),
        (9, "The file is signed, and the portal cannot verify signatures."),
        (10, "key 1: (no serial): may not be used for one-time passwords today"),
    ],
)
def test_a_figure_without_a_key_for_the_portal_is_refused(file, number, printed):
    assert printed in bring(file, for_the_portal(number))
    assert not SeedRecord.objects.exists()


@pytest.mark.django_db
def test_figure_7_without_a_counter_is_refused(file, tmp_path):
    (tmp_path / "opener").write_bytes(PASSWORD)
    content = for_the_portal(7).replace("<PlainValue>0</PlainValue>", "")

    printed = bring(file, content, "--password-file", str(tmp_path / "opener"))

    assert "key 1: GALH00000001: has no counter" in printed
