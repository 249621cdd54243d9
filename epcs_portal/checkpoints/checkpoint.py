"""One checkpoint: where every chain of the trail ended at one moment, signed.

One line of canonical JSON (``epcs_portal.canonical``). Its ``text`` is exactly what was signed, so
that an auditor verifies it with openssl, the ``signature`` (base64 of DER) and the ``certificate``.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from epcs_portal import signing_key
from epcs_portal.canonical import canonical
from epcs_portal.signing_key import ALGORITHM, SigningKey

KIND = "heads of the audit trail"  # the same key signs prescriptions: neither passes for the other
VERSION = 1

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


def read(content: bytes, *, trusted: Mapping[str, str]) -> Checkpoint:
    """Return what was signed. Lines around it, as of a letter, are passed over.

    ``trusted``: certificates by key id. The one inside only says which of them to take. Raise
    CheckpointRefused where it cannot be read, is signed by another key, or was altered.
    """
    try:
        [line] = [line for line in content.decode("ascii").splitlines() if line.startswith("{")]
        parts = json.loads(line)
        text, signature = str(parts["text"]), base64.b64decode(parts["signature"], validate=True)
        certificate = trusted.get(signing_key.key_id_of(str(parts["certificate"])))
    except (ValueError, LookupError, TypeError, RecursionError):
        raise CheckpointRefused("it cannot be read") from None
    if certificate is None:
        raise CheckpointRefused("it is signed by a key that is not trusted here")
    if not signing_key.verifies(text, signature, certificate=certificate):
        raise CheckpointRefused("it was altered: the signature is not that of its text")
    return _understood(text)


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
