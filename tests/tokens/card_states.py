"""Every state a card may be in, how its rows come to be, and one page that shows them all."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.models import User
from accounts.standing import standing_of
from tests import factories
from tests.tokens.mobile_phone import SMARTPHONE, a_mobile_id
from tests.tokens.phones import NUMBER, OTHER, THIRD, a_backup_phone
from tokens.hard_token_card import hard_token_card
from tokens.mobile_card import mobile_id_card
from tokens.models import (
    ApprovalRequest,
    BackupPhone,
    HardToken,
    MobileDevice,
    MobileIdSetup,
    OutOfBandCode,
    PhoneCodes,
    Reservation,
    SeedRecord,
    SoftToken,
)
from tokens.phone_card import phone_card

TITLES = ["Hardware Token", "Mobile ID", "Phone-Based"]
HARD, MOBILE, PHONE = range(3)
Columns = dict[str, object]


@dataclass(frozen=True, kw_only=True)
class CardState:
    """``tag`` may go on with a time. ``actions``: the labels, the primary one marked by a star."""

    card: int
    name: str
    tag: str
    tone: str
    actions: str
    make: Callable[[User], None] = field(repr=False)

    def __str__(self) -> str:
        return f"{TITLES[self.card]}: {self.name}".replace(" ", "-")


def cards_of(person: User) -> list[dict[str, Any]]:
    at, standing = timezone.now(), standing_of(person.prescriber)
    may_sign, has_left = standing.has_the_rest(at), standing.has_phone_left
    token, mobile = standing.hard_token, standing.mobile_id
    return [
        hard_token_card(person, token, at=at, may_sign=may_sign),
        mobile_id_card(person, mobile, has_left=has_left, at=at, may_sign=may_sign),
        phone_card(person, at=at),
    ]


def write(path: Path) -> None:
    """Write the page with the cards of new people, one in each state."""
    sections = []
    for kind, title in enumerate(TITLES):
        cards = ""
        for number, state in enumerate(each for each in STATES if each.card == kind):
            person = factories.a_signer()
            state.make(person)
            named = {"id": f"card-{kind}-{number}", "subtitle": state.name}
            card = cards_of(person)[kind] | named
            cards += render_to_string("components/card.html", {"card": card})
        sections.append(f'<h2>{title}</h2><div class="accounts">{cards}</div>')
    style = Path(settings.BASE_DIR, "static", "css", "epcs.css").read_text()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f"""<!doctype html>
