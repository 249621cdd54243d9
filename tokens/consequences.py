"""What a person has left when one of their factors is gone: said before it is removed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from epcs_portal.local_time import day, day_and_time
from epcs_portal.phone_numbers import masked
from tokens import selectors, ways_in
from tokens.models import BackupPhone, HardToken, OathToken, SoftToken
from tokens.ways_in import WaysIn

if TYPE_CHECKING:
    from accounts.models import User

ADD_PHONE = {"add_phone": "yes"}
NO_PHONE = "Without one, losing your tokens means repeating identity proofing."
STRANDED = "Without it nobody could let you back in, and you would repeat identity proofing."


def consequences_of(factor: OathToken | BackupPhone, *, at: datetime) -> dict[str, Any]:
    """Context of tokens/remove.html: ``lead``, ``note`` or None, ``is_blocked``, ``facts``."""
    ways = ways_in.ways_in_of(factor.user, at=at)
    left = ways.without(factor)
    is_blocked = ways_in.is_last(factor, at=at)
    if isinstance(factor, BackupPhone):
        note = _of_phone(factor, left, is_blocked=is_blocked)
    else:
        note = _of_token(factor, ways, left, is_blocked=is_blocked)
    return {
        "lead": f"After this you will have {listed(left)}.",
        "note": note,
        "is_blocked": is_blocked,
        "facts": facts_of(factor, at=at),
    }


def facts_of(factor: OathToken | BackupPhone, *, at: datetime) -> list[dict[str, Any]]:
    """Return what it is known by, and since when it is there: [{label, value, is_mono}]."""
    if isinstance(factor, BackupPhone):
        added = factor.confirmed_at or factor.entered_at
        return [
            {"label": "Phone number", "value": masked(factor.number)},
            {"label": "Added", "value": day(added)},
        ]
    is_hard = isinstance(factor, HardToken)
    used = day_and_time(factor.last_used_at, at) if factor.last_used_at else "Not yet"
    name = {"label": "Serial number" if is_hard else "Smartphone", "value": factor.serial}
    return [
        name | {"is_mono": is_hard},
        {"label": "Added", "value": day(factor.bound_at)},
        {"label": "Last used", "value": used},
    ]


def listed(left: WaysIn) -> str:
    """Return ``Mobile ID on (•••) •••-0142 and 1 backup phone``."""
    words = [name_of(token) for token in left.tokens] or ["no token"]
    many = len(left.phones)
    words.append("no backup phone" if not many else f"{many} backup phone{'s' * (many > 1)}")
    return f"{', '.join(words[:-1])} and {words[-1]}"


def held_by(person: User) -> str:
    """Return what goes when the account is revoked, whether it works or not; "" for nothing."""
    tokens, phones = selectors.tokens_of(person), selectors.phones_of(person)
    words = [name_of(token) for token in tokens]
    if phones:
        words.append(f"{len(phones)} backup phone{'s' * (len(phones) > 1)}")
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def name_of(token: OathToken) -> str:
    if isinstance(token, SoftToken):
        return f"Mobile ID on {token.serial}"
    return f"hardware token {token.serial}"


def _of_token(
    token: OathToken, ways: WaysIn, left: WaysIn, *, is_blocked: bool
) -> dict[str, str] | None:
    is_only = token in ways.tokens and not left.tokens
    if is_blocked:
        return {"tone": "warn", "title": "Add a backup phone first", "text": STRANDED}
    if is_only and left.phones:
        text = (
            "You won't be able to sign controlled substances until you add another one. Your "
            f"backup phone {masked(left.phones[0].number)} lets you back in to do that."
        )
        return {"tone": "warn", "title": "This is your only active token", "text": text}
    if not left.phones:
        title = "You have no backup phone"
        return {"tone": "warn", "title": title, "text": NO_PHONE} | ADD_PHONE
    return None


def _of_phone(phone: BackupPhone, left: WaysIn, *, is_blocked: bool) -> dict[str, str] | None:
    if is_blocked:
        title = "Add a token or another phone first"
        return {"tone": "warn", "title": title, "text": STRANDED}
    if phone.is_active and not left.phones:
        title = "This is your only backup phone"
        return {"tone": "warn", "title": title, "text": NO_PHONE} | ADD_PHONE
    return None
