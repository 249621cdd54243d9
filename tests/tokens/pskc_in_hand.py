"""Writing PSKC files as a manufacturer does. Nothing here imports the portal or its library."""

from __future__ import annotations

import base64
import hashlib
import hmac
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7

from tests import factories, markers

FIGURES = Path(__file__).parent / "pskc"
NAMESPACES = (
    'xmlns="urn:ietf:params:xml:ns:keyprov:pskc" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" '
    'xmlns:xenc="http://www.w3.org/2001/04/xmlenc#" '
    'xmlns:xenc11="http://www.w3.org/2009/xmlenc11#" '
    'xmlns:pkcs5="http://www.rsasecurity.com/rsalabs/pkcs/schemas/pkcs-5v2-0#"'
)
SIX_DIGITS = '<ResponseFormat Length="6" Encoding="DECIMAL"/>'
COUNTER = "<Counter><PlainValue>0</PlainValue></Counter>"


def figure(number: int) -> str:
    """The example of RFC 6030, as it stands."""
    return (FIGURES / f"figure_{number}.xml").read_text()


def container(*packages: str, header: str = "") -> str:
    return f'<KeyContainer Version="1.0" {NAMESPACES}>{header}{"".join(packages)}</KeyContainer>'


def package(
    serial: str,
    *,
    secret: str | None = None,
    data: str = COUNTER,
    profile: str = "hotp",
    parameters: str = SIX_DIGITS,
    more: str = "",
) -> str:
    """A key that the portal takes, unless one of its parts is told otherwise."""
    secret = in_clear(factories.seed_for(serial)) if secret is None else secret
    return (
        f"<KeyPackage><DeviceInfo><SerialNo>{serial}</SerialNo></DeviceInfo>"
        f'<Key Id="{serial}" Algorithm="urn:ietf:params:xml:ns:keyprov:pskc:{profile}">'
        f"<AlgorithmParameters>{parameters}</AlgorithmParameters>"
        f"<Data>{secret}{data}</Data>{more}</Key></KeyPackage>"
    )


def in_clear(seed: bytes) -> str:
    return f"<Secret><PlainValue>{_base64(seed)}</PlainValue></Secret>"


class Envelope:
    """A manufacturer's encryption: AES in CBC mode, HMAC over the ciphertext (RFC 6030 section 6).

    It is used with one vector throughout, which nobody should do but in a test.
    """

    def __init__(self, key: bytes, *, mac: str = "sha1") -> None:
        self.key, self._mac = key, mac
        self._mac_key = hashlib.sha1(key).digest()
        markers.note("keys", key.hex())

    def header(self, encryption_key: str = "<ds:KeyName>K</ds:KeyName>") -> str:
        more = "2000/09/xmldsig#" if self._mac == "sha1" else "2001/04/xmldsig-more#"
        return (
            f"<EncryptionKey>{encryption_key}</EncryptionKey>"
            f'<MACMethod Algorithm="http://www.w3.org/{more}hmac-{self._mac}">'
            f"<MACKey>{self._cipher(self._encrypted(self._mac_key))}</MACKey></MACMethod>"
        )

    def secret(self, seed: bytes) -> str:
        return f"<Secret>{self.value(seed)}</Secret>"

    def package(self, serial: str, **parts: str) -> str:
        return package(serial, secret=self.secret(factories.seed_for(serial)), **parts)

    def value(self, plain: bytes) -> str:
        box = self._encrypted(plain)
        mac = hmac.digest(self._mac_key, box, self._mac)
        return (
            f"<EncryptedValue>{self._cipher(box)}</EncryptedValue>"
            f"<ValueMAC>{_base64(mac)}</ValueMAC>"
        )

    def _cipher(self, box: bytes) -> str:
        algorithm = f"http://www.w3.org/2001/04/xmlenc#aes{len(self.key) * 8}-cbc"
        return (
            f'<xenc:EncryptionMethod Algorithm="{algorithm}"/><xenc:CipherData>'
            f"<xenc:CipherValue>{_base64(box)}</xenc:CipherValue></xenc:CipherData>"
        )

    def _encrypted(self, plain: bytes) -> bytes:
        padder, vector = PKCS7(128).padder(), bytes(range(16))
        encryptor = Cipher(AES(self.key), CBC(vector)).encryptor()
        padded = padder.update(plain) + padder.finalize()
        return vector + encryptor.update(padded) + encryptor.finalize()


def derived_key(
    *, salt: bytes = b"salty", rounds: int | str = 1000, length: int | str = 32, prf: str = "<PRF/>"
) -> str:
    """How a file says that its key comes from a password."""
    return (
        '<xenc11:DerivedKey><xenc11:KeyDerivationMethod Algorithm="http://www.rsasecurity.com/'
        'rsalabs/pkcs/schemas/pkcs-5v2-0#pbkdf2"><pkcs5:PBKDF2-params>'
        f"<Salt><Specified>{_base64(salt)}</Specified></Salt>"
        f"<IterationCount>{rounds}</IterationCount><KeyLength>{length}</KeyLength>{prf}"
        "</pkcs5:PBKDF2-params></xenc11:KeyDerivationMethod>"
        "<xenc11:MasterKeyName>Ours</xenc11:MasterKeyName></xenc11:DerivedKey>"
    )


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()
