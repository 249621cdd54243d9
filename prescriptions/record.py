"""The text that is signed, and the digest of what was shown before it was.

Pure: dictionaries in, text out, so that an auditor can repeat it with the standard library alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from epcs_portal.canonical import canonical

FORMAT = 1  # of the record; a later one keeps this number for what it can still read

DECLARATION_VERSION = "1311.140(a)(3)/2010"
# 21 CFR 1311.140(a)(3), word for word.
DECLARATION = (
    "By completing the two-factor authentication protocol at this time, you are legally signing "
    "the prescription(s) and authorizing the transmission of the above information to the "
    "pharmacy for dispensing. The two-factor authentication protocol may only be completed by "
    "the practitioner whose name and DEA registration number appear above."
)

Content = Mapping[str, Any]


def shown_digest(content: Content) -> str:
    """Return the SHA-256, in hex, of what a page shows of one prescription.

    The declaration above the factors is part of it.
    """
    text = canonical({"content": content, "declaration": DECLARATION_VERSION})
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def page_digest(marked: Mapping[str, str], *, patient: str, generation: int) -> str:
    """Return the SHA-256, in hex, of what one ceremony is about to sign, all of it together.

    ``marked``: ``shown_digest`` of each prescription that is marked ready, by its reference.
    """
    text = canonical({"marked": marked, "patient": patient, "generation": generation})
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def signed_record(
    content: Content,
    *,
    signer: str,
    factors: Mapping[str, str],
    ceremony: str,
    ready_at: datetime | None,
    signed_at: datetime,
    key_id: str,
) -> str:
    """Return the exact text a signature covers (21 CFR 1311.120(b)(15), (17) and 1306.05(a))."""
    return canonical(
        {
            "format": FORMAT,
            "prescription": content,
            "declaration": DECLARATION,
            "declaration_version": DECLARATION_VERSION,
            "signed_by_prescriber": True,
            "signer": signer,
            "factors": factors,
            "ceremony": ceremony,
            "ready_at": ready_at,
            "signed_at": signed_at,
            "key_id": key_id,
        }
    )


def read(record: str) -> dict[str, Any]:
    """Return the fields of a signed record."""
    fields: dict[str, Any] = json.loads(record)
    return fields