<html lang="en-US"><head><meta charset="utf-8"><title>Card states</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>{style}</style></head>
<body><main id="main"><h1>Card states</h1>{"".join(sections)}</main></body></html>
"""
    )


def _nothing(_user: User) -> None:
    pass


def _hard(**columns: object) -> Callable[[User], None]:
    def make(user: User) -> None:
        token, _fob = factories.a_hard_token(user)
        HardToken.objects.filter(pk=token.pk).update(**columns)

    return make


def _expired(user: User) -> None:
    token, _fob = factories.a_hard_token(user)
    SeedRecord.objects.filter(pk=token.seed_record_id).update(expires_at=NOW)


def _on_its_way(user: User) -> None:
    fob = factories.a_fob_in_stock()
    Reservation.objects.create(
        seed_record=SeedRecord.objects.get(serial=fob.serial),
        user=user,
        reserved_by=user,
        reserved_at=NOW,
        expected_on=(NOW + timedelta(days=5)).date(),
    )


def _mobile(**columns: object) -> Callable[[User], None]:
    def make(user: User) -> None:
        a_mobile_id(user, with_phone=False)
        SoftToken.objects.filter(user=user).update(**columns)

    return make


def _left(user: User) -> None:
    a_mobile_id(user)
    MobileDevice.objects.filter(user=user).update(left_at=NOW, closed_at=NOW)


def _setup(state: str, answer: str = "open", **request: object) -> Callable[[User], None]:
    def make(user: User) -> None:
        now = timezone.now()
        setup = MobileIdSetup.objects.create(
            user=user,
            number=SMARTPHONE,
            session_digest="",
            link_digest=secrets.token_hex(32),
            link_until=now,
            state=state,
            started_at=now,
            expires_at=now + timedelta(minutes=15),
        )
        asked: Columns = {
            "state": answer,
            "asked_at": now,
            "expires_at": now + timedelta(minutes=5),
        }
        ApprovalRequest.objects.create(
            user=user, setup=setup, purpose="enroll", title="Add", number="47", **asked | request
        )

    return make


def _phones(*columns: Columns, **codes: object) -> Callable[[User], None]:
    def make(user: User) -> None:
        for number, each in zip((NUMBER, OTHER, THIRD), columns, strict=False):
            a_backup_phone(user, number, **each)
        if codes:
            PhoneCodes.objects.create(user=user, **codes)

    return make


def _code(*, minutes: int) -> Callable[[User], None]:
    def make(user: User) -> None:
        phone = a_backup_phone(user, **UNCONFIRMED)
        now = timezone.now()
        OutOfBandCode.objects.create(
            phone=phone,
            purpose="confirm-phone",
            channel="text",
            digest="",
            sent_at=now,
            expires_at=now + timedelta(minutes=minutes),
        )

    return make


NOW = timezone.now()
SOON = NOW + timedelta(minutes=15)
LOCKED: Columns = {"failures": 5, "locked_until": SOON}
HELD = LOCKED | {"held_at": NOW}
REPORTED: Columns = {"status": "reported", "reported_at": NOW}
REMOVED: Columns = {"status": "removed", "removed_at": SOON, "reason": "broken"}
UNCONFIRMED: Columns = {"status": BackupPhone.Status.PENDING, "confirmed_at": None}
CALL: Columns = {"delivery": BackupPhone.Delivery.CALL}
ORDER = "Order Spare Hardware Token"


def _states(card: int, *rows: tuple[str, str, str, str, Callable[[User], None]]) -> list[CardState]:
    return [
        CardState(card=card, name=name, tag=tag, tone=tone, actions=actions, make=make)
        for name, tag, tone, actions, make in rows
    ]


STATES = [
    *_states(
        HARD,
        ("none", "Not set up", "off", f"Add, {ORDER}", _nothing),
        ("on its way", "On its way", "info", f"Add, {ORDER}", _on_its_way),
        (
            "added by phone",
            "Active",
            "ok",
            "Resync your token, Test my token, Remove",
            _hard(is_phone_bound=True),
        ),
        ("active", "Active", "ok", "Resync your token, Test my token, Remove", _hard()),
        (
            "out of sync",
            "Out of sync",
            "warn",
            "*Resync your token, Remove",
            _hard(out_of_step_at=NOW),
        ),
        (
            "locked",
            "Locked until ",
            "bad",
            "*Resync your token, Report lost or stolen, Remove",
            _hard(**LOCKED),
        ),
        (
            "held",
            "Locked",
            "bad",
            "Contact support, Report lost or stolen, Remove",
            _hard(**HELD),
        ),
        ("lost", "Reported lost", "bad", f"*Remove, {ORDER}", _hard(**REPORTED)),
        ("removed", "Removed", "off", f"Add, {ORDER}", _hard(**REMOVED)),
        ("expired", "Expired", "bad", f"*{ORDER}, Remove", _expired),
    ),
    *_states(
        MOBILE,
        ("none", "Not set up", "off", "Add", _nothing),
        (
            "pending",
            "Waiting for approval",
            "info",
            "*Activate, Verify with Mobile ID code",
            _setup("open"),
        ),
        (
            "added by phone",
            "Active",
            "ok",
            "Check a code, Remove, Move to another phone",
            _mobile(is_phone_bound=True),
        ),
        ("active", "Active", "ok", "Check a code, Remove, Move to another phone", _mobile()),
        (
            "codes not accepted",
            "Codes not accepted",
            "warn",
            "*Check a code, Remove, Move to another phone",
            _mobile(out_of_step_at=NOW),
        ),
        (
            "locked",
            "Locked until ",
            "bad",
            "Report lost or stolen, Remove, Move to another phone",
            _mobile(**LOCKED),
        ),
        (
            "held",
            "Locked",
            "bad",
            "Report lost or stolen, Remove, Move to another phone",
            _mobile(**HELD),
        ),
        ("lost", "Reported lost", "bad", "*Remove", _mobile(**REPORTED)),
        ("removed", "Removed", "off", "Add", _mobile(**REMOVED)),
        (
            "expired",
            "Request expired",
            "warn",
            "*Activate, Verify with Mobile ID code",
            _setup("open", expires_at=NOW),
        ),
        ("ended", "Request expired", "warn", "Activate", _setup("ended", "superseded")),
        ("denied", "Request denied", "warn", "Add", _setup("denied", "denied")),
        (
            "not on the phone",
            "Not on your phone",
            "warn",
            "Remove, Move to another phone",
            _left,
        ),
    ),
    *_states(
        PHONE,
        ("none", "No backup phone", "warn", "Add", _nothing),
        ("pending", "Code not entered", "info", "Enter code, Remove, Add", _code(minutes=10)),
        ("active", "1 of 3", "ok", "Remove, Add", _phones({})),
        ("two", "2 of 3", "ok", "Remove, Remove, Add", _phones({}, CALL)),
        ("full", "3 of 3", "ok", "Remove, Remove, Remove", _phones({}, CALL, {})),
        ("locked", "Locked until ", "bad", "Remove", _phones({}, **LOCKED)),
        ("held", "Locked", "bad", "Remove", _phones({}, **HELD)),
        ("lost", "1 of 3, suspended", "bad", "Remove, Add", _phones(REPORTED)),
        (
            "one of two lost",
            "2 of 3, 1 suspended",
            "bad",
            "Remove, Remove, Add",
            _phones({}, REPORTED),
        ),
        ("removed", "Last phone removed", "warn", "Add", _phones(REMOVED)),
        ("expired", "Code expired", "warn", "Send a new code, Remove, Add", _code(minutes=0)),
    ),
]
