"""One page that shows every card in every state, from rows, to be looked at."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.models import User
from accounts.standing import standing_of
from tests import factories
from tests.tokens.test_card_table import HARD, MOBILE, PHONES, comes_about
from tokens.hard_token_card import hard_token_card
from tokens.mobile_card import mobile_id_card
from tokens.models import BackupPhone, OutOfBandCode
from tokens.phone_card import phone_card

CODE_SENT = "code sent"
KINDS = ["hard", "mobile", "phone"]
TITLES = ["Hardware Token", "Mobile ID", "Phone-Based"]
STATES = [
    (card, state)
    for card, states in enumerate([HARD, MOBILE, [*PHONES, CODE_SENT]])
    for state in states
]


def make(person: User, card: int, state: str) -> None:
    if state != CODE_SENT:
        comes_about(person, KINDS[card], state)
        return
    comes_about(person, KINDS[card], "pending")
    at, phone = timezone.now(), BackupPhone.objects.get(user=person)
    until = at + timedelta(minutes=10)
    what = {"purpose": OutOfBandCode.Purpose.CONFIRM_PHONE, "channel": phone.delivery}
    OutOfBandCode.objects.create(phone=phone, sent_at=at, expires_at=until, **what)


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
    cards: list[str] = ["", "", ""]
    for number, (kind, state) in enumerate(STATES):
        person = factories.a_signer()
        make(person, kind, state)
        card = cards_of(person)[kind] | {"id": f"card-{number}", "subtitle": state}
        cards[kind] += render_to_string("components/card.html", {"card": card})
    sections = [
        f'<h2>{title}</h2><div class="accounts">{shown}</div>'
        for title, shown in zip(TITLES, cards, strict=True)
    ]
    style = Path(settings.BASE_DIR, "static", "css", "epcs.css").read_text()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f"""<!doctype html>
<html lang="en-US"><head><meta charset="utf-8"><title>Card states</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>{style}</style></head>
<body><main id="main" class="wrap"><h1>Card states</h1>{"".join(sections)}</main></body></html>
"""
    )
