"""Drawing a signing key in a file, with a certificate it signs itself: demo and development."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

KEY, CERTIFICATE = "signing-key.pem", "signing-certificate.pem"
VALID_FOR = timedelta(days=10 * 365)


def draw_if_missing(folder: Path, *, name: str, at: datetime) -> bool:
    """Make key and certificate in ``folder``, readable to their owner alone, unless they exist.

    ``name`` is the certificate's common name. Return whether they were made.
    """
    if (folder / KEY).exists():
        return False
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + VALID_FOR)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    (folder / CERTIFICATE).write_bytes(certificate.public_bytes(Encoding.PEM))
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    # Last, and under another name first: where there is a key, both files are whole.
    draft = folder / f".{KEY}"
    draft.touch(mode=0o600)
    draft.write_bytes(private)
    draft.rename(folder / KEY)
    return True
