"""A phone with Mobile ID in its owner's hand: what its page does, with a key of its own."""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
import re
import secrets
from datetime import timedelta
from typing import Any

import pyotp
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tests import markers
from tests.pages import submit
from tests.tokens.phones import on_the_phone
from tokens.models import ApprovalRequest, MobileDevice, MobileIdSetup, SoftSeed, SoftToken

SMARTPHONE = "+18025550142"
EMAIL = "sam@lakeside.example"
ADD = "/epcs/mobile-id/add/"
SEEDS_NOTED = 20  # by one process
_seeds = itertools.count()


def base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def text_of(fields: dict[str, Any]) -> str:
    return json.dumps(fields, sort_keys=True, separators=(",", ":"))


class PhoneInHand:
    """Nothing here imports how the portal reads it: the messages are those of docs/mobile-id.md."""

    def __init__(self, client: Client | None = None) -> None:
        self.client = client or Client()
        self._key = ec.generate_private_key(ec.SECP256R1())
        self.device = ""
        self.nonce = ""
        self.seed = b""

    @property
    def public_key(self) -> str:
        public = self._key.public_key()
        return base64url(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))

    def signature(self, message: str) -> str:
        r, s = decode_dss_signature(self._key.sign(message.encode(), ec.ECDSA(SHA256())))
        return base64url(r.to_bytes(32, "big") + s.to_bytes(32, "big"))

    def post(self, path: str, body: object) -> HttpResponse:
        content = body if isinstance(body, str | bytes) else json.dumps(body)
        return self.client.post(f"/mobile-id/{path}/", content, content_type="application/json")

    def signed(self, **fields: Any) -> dict[str, str]:
        message = text_of(fields | {"v": 1})
        return {"message": message, "signature": self.signature(message)}

    def pair(self, link: str, **other: Any) -> HttpResponse:
        digest = hashlib.sha256(link.encode()).hexdigest()
        said = self.signed(kind="pair", link_digest=digest, public_key=self.public_key)
        answer = self.post("pair", {"link": link, "name": "Pixel · Chrome", **said} | other)
        if answer.status_code == 200:
            told = json.loads(answer.content)
            self.device, self.nonce = told["device"], told["nonce"]
            seed = told["seed"]
            self.take_seed(base64.urlsafe_b64decode(seed + "=" * (-len(seed) % 4)))
        return answer

    def take_seed(self, seed: bytes) -> None:
        self.seed = seed
        # Each costs the leak scan time, and a leak shows by any of them.
        if next(_seeds) < SEEDS_NOTED:
            markers.note("seeds", seed.hex())

    def say(self, path: str, *, nonce: str | None = None, **fields: Any) -> HttpResponse:
        """Sign it over a fresh nonce, or over this one, and send it."""
        if nonce is None:
            nonce = json.loads(self.post("nonce", {"device": self.device}).content)["nonce"]
        return self.post(path, self.signed(device=self.device, nonce=nonce, **fields))

    def list(self) -> list[dict[str, Any]]:
        return [json.loads(text) for text in self.texts()]

    def texts(self) -> list[str]:
        answer = self.say("requests", kind="list")
        assert answer.status_code == 200, answer.text
        return list(json.loads(answer.content)["requests"])

    def answer(self, text: str, answer: str = "approve", **fields: str) -> HttpResponse:
        return self.say("answer", **answer_to(text, answer, **fields))

    def approve(self, number: str = "") -> HttpResponse:
        [text] = self.texts()
        return self.answer(text, number=number)

    def approve_by_number(self) -> HttpResponse:
        """Carry the digits over from the computer."""
        return self.approve(ApprovalRequest.objects.get(state="open").number)

    def deny(self, reason: str = "not-me") -> HttpResponse:
        [text] = self.texts()
        return self.answer(text, "deny", reason=reason)

    def code(self, steps: int = 0) -> str:
        """The code of now, or of so many steps of 30 seconds from now."""
        code = totp_of(self.seed).at(timezone.now() + timedelta(seconds=30 * steps))
        markers.note("codes", code)
        return code

    def wrong_code(self) -> str:
        totp, now = totp_of(self.seed), timezone.now()
        near = {totp.at(now + timedelta(seconds=30 * n)) for n in range(-1005, 1006)}
        return next(code for code in (f"{n:06}" for n in range(1_000_000)) if code not in near)


def answer_to(text: str, answer: str = "approve", **fields: str) -> dict[str, str]:
    request = json.loads(text)["request"]
    digest = hashlib.sha256(text.encode()).hexdigest()
    given = {"kind": "answer", "answer": answer, "request": request, "digest": digest}
    return {**given, "number": "", "reason": "", **fields}


def totp_of(seed: bytes) -> pyotp.TOTP:
    return pyotp.TOTP(base64.b32encode(seed).decode())


def link_on_the_phone(number: str = SMARTPHONE) -> str:
    found = re.search(r"#pair=([A-Za-z0-9_-]+)", on_the_phone(number)[0])
    assert found is not None
    return found[1]


def begin(client: Client, user: User, page: str = ADD) -> MobileIdSetup:
    """Fill in the page "Add Mobile ID"; the session may."""
    User.objects.filter(pk=user.pk).update(email=EMAIL)
    answer = submit(client, page, phone=SMARTPHONE, email=EMAIL.upper())
    assert answer.status_code == 302, answer.text
    return MobileIdSetup.objects.get(state="open")


def a_mobile_id(user: User, *, with_phone: bool = True, **columns: object) -> PhoneInHand:
    """A Mobile ID that is there already; without a phone an authenticator app has its seed."""
    now, phone = timezone.now(), PhoneInHand()
    setup = MobileIdSetup.objects.create(
        user=user,
        number=SMARTPHONE,
        session_digest="",
        link_digest=secrets.token_hex(32),
        link_until=now,
        state=MobileIdSetup.State.PROVEN,
        started_at=now,
        expires_at=now + timedelta(minutes=15),
    )
    seed = SoftSeed(setup=setup, path="phone" if with_phone else "app")
    phone.take_seed(secrets.token_bytes(20))
    seed.put(phone.seed)
    seed.save()
    values: dict[str, object] = {"bound_at": now, "next_factor": 0, "number": SMARTPHONE}
    token = SoftToken.objects.create(user=user, name="Mobile ID", seed=seed, **(values | columns))
    if with_phone:
        key = {"public_key": phone.public_key, "name": "Pixel · Chrome", "paired_at": now}
        device = MobileDevice.objects.create(user=user, setup=setup, soft_token=token, **key)
        phone.device = str(device.pk)
    return phone


def add_mobile_id(client: Client, user: User) -> PhoneInHand:
    """Add it by the phone: link, pairing, approval."""
    begin(client, user)
    phone = PhoneInHand()
    assert phone.pair(link_on_the_phone()).status_code == 200
    assert phone.approve().status_code == 200
    assert SoftToken.live().filter(user=user).exists()
    return phone
