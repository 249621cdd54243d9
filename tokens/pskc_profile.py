"""What a key of a PSKC file must be before the portal takes it. Pure.

K-02: HOTP with a counter, or TOTP, and six decimal digits.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from tokens.pskc_document import is_openable, octets
from tokens.pskc_form import PROFILES, VALUES, fault_in
from tokens.seed_files import (
    LARGEST_COUNTER,
    NOT_A_COUNTER,
    NOT_A_SERIAL,
    SeedRow,
    seed_problem,
)
from tokens.serials import is_serial, plain_serial

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

DIGITS = 6
DATES = ("StartDate", "ExpiryDate")
PERIODS = (30, 60)  # seconds
USUAL_PERIOD = 30  # RFC 6238 section 4.1
HASHES = {"": "sha1", "HMAC-SHA1": "sha1", "HMAC-SHA256": "sha256", "HMAC-SHA512": "sha512"}

_NUMBER = re.compile(r"-?[0-9]{1,19}")


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorKey:
    """One key of the file, opened. ``problem`` says why it could not be; empty when it was."""

    place: str
    serial: str = ""
    profile: str = ""
    suite: str = ""
    digits: int | None = None
    encoding: str = ""
    has_check_digit: bool = False
    counter: int | None = None
    time: int | None = None
    interval: int | None = None
    expires_at: datetime | None = None
    secret: bytes = field(default=b"", repr=False)
    problem: str = ""


def package_problem(package: Element, *, is_encrypted: bool) -> str:
    """Return why the library may not be given this key package; empty if it may."""
    key = package.find("Key")
    if key is None:
        return "holds no key"
    if key.get("Algorithm") not in PROFILES:
        return "is neither a HOTP nor a TOTP key"
    if fault := fault_in(package.iter()):
        return fault
    if not all(_is_date(date) for name in DATES for date in package.iter(name)):
        return "has a date that is none"
    values = package.iterfind("Key/Data/*")
    problems = (_value_problem(value, is_encrypted=is_encrypted) for value in values)
    return next((problem for problem in problems if problem), "")


def _is_date(element: Element) -> bool:
    try:
        datetime.fromisoformat((element.text or "").strip())
    except ValueError:
        return False
    return True


def _value_problem(value: Element, *, is_encrypted: bool) -> str:
    plain, encrypted = value.find("PlainValue"), value.find("EncryptedValue")
    mac, name = value.find("ValueMAC"), VALUES[value.tag]
    if encrypted is None:
        return _plain_problem(value, plain, mac, is_encrypted=is_encrypted)
    if plain is not None:
        return f"the {name} is there twice: in clear and encrypted"
    if not octets(mac):
        return f"the {name} is encrypted without a MAC: nobody could tell whether it was altered"
    if not is_openable(encrypted):
        return f"the {name} is not encrypted with AES in CBC mode"
    if value.tag != "Secret":
        # The library guesses whether the bytes are digits or a number: 48 may be read as 0.
        return f"the {name} is encrypted; only the seed may be"
    return ""


def _plain_problem(
    value: Element, plain: Element | None, mac: Element | None, *, is_encrypted: bool
) -> str:
    name = VALUES[value.tag]
    if mac is not None:
        return f"the {name} has a MAC and is not encrypted, so the MAC says nothing"
    if plain is None:
        return ""
    if value.tag != "Secret":
        number = (plain.text or "").strip()
        return "" if _NUMBER.fullmatch(number) else f"the {name} is not a whole number"
    if is_encrypted:
        return "the seed is in clear in a file that is encrypted"
    return "" if octets(plain) else "the seed is not base64"


def row_of(key: VendorKey, *, at: datetime) -> SeedRow:
    """Return the key as a token of stock, or why it cannot be one."""
    serial = plain_serial(key.serial)
    is_known = is_serial(serial)
    problem = (
        key.problem
        or ("" if is_known else NOT_A_SERIAL)
        or _display_problem(key)
        or (_counter_problem(key) if key.profile == "counter" else _clock_problem(key, at))
        or ("has expired" if key.expires_at is not None and key.expires_at <= at else "")
        or ("" if key.secret else "holds no seed")
        or seed_problem(key.secret)
    )
    if problem:
        return SeedRow(place=key.place, serial=serial if is_known else "", problem=problem)
    is_clock = key.profile == "time"
    return SeedRow(
        place=key.place,
        serial=serial,
        moving_factor=key.profile,
        algorithm=HASHES[key.suite],
        period=_period(key) if is_clock else USUAL_PERIOD,
        first_factor=(key.time if is_clock else key.counter) or 0,
        expires_at=key.expires_at,
        secret=key.secret,
    )


def _display_problem(key: VendorKey) -> str:
    if key.digits is None:
        return "does not say how many digits it shows"
    if key.encoding != "DECIMAL" or key.has_check_digit:
        return "does not show plain decimal digits"
    return "" if key.digits == DIGITS else f"shows {key.digits} digits, not {DIGITS}"


def _counter_problem(key: VendorKey) -> str:
    if HASHES.get(key.suite) != "sha1":
        return "counts presses with another hash than SHA-1"
    if key.counter is None:
        return "has no counter"
    return "" if 0 <= key.counter <= LARGEST_COUNTER else NOT_A_COUNTER


def _clock_problem(key: VendorKey, at: datetime) -> str:
    if key.suite not in HASHES:
        return "uses a hash the portal does not know"
    if _period(key) not in PERIODS:
        return f"shows a new password every {_period(key)} seconds; 30 and 60 are taken"
    # <Time> counts the steps since 1970, as a counter counts presses: none before it is good.
    is_past = 0 <= (key.time or 0) <= int(at.timestamp()) // _period(key)
    return "" if is_past else "its time is not in the past"


def _period(key: VendorKey) -> int:
    return USUAL_PERIOD if key.interval is None else key.interval
