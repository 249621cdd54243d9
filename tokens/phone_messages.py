"""What phones say, read strictly: JSON of a known shape and size, nothing more.

Pure. ``docs/mobile-id.md`` has the messages.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

VERSION = 1
LONGEST = 8_192  # bytes of a body
ALWAYS = {"device", "kind", "nonce", "v"}
KINDS: Mapping[str, set[str]] = {
    "list": ALWAYS,
    "answer": ALWAYS | {"answer", "digest", "number", "reason", "request"},
    "subscribe": ALWAYS | {"auth", "endpoint", "p256dh"},
    "unsubscribe": ALWAYS,
    "leave": ALWAYS,
    "pair": {"kind", "link_digest", "public_key", "v"},
}


class Malformed(ValueError):
    """It is not what a phone of ours says."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A message as it was signed, and what stands in it."""

    message: str
    signature: str
    fields: Mapping[str, str]

    @property
    def device(self) -> UUID:
        return uuid_of(self.fields["device"])

    @property
    def nonce(self) -> str:
        return self.fields["nonce"]


def body_of(content: bytes, *names: str) -> dict[str, str]:
    """Return the texts of a JSON object that has exactly these names. Raise Malformed."""
    if len(content) > LONGEST:
        raise Malformed("It is too long.")
    try:
        return _texts(json.loads(content), set(names))
    except (ValueError, RecursionError):
        raise Malformed("It is not the JSON that was expected.") from None


def signed_of(body: Mapping[str, str], *kinds: str) -> Signed:
    """Return the signed message of a body, if it is of one of these kinds. Raise Malformed."""
    try:
        said = json.loads(body["message"])
        kind = said["kind"]
        is_known = kind in kinds and said.pop("v") == VERSION
        fields = _texts(said, KINDS[kind] - {"v"}) if is_known else {}
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise Malformed("It is not a message that was expected.") from None
    if not is_known:
        raise Malformed("It is of another kind or version.")
    return Signed(body["message"], body["signature"], fields)


def uuid_of(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Malformed("It names nothing.") from None


def _texts(found: object, names: set[str]) -> dict[str, str]:
    if not isinstance(found, dict) or set(found) != names:
        raise Malformed("It has other names.")
    if not all(isinstance(value, str) and value.isprintable() for value in found.values()):
        raise Malformed("It has other values.")
    return found
