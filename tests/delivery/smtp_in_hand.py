"""A mail server that speaks real SMTP: STARTTLS, AUTH, and the answers a test wants."""

from __future__ import annotations

import datetime as dt
import gc
import ssl
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message as Letter
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.services.serving import free_port

HOST = IPv4Address("127.0.0.1")
USER, PASSWORD = "portal", "marker-mail-password-Zk4"


class Postmaster:
    """``answers``: what the server says to each letter, in order; after them it takes all."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.answers: list[str] = []
        self.offered: list[str] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.answers:
            return self.answers.pop(0)
        self.letters.append(message_from_bytes(bytes(envelope.content or b"")))
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith("nobody@"):
            return "550 No such mailbox"
        if address.startswith("full@"):
            return "452 Mailbox full"
        envelope.rcpt_tos.append(address)
        return "250 OK"


def _let_in(_server: Any, _session: Any, _envelope: Any, mechanism: str, data: Any) -> AuthResult:
    is_right = isinstance(data, LoginPassword) and data == LoginPassword(
        USER.encode(), PASSWORD.encode()
    )
    return AuthResult(success=is_right, handled=False)


@contextmanager
def mail_server(folder: Path) -> Iterator[tuple[Postmaster, int]]:
    """Run the server while the block runs; yield it and its port. Its certificate: `mail.pem`."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(a_certificate(folder))
    postmaster, port = Postmaster(), free_port()
    controller = Controller(
        postmaster,
        hostname="127.0.0.1",
        port=port,
        tls_context=context,
        require_starttls=True,
        authenticator=_let_in,
        auth_required=True,
    )
    controller.start()
    try:
        yield postmaster, port
    finally:
        controller.stop()
        with warnings.catch_warnings():  # it leaves its sockets to the garbage collector
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()


def a_certificate(folder: Path) -> Path:
    """Draw a key and a certificate for 127.0.0.1 that is its own authority: `mail.pem`."""
    key, now = ec.generate_private_key(ec.SECP256R1()), dt.datetime.now(dt.UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(HOST)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "mail.pem"
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + certificate.public_bytes(pem))
    return path
