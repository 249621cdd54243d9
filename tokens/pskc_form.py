"""What may stand where in a PSKC file: RFC 6030, as far as the portal reads it. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_XMLENC = "http://www.w3.org/2001/04/xmlenc#"
_XMLDSIG_MORE = "http://www.w3.org/2001/04/xmldsig-more#"

ENCRYPTIONS = {f"{_XMLENC}aes128-cbc", f"{_XMLENC}aes192-cbc", f"{_XMLENC}aes256-cbc"}
MACS = {
    "http://www.w3.org/2000/09/xmldsig#hmac-sha1",
    f"{_XMLDSIG_MORE}hmac-sha256",
    f"{_XMLDSIG_MORE}hmac-sha512",
}
PROFILES = {
    "urn:ietf:params:xml:ns:keyprov:pskc:hotp": "counter",
    "urn:ietf:params:xml:ns:keyprov:pskc:totp": "time",
}

# What the portal calls the values of a key.
VALUES = {
    "Secret": "seed",
    "Counter": "counter",
    "Time": "time",
    "TimeInterval": "time interval",
    "TimeDrift": "time drift",
}

_VALUE = {"PlainValue", "EncryptedValue", "ValueMAC"}
_CIPHER = {"EncryptionMethod", "CipherData"}
_CHILDREN: dict[str, set[str]] = {
    "KeyContainer": {"EncryptionKey", "MACMethod", "KeyPackage", "Extensions"},
    "EncryptionKey": {"KeyName", "DerivedKey"},
    "DerivedKey": {"KeyDerivationMethod", "ReferenceList", "DerivedKeyName", "MasterKeyName"},
    "KeyDerivationMethod": {"PBKDF2-params"},
    "PBKDF2-params": {"Salt", "IterationCount", "KeyLength", "PRF"},
    "Salt": {"Specified"},
    "MACMethod": {"MACKey"},
    "MACKey": _CIPHER,
    "EncryptedValue": _CIPHER,
    "EncryptionMethod": set(),
    "CipherData": {"CipherValue"},
    "KeyPackage": {"DeviceInfo", "CryptoModuleInfo", "Key", "Extensions"},
    "DeviceInfo": {
        "Manufacturer",
        "SerialNo",
        "Model",
        "IssueNo",
        "DeviceBinding",
        "StartDate",
        "ExpiryDate",
        "UserId",
        "Extensions",
    },
    "Key": {
        "Issuer",
        "AlgorithmParameters",
        "KeyProfileId",
        "KeyReference",
        "FriendlyName",
        "Data",
        "UserId",
        "Policy",
        "Extensions",
    },
    "AlgorithmParameters": {"Suite", "ResponseFormat", "Extensions"},
    "Data": set(VALUES),
    **dict.fromkeys(VALUES, _VALUE),
    "Policy": {"StartDate", "ExpiryDate", "PINPolicy", "KeyUsage"},
}
_MANY = {"KeyPackage", "KeyUsage", "FriendlyName", "Extensions"}


def fault_in(elements: Iterable[Element]) -> str:
    """Return what is wrong with the children of these elements; empty if nothing is.

    An element that is not in the table is read by nobody, and may hold what it likes.
    """
    for element in elements:
        allowed = _CHILDREN.get(element.tag)
        if allowed is None:
            continue
        names = Counter(child.tag for child in element)
        if names.keys() - allowed:
            return f"has a <{element.tag}> with something the portal does not know"
        if any(number > 1 and name not in _MANY for name, number in names.items()):
            return f"has a <{element.tag}> that says the same thing twice"
    return ""
