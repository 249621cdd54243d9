"""PSKC seed files (RFC 6030). The one module that imports the vendor's library, ``pskc``.

The library decrypts, verifies MACs and names what it read. It is given nothing that was not held
against the RFC's form before (``pskc_document``), and believed in nothing that the portal has
rules of its own for (``pskc_profile``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Self

from defusedxml.ElementTree import tostring
from pskc import PSKC
from pskc.exceptions import PSKCError

from tokens.pskc_document import Container, Protection, is_xml, read_container
from tokens.pskc_form import PROFILES
from tokens.pskc_profile import VendorKey, package_problem, row_of
from tokens.seed_files import SeedFileUnreadable, SeedRow, read_csv, without_repeats

if TYPE_CHECKING:
    from pskc.key import Key
    from pskc.policy import Policy

LARGEST_OPENER = 1024  # bytes

WANTED = {
    Protection.NONE: "The file is not encrypted, so it is not the one that this was sent for.",
    Protection.KEY: "The file is encrypted with a pre-shared key. Give its key too (--key-file).",
    Protection.PASSWORD: "The file is encrypted with a password. Give it too (--password-file).",
}

_AES_KEY = re.compile(r"[0-9a-fA-F]{32}|[0-9a-fA-F]{48}|[0-9a-fA-F]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Opener:
    """What came by another way than the file and opens it: a key, a password, or nothing."""

    protection: Protection = Protection.NONE
    secret: bytes = field(default=b"", repr=False)

    @classmethod
    def from_key_file(cls, content: bytes) -> Self:
        """Take 32, 48 or 64 hexadecimal digits. Anything else is a SeedFileUnreadable."""
        line = _line_of(content)
        if not _AES_KEY.fullmatch(line):
            raise SeedFileUnreadable("The key must be 32, 48 or 64 hexadecimal digits.")
        return cls(protection=Protection.KEY, secret=bytes.fromhex(line))

    @classmethod
    def from_password_file(cls, content: bytes) -> Self:
        """Take one line of text, less its end. Anything else is a SeedFileUnreadable."""
        line = _line_of(content)
        if not line or len(line.splitlines()) > 1:
            raise SeedFileUnreadable("The password must be one line of text.")
        return cls(protection=Protection.PASSWORD, secret=line.encode())


def read_rows(
    content: bytes, *, opener: Opener, plain_allowed: bool, at: datetime
) -> list[SeedRow]:
    """Return the tokens of a seed file, PSKC or CSV, as rows, each with its verdict.

    Raise SeedFileUnreadable for a file that cannot be read or opened as a whole.
    """
    if is_xml(content):
        return read_pskc(content, opener=opener, plain_allowed=plain_allowed, at=at)
    if opener.protection is not Protection.NONE:
        raise SeedFileUnreadable("A key or a password is for a PSKC file, and this file is none.")
    return read_csv(content)


def read_pskc(
    content: bytes, *, opener: Opener, plain_allowed: bool, at: datetime
) -> list[SeedRow]:
    """Return the keys of a PSKC file as rows, each with its verdict.

    Raise SeedFileUnreadable for a file that cannot be read or opened as a whole: see
    ``read_container`` and ``vendor_keys``.
    """
    keys = vendor_keys(content, opener=opener, plain_allowed=plain_allowed, at=at)
    return list(without_repeats(row_of(key, at=at) for key in keys))


def vendor_keys(
    content: bytes, *, opener: Opener, plain_allowed: bool, at: datetime
) -> Iterator[VendorKey]:
    """Return the keys of the file, opened, whether or not the portal would take them.

    Raise SeedFileUnreadable where the opener is not the file's, and for seeds in clear unless
    they are allowed.
    """
    container = read_container(content)
    _refuse_opener(container.protection, opener, plain_allowed=plain_allowed)
    problems = [
        package_problem(package, is_encrypted=container.protection is not Protection.NONE)
        for package in container.packages
    ]
    for package, problem in zip(container.packages, problems, strict=True):
        if problem:
            container.root.remove(package)
    library = _opened(container, opener)
    sound = iter([device.keys[0] for device in library.devices])
    for number, (package, problem) in enumerate(zip(container.packages, problems, strict=True), 1):
        place, serial = f"key {number}", package.findtext("DeviceInfo/SerialNo", "").strip()
        if problem:
            yield VendorKey(place=place, serial=serial, problem=problem)
        else:
            yield _vendor_key(next(sound), place=place, serial=serial, at=at)


def _refuse_opener(protection: Protection, opener: Opener, *, plain_allowed: bool) -> None:
    if protection is not opener.protection:
        raise SeedFileUnreadable(WANTED[protection])
    if protection is Protection.NONE and not plain_allowed:
        raise SeedFileUnreadable(
            "The file holds its seeds in clear. Ask the manufacturer for an encrypted one, "
            "or let an operator import it with --allow-plain if there is no other."
        )


def _opened(container: Container, opener: Opener) -> PSKC:
    try:
        library = PSKC(BytesIO(tostring(container.root)))
    except (PSKCError, ValueError):
        raise SeedFileUnreadable(
            "The file is PSKC, but a number, a date or a choice in it is none."
        ) from None
    if opener.protection is Protection.NONE:
        return library
    try:
        if opener.protection is Protection.PASSWORD:
            library.encryption.derive_key(opener.secret)
        else:
            library.encryption.key = opener.secret
        is_open = bool(library.mac.key)
    except (PSKCError, ValueError):
        is_open = False
    if not is_open:
        raise SeedFileUnreadable(
            f"The {opener.protection} does not open the file, or the file was altered."
        )
    return library


def _vendor_key(key: Key, *, place: str, serial: str, at: datetime) -> VendorKey:
    problem = _policy_problem(key.policy, at)
    try:
        secret = key.secret or b""  # decrypted now, and its MAC verified
    except (PSKCError, ValueError):
        secret = b""
        problem = "the seed does not match its MAC: it was altered, or this is not its key"
    return VendorKey(
        place=place,
        serial=serial,
        profile=PROFILES[str(key.algorithm)],
        suite=key.algorithm_suite or "",
        digits=key.response_length,
        encoding=key.response_encoding or "",
        has_check_digit=bool(key.response_check),
        counter=key.counter,
        time=key.time_offset,
        interval=key.time_interval,
        expires_at=_expiry_of(key),
        secret=secret,
        problem=problem,
    )


def _expiry_of(key: Key) -> datetime | None:
    """Return the earlier of the key's date and its token's. Without a time zone it is UTC."""
    dates = [date for date in (key.policy.expiry_date, key.expiry_date) if date is not None]
    aware = [date if date.tzinfo else date.replace(tzinfo=UTC) for date in dates]
    return min(aware, default=None)


def _policy_problem(policy: Policy, at: datetime) -> str:
    """RFC 6030 section 5: a rule that cannot be kept means that the key may not be used."""
    if policy.unknown_policy_elements:
        return "has a policy that the portal does not understand"
    if policy.pin_usage not in (None, "Local"):  # "Local" is between the token and its owner
        return "has a PIN that is part of its passwords"
    return "" if policy.may_use("OTP", at) else "may not be used for one-time passwords today"


def _line_of(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig") if len(content) <= LARGEST_OPENER else ""
    except UnicodeDecodeError:
        return ""
    return text.removesuffix("\n").removesuffix("\r")
