"""The form of a PSKC file (RFC 6030). Pure: bytes in, XML out that the library may be given.

The library that opens a container takes much for granted. It overlooks a MAC that is missing or
empty, takes the first of two values, reads the elements of older drafts whatever their namespace,
and lets the file say how long a derivation takes. So each part is held against the RFC's form
first, and what does not have it is never decrypted.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from tokens.pskc_form import ENCRYPTIONS, MACS, fault_in
from tokens.seed_files import SeedFileUnreadable, refuse_too_large, refuse_too_many

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

DEEPEST = 20  # levels; a container has ten
MOST_ROUNDS = 10_000_000  # of PBKDF2: some seconds
KEY_LENGTHS = ("16", "24", "32")  # bytes; those of AES
PSEUDORANDOM = {None, "", *MACS}  # what PBKDF2 may repeat; SHA-1 unless the file says so

_OWN = "{urn:ietf:params:xml:ns:keyprov:pskc}"
_KNOWN = (
    _OWN,
    "{http://www.w3.org/2000/09/xmldsig#}",
    "{http://www.w3.org/2001/04/xmlenc#}",
    "{http://www.w3.org/2009/xmlenc11#}",
    "{http://www.rsasecurity.com/rsalabs/pkcs/schemas/pkcs-5v2-0#}",
)
_ROUNDS = re.compile(r"[1-9][0-9]{0,8}")


class Protection(StrEnum):
    """What the seeds of a file were encrypted with on their way."""

    NONE = "none"
    KEY = "key"
    PASSWORD = "password"  # noqa: S105  a word of the trade, not one of ours


@dataclass(frozen=True, slots=True)
class Container:
    root: Element
    packages: list[Element]
    protection: Protection


def is_xml(content: bytes) -> bool:
    return content.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")


def read_container(content: bytes) -> Container:
    """Return the container, namespaces and foreign elements taken out.

    Raise SeedFileUnreadable for a file that is too large or too long, is no PSKC, brings a DOCTYPE,
    is signed, or is encrypted in a way that cannot be opened or verified.
    """
    refuse_too_large(content)
    root = _parse(content)
    if root.tag != f"{_OWN}KeyContainer" or root.get("Version") not in ("1", "1.0"):
        raise SeedFileUnreadable("The file is not a PSKC key container (RFC 6030, version 1.0).")
    _refuse_too_deep(root)
    refuse_too_many(len(root.findall(f"{_OWN}KeyPackage")))
    _make_plain(root)
    if root.find("Signature") is not None:
        raise SeedFileUnreadable(
            "The file is signed, and the portal cannot verify signatures. "
            "Ask for one whose seeds are encrypted instead."
        )
    if fault := fault_in([root]):
        raise SeedFileUnreadable(f"The file {fault}.")
    return Container(root, root.findall("KeyPackage"), _protection_of(root))


def octets(element: Element | None) -> bytes:
    """Return what the element says in base64; nothing if it is none, to the letter."""
    text = "".join((element.text or "").split()) if element is not None else ""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):  # a letter beyond ASCII is a ValueError
        return b""


def is_openable(value: Element) -> bool:
    """Return whether an encrypted value has a cipher that the portal knows, and a text."""
    method = value.find("EncryptionMethod")
    has_method = method is not None and method.get("Algorithm") in ENCRYPTIONS
    return has_method and bool(octets(value.find("CipherData/CipherValue")))


def _parse(content: bytes) -> Element:
    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except DefusedXmlException:
        raise SeedFileUnreadable(
            "The file has a DOCTYPE or entities. No seed file needs them, so it is not read."
        ) from None
    except (ParseError, LookupError, ValueError):  # the latter two: its encoding
        raise SeedFileUnreadable(
            "The file is not whole XML: it was cut off or damaged on the way."
        ) from None
    return root


def _refuse_too_deep(root: Element) -> None:
    level = [root]
    for _ in range(DEEPEST):
        level = [child for element in level for child in element]
    if level:
        raise SeedFileUnreadable("The file is nested deeper than any PSKC file.")


def _make_plain(root: Element) -> None:
    """Take out what is of foreign namespaces, and the known ones out of the names.

    The library knows no namespaces: a foreign <Secret> would be one to it. In a policy a foreign
    element stays and is refused, since a rule that is not understood may not be ignored.
    """
    for element in list(root.iter()):
        element.tag = _plain_name(element.tag)
        if element.tag not in ("Policy", "PINPolicy"):
            # At one go: a file may have a third of a million of them.
            element[:] = [child for child in element if not _is_foreign(child.tag)]


def _is_foreign(tag: str) -> bool:
    return tag.startswith("{") and not tag.startswith(_KNOWN)


def _plain_name(tag: str) -> str:
    return tag.partition("}")[2] if tag.startswith(_KNOWN) else tag


def _protection_of(root: Element) -> Protection:
    key = root.find("EncryptionKey")
    if key is None:
        if next(root.iter("EncryptedValue"), None) is None:
            return Protection.NONE
        _refuse_mac(root.find("MACMethod"))
        return Protection.KEY
    if key.attrib.keys() - {"Id"} or fault_in(key.iter()):
        raise SeedFileUnreadable(
            "The file is encrypted neither with a pre-shared key nor with a password, "
            "perhaps for a certificate. The portal cannot open it."
        )
    _refuse_mac(root.find("MACMethod"))
    derived = key.find("DerivedKey")
    if derived is None:
        return Protection.KEY
    _refuse_derivation(derived)
    return Protection.PASSWORD


def _refuse_mac(mac: Element | None) -> None:
    if mac is None or fault_in(mac.iter()) or mac.get("Algorithm") not in MACS:
        raise SeedFileUnreadable(
            "The file is encrypted and names no MAC that the portal knows, "
            "so nobody could tell whether it was altered."
        )
    key = mac.find("MACKey")  # without one, the key of the file is that of the MAC
    if key is not None and not is_openable(key):
        raise SeedFileUnreadable("The key of the file's MAC is not encrypted with AES in CBC mode.")


def _refuse_derivation(derived: Element) -> None:
    method = derived.find("KeyDerivationMethod")
    if method is None or not (method.get("Algorithm") or "").endswith("#pbkdf2"):
        raise SeedFileUnreadable("The file's key is derived from a password, but not by PBKDF2.")
    rounds = method.findtext("PBKDF2-params/IterationCount", "").strip()
    if not _ROUNDS.fullmatch(rounds) or int(rounds) > MOST_ROUNDS:
        raise SeedFileUnreadable("The file asks for more rounds of PBKDF2 than the portal makes.")
    function = method.find("PBKDF2-params/PRF")
    known = function is None or function.get("Algorithm") in PSEUDORANDOM
    length = method.findtext("PBKDF2-params/KeyLength", "").strip()
    salt = octets(method.find("PBKDF2-params/Salt/Specified"))
    if not known or not salt or length not in KEY_LENGTHS:
        raise SeedFileUnreadable(
            "The file does not say, in a way the portal knows, how its key is derived."
        )
