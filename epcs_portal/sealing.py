"""Secrets at rest: AES-256-GCM, bound to the row they lie in.

NIST SP 800-38D: a random 96-bit nonce for each message, at most 2**32 messages for a key; the key
ring is rotated long before that. The associated text (purpose, row, label) is authenticated and
not stored, so a sealed secret copied to another row, or found under another serial, does not open.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import ClassVar
from uuid import UUID, uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models

ERASED = ""  # in the place of the key's id, where there is no secret any more
NONCE_BYTES = 12  # SP 800-38D section 8.2.2
TAG_BYTES = 16


class SealBroken(Exception):
    """What was sealed does not open: altered, moved to another row, or its key is gone."""


@dataclass(frozen=True)
class Sealed:
    key_id: str
    box: bytes = field(repr=False)  # nonce, ciphertext, tag


def current_key_id() -> str:
    """The first key of the ring seals; all of them unseal."""
    return next(iter(settings.SEALING_KEYS))


def seal(secret: bytes, *, purpose: str, row: UUID, label: str) -> Sealed:
    """Seal ``secret`` with the current key, for this purpose, row and label only."""
    key_id = current_key_id()
    nonce = secrets.token_bytes(NONCE_BYTES)
    box = AESGCM(settings.SEALING_KEYS[key_id]).encrypt(nonce, secret, _bound(purpose, row, label))
    return Sealed(key_id, nonce + box)


def unseal(sealed: Sealed, *, purpose: str, row: UUID, label: str) -> bytes:
    """Return the secret. Raise SealBroken, which tells the key id and no byte of what was read."""
    key = settings.SEALING_KEYS.get(sealed.key_id)
    if key is None:
        raise SealBroken(f"sealed with key {sealed.key_id!r}, which is not on the key ring")
    if len(sealed.box) < NONCE_BYTES + TAG_BYTES:
        raise SealBroken("too short to be sealed")
    nonce, box = sealed.box[:NONCE_BYTES], sealed.box[NONCE_BYTES:]
    try:
        return AESGCM(key).decrypt(nonce, box, _bound(purpose, row, label))
    except InvalidTag:
        raise SealBroken(f"does not open with key {sealed.key_id!r}") from None


class SealedRow(models.Model):
    """A row that keeps one secret. A subclass says its ``purpose`` and its ``seal_label``.

    Whoever changes the label takes the secret first and puts it back after.
    """

    purpose: ClassVar[str]

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    sealed = models.BinaryField()
    sealed_with = models.CharField(max_length=16, db_index=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self._meta.label} {self.pk}"

    def __repr__(self) -> str:
        return f"<{self}>"

    @property
    def seal_label(self) -> str:
        raise NotImplementedError

    def put(self, secret: bytes) -> None:
        """Seal ``secret`` into the row with the current key; the caller saves."""
        sealed = seal(secret, purpose=self.purpose, row=self.id, label=self.seal_label)
        self.sealed, self.sealed_with = sealed.box, sealed.key_id

    def take(self) -> bytes:
        """Return the secret. Raise SealBroken if it was altered, moved, or its key is gone."""
        sealed = Sealed(self.sealed_with, bytes(self.sealed))
        return unseal(sealed, purpose=self.purpose, row=self.id, label=self.seal_label)

    def erase(self) -> None:
        """Forget the secret; the caller saves. An erased row does not open any more."""
        self.sealed, self.sealed_with = b"", ERASED

    def reseal(self) -> bool:
        """Seal the same secret with the current key, and store it unless it changed meanwhile."""
        box, key_id = bytes(self.sealed), self.sealed_with
        self.put(self.take())
        rows = type(self)._base_manager.filter(pk=self.pk, sealed=box, sealed_with=key_id)
        return rows.update(sealed=self.sealed, sealed_with=self.sealed_with) == 1


def _bound(purpose: str, row: UUID, label: str) -> bytes:
    # Each part after its length: no two triples give the same bytes.
    parts = (purpose.encode(), row.bytes, label.encode())
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)
