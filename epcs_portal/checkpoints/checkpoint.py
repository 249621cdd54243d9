"""One checkpoint: where every chain of the trail ended at one moment, signed.

One line of canonical JSON (``epcs_portal.canonical``). Its ``text`` is exactly what was signed, so
that an auditor verifies it with openssl, the ``signature`` (base64 of DER) and the ``certificate``.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from epcs_portal import signing_key
from epcs_portal.canonical import canonical
from epcs_portal.signing_key import ALGORITHM, SigningKey

KIND = "heads of the audit trail"  # the same key signs prescriptions: neither passes for the other
VERSION = 1
DIGITS = 12  # of a file's SHA-256, by which the trail and people name it

Head = tuple[int, str]  # sequence and hash of the last event


class CheckpointRefused(Exception):
    """It proves nothing. The text says why, as the end of a sentence."""


@dataclass(frozen=True)
class Checkpoint:
    at: datetime
    heads: Mapping[str, Head]  # by chain

    @property
    def day(self) -> date:
        return self.at.astimezone(UTC).date()


def sign(checkpoint: Checkpoint, *, key: SigningKey) -> str:
    """Return the line. Raise SigningKeyUnavailable."""
    heads = {
        chain: {"sequence": sequence, "hash": hashed}
        for chain, (sequence, hashed) in checkpoint.heads.items()
    }
    text = canonical({"kind": KIND, "v": VERSION, "at": checkpoint.at, "heads": heads})
    signature = signing_key.sign_and_check(key, text)
    return canonical(
        {
            "algorithm": ALGORITHM,
            "certificate": key.certificate,
            "signature": base64.b64encode(signature).decode(),
            "text": text,
        }
    )


def digest_of(content: bytes) -> str:
    """Return the SHA-256 of the file, also where it is the text of a letter that is at hand.

    Raise CheckpointRefused.
    """
    return hashlib.sha256(f"{_line_of(content)}\n".encode("ascii")).hexdigest()


def read(content: bytes, *, trusted: Mapping[str, str], of: str = "") -> Checkpoint:
    """Return what was signed. Lines around it, as of a letter, are passed over.

    ``trusted``: certificates by key id. The one inside only says which of them to take. Raise
    CheckpointRefused where it cannot be read, is signed by another key, was altered, or is not
    ``of`` the day it should be, such as "2026-11-25".
    """
    line = _line_of(content)
    try:
        parts = json.loads(line)
        text, signature = str(parts["text"]), base64.b64decode(parts["signature"], validate=True)
        certificate = trusted.get(signing_key.key_id_of(str(parts["certificate"])))
    except (ValueError, LookupError, TypeError, RecursionError):
        raise CheckpointRefused("it cannot be read") from None
    if certificate is None:
        raise CheckpointRefused("it is signed by a key that is not trusted here")
    if not signing_key.verifies(text, signature, certificate=certificate):
        raise CheckpointRefused("it was altered: the signature is not that of its text")
    checkpoint = _understood(text)
    if of and of != checkpoint.day.isoformat():
        raise CheckpointRefused(f"it is that of {checkpoint.day}")
    return checkpoint


def _line_of(content: bytes) -> str:
    try:
        [line] = [line for line in content.decode("ascii").splitlines() if line.startswith("{")]
    except ValueError:
        raise CheckpointRefused("it cannot be read") from None
    return line


def _understood(text: str) -> Checkpoint:
    try:
        said = json.loads(text)
        is_one = said["kind"] == KIND
    except (ValueError, LookupError, TypeError):
        is_one = False
    if not is_one:
        raise CheckpointRefused("what was signed is no checkpoint")
    heads = {chain: (head["sequence"], head["hash"]) for chain, head in said["heads"].items()}
    return Checkpoint(datetime.fromisoformat(said["at"]), heads)
