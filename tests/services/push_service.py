"""A push service on this machine (RFC 8030): it checks who sends, and reads what it is sent.

As a browser's service it takes what its receivers subscribed to and nothing else: the sender's
signature (VAPID, RFC 8292) is verified, and what is encrypted for the receiver (RFC 8291) is read.
"""

from __future__ import annotations

import base64
import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

import http_ece
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

LONGEST = 4096  # bytes; RFC 8030 section 7.2
A_DAY = 86_400  # seconds; RFC 8292 section 2


def from_base64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def to_base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


@dataclass
class Receiver:
    """A browser that subscribed, with the key that its page named as the sender's."""

    application_key: str
    key: Any = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    auth: bytes = field(default_factory=lambda: secrets.token_bytes(16))


@dataclass
class PushService:
    url: str = ""
    receivers: dict[str, Receiver] = field(default_factory=dict)
    inbox: list[dict[str, Any]] = field(default_factory=list)
    wire: list[bytes] = field(default_factory=list)  # bodies as they came
    gone: set[str] = field(default_factory=set)
    answers_with: int = 0  # instead of taking it
    let_go: Event = field(default_factory=Event)  # what hangs, hangs until then

    def subscribe(self, application_key: str) -> dict[str, str]:
        path, receiver = f"/push/{secrets.token_hex(8)}", Receiver(application_key)
        self.receivers[path] = receiver
        point = receiver.key.public_key().public_bytes(
            Encoding.X962, PublicFormat.UncompressedPoint
        )
        keys = {"p256dh": to_base64url(point), "auth": to_base64url(receiver.auth)}
        return {"endpoint": self.url + path, **keys}

    def take(self, path: str, headers: Any, body: bytes) -> int:
        """Return the status, 201 for what is taken."""
        if self.answers_with:
            return self.answers_with
        if path in self.gone or path not in self.receivers:
            return 410 if path in self.gone else 404
        receiver = self.receivers[path]
        if "TTL" not in headers or headers["Content-Encoding"] != "aes128gcm":
            return 400
        if len(body) > LONGEST:
            return 413
        if not self._is_signed(headers["Authorization"], receiver.application_key):
            return 403
        self.wire.append(body)
        text = http_ece.decrypt(
            body, private_key=receiver.key, auth_secret=receiver.auth, version="aes128gcm"
        )
        names = ("TTL", "Urgency", "Topic")
        told = {name.lower(): headers[name] for name in names}
        self.inbox.append({"payload": json.loads(text), **told})
        return 201

    def _is_signed(self, header: str, application_key: str) -> bool:
        scheme, _, rest = header.partition(" ")
        parts = dict(part.strip().split("=", 1) for part in rest.split(","))
        begun, _, signature = parts["t"].rpartition(".")
        claims = json.loads(from_base64url(begun.partition(".")[2]))
        both = from_base64url(signature)
        r, s = int.from_bytes(both[:32], "big"), int.from_bytes(both[32:], "big")
        point = from_base64url(parts["k"])
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        try:
            key.verify(encode_dss_signature(r, s), begun.encode(), ec.ECDSA(SHA256()))
        except InvalidSignature:
            return False
        is_of_now = time.time() < claims["exp"] < time.time() + A_DAY + 60
        is_ours = claims["aud"] == self.url and claims["sub"].startswith(("mailto:", "https:"))
        return scheme.lower() == "vapid" and parts["k"] == application_key and is_of_now and is_ours


@contextmanager
def running() -> Iterator[PushService]:
    service = PushService()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if service.answers_with == 0 and "/hangs" in self.path:
                service.let_go.wait(30)
            status = service.take(self.path, self.headers, body)
            self.send_response(status)
            if status in {301, 307}:
                self.send_header("Location", f"{service.url}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            """Nothing: an address here is a capability."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    service.url = f"http://127.0.0.1:{server.server_port}"
    # It looks 50 times a second whether it is to stop: each test has one of its own.
    thread = Thread(target=server.serve_forever, args=[0.02], daemon=True)
    thread.start()
    try:
        yield service
    finally:
        service.let_go.set()
        server.shutdown()
        server.server_close()
        thread.join()
