"""The three cards in every state, as both doors show them: tag, tone, links, and which is primary.

Written out by hand from the table of the cards. Ours beside it, on purpose: "Test my token", "Move
to another phone", and both "Resync" and "Report lost or stolen" on a token that is locked.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import NamedTuple

import pytest
from django.utils import timezone

from tests import factories
from tests.tokens.mobile_phone import EMAIL, SMARTPHONE
from tests.tokens.phones import NUMBER, OTHER, THIRD, a_backup_phone
from tests.tokens.reading import on_the_wall, read
from tests.tokens.states import a_factor, columns_of
from tokens.flows.start_mobile_id import start_mobile_id
from tokens.models import HardToken, MobileIdSetup, PhoneCodes
from tokens.step_up import Authority

SETTINGS, DEVICES = "/settings/epcs/", "/epcs/devices/"
ORDER, REPORT, MOVE = (
    "Order Spare Hardware Token",
    "Report lost or stolen",
    "Move to another phone",
)
RESYNC, TEST, CODE = "Resync your token", "Test my token", "Verify with Mobile ID code"
UNTIL = "Locked until {}"  # the clock on the wall
_ACTION = re.compile(r'<a class="(btn btn--sm|btn btn--2 btn--sm|link)" href="([^"]+)">([^<]+)')


class Shown(NamedTuple):
    tag: str
    tone: str
    labels: list[str]
    primary: str = ""


HARD = {
    "none": Shown("Not set up", "off", ["Add", ORDER]),
    "on its way": Shown("On its way", "info", ["Add"]),
    "phone-bound": Shown("Active", "ok", [RESYNC, TEST, "Remove"]),
    "active": Shown("Active", "ok", [RESYNC, TEST, "Remove"]),
    "out of step": Shown("Out of sync", "warn", [RESYNC, "Remove"], RESYNC),
    "locked": Shown(UNTIL, "bad", [RESYNC, REPORT, "Remove"], RESYNC),
    "held": Shown("Locked", "bad", ["Contact support", REPORT, "Remove"]),
    "reported": Shown("Reported lost", "bad", ["Remove", ORDER], "Remove"),
    "removed": Shown("Removed", "off", ["Add", ORDER]),
    "expired": Shown("Expired", "bad", [ORDER, "Remove"], ORDER),
}
MOBILE = {
    "none": Shown("Not set up", "off", ["Add"]),
    "waiting": Shown("Waiting for approval", "info", ["Activate", CODE], "Activate"),
    "phone-bound": Shown("Active", "ok", ["Check a code", "Remove", MOVE]),
    "active": Shown("Active", "ok", ["Check a code", "Remove", MOVE]),
    "out of step": Shown(
        "Codes not accepted", "warn", ["Check a code", "Remove", MOVE], "Check a code"
    ),
    "locked": Shown(UNTIL, "bad", [REPORT, "Remove", MOVE]),
    "held": Shown("Locked", "bad", [REPORT, "Remove", MOVE]),
    "left": Shown("Not on your phone", "warn", ["Remove", MOVE]),
    "reported": Shown("Reported lost", "bad", ["Remove"], "Remove"),
    "removed": Shown("Removed", "off", ["Add"]),
    # Its approval timed out: the code still works, and after that only a new request does.
    "request expired": Shown("Request expired", "warn", ["Activate", CODE], "Activate"),
}
PHONES = {
    "none": Shown("No backup phone", "warn", ["Add"]),
    "pending": Shown("Code expired", "warn", ["Send a new code", "Remove", "Add"]),
    "active": Shown("1 of 3", "ok", ["Remove", "Add"]),
    "three": Shown("3 of 3", "ok", ["Remove"] * 3),
    "codes locked": Shown(UNTIL, "bad", ["Remove"]),
    "codes held": Shown("Locked", "bad", ["Remove"]),
    "reported": Shown("1 of 3, suspended", "bad", ["Remove", "Add"]),
    "one of two reported": Shown("2 of 3, 1 suspended", "bad", ["Remove", "Remove", "Add"]),
    "removed": Shown("Last phone removed", "warn", ["Add"]),
}


@pytest.fixture
def person(client, db):
    person = factories.a_signer()
    client.force_login(person)
    return person


def on_its_way(person) -> None:
    factories.a_spare_on_its_way(person, factories.a_fob_in_stock().serial)


def mobile_id_is_asked_for(person, state: str) -> None:
    person.email = EMAIL
    how = {"authority": Authority(name="the test", session_key="k"), "number": SMARTPHONE}
    setup = start_mobile_id(user=person, email=EMAIL, at=timezone.now(), **how)
    if state == "request expired":
        setup.requests.update(expires_at=timezone.now() - timedelta(minutes=1))


def comes_about(person, kind: str, state: str) -> None:
    if state == "on its way":
        on_its_way(person)
    elif state in {"waiting", "request expired"}:
        mobile_id_is_asked_for(person, state)
    elif state == "three":
        for number in (NUMBER, OTHER, THIRD):
            a_backup_phone(person, number)
    elif state == "one of two reported":
        a_backup_phone(person, OTHER)
        a_backup_phone(person, NUMBER, **columns_of("reported"))
    elif state != "none":
        a_factor(person, kind, state)


def card_on(page: str, name: str) -> str:
    """The region of the card, by the id of its title."""
    [card] = re.findall(
        rf'<section class="card" aria-labelledby="{name}-title.+?</section>', page, re.S
    )
    return card


def row_on(page: str, name: str) -> str:
    """The row of the table that begins with this name, or the links under it."""
    found = re.search(rf'<th scope="row">{re.escape(name)}</th>.+?</tr>', page, re.S)
    return found[0] if found else ""


def is_shown(card: str, expected: Shown, until: str) -> None:
    [(tone, tag)] = re.findall(r'<span class="tag tag--(\w+)"[^>]*>([^<]+)</span>', card)
    actions = _ACTION.findall(card)

    assert (tag, tone) == (expected.tag.format(until), expected.tone)
    assert [label for _style, _url, label in actions] == expected.labels
    primary = [label for style, _url, label in actions if style == "btn btn--sm"]
    assert primary == ([expected.primary] if expected.primary else [])


def urls_in(region: str) -> list[str]:
    """Where the links lead, whichever door they know of."""
    urls = [url.replace("&amp;", "&") for _style, url, _label in _ACTION.findall(region)]
    return [re.sub(r"[?&]door=admin", "", url) for url in urls]


@pytest.mark.parametrize(("state", "expected"), HARD.items(), ids=HARD)
def test_the_hardware_token(client, person, state, expected):
    comes_about(person, "hard", state)
    until = HardToken.objects.filter(locked_until__isnull=False).first()

    card = card_on(read(client.get(SETTINGS)), "hard-token")
    page = read(client.get(DEVICES))
    row = row_on(page, "Hardware Token")

    is_shown(card, expected, on_the_wall(until.locked_until) if until else "")
    if row:
        is_the_same_behind_the_other_door(row, card, expected)
    else:
        assert state in {"none", "on its way", "removed"}
        assert "/epcs/token/add/?door=admin" in page


@pytest.mark.parametrize(("state", "expected"), MOBILE.items(), ids=MOBILE)
def test_mobile_id(client, person, state, expected):
    comes_about(person, "mobile", state)
    token = person.softtokens.first()

    card = card_on(read(client.get(SETTINGS)), "mobile-id")
    page = read(client.get(DEVICES))
    row = row_on(page, "Mobile ID (Authy)")

    until = token.locked_until if token else None
    is_shown(card, expected, on_the_wall(until) if until else "")
    if row:
        is_the_same_behind_the_other_door(row, card, expected)
    else:
        assert not token or state == "removed"
        assert all(f"{url}?door=admin" in page for url in urls_in(card))


def is_the_same_behind_the_other_door(row: str, card: str, expected: Shown) -> None:
    assert urls_in(row) == urls_in(card)
    labels = ["Resync Token" if label == RESYNC else label for label in expected.labels]
    assert [label for _style, _url, label in _ACTION.findall(row)] == labels
    assert "door=admin" in row
    assert "door=" not in card


@pytest.mark.parametrize(("state", "expected"), PHONES.items(), ids=PHONES)
def test_the_backup_phones(client, person, state, expected):
    comes_about(person, "phone", state)
    codes = PhoneCodes.objects.filter(user=person).first()

    card = card_on(read(client.get(SETTINGS)), "backup-phones")
    page = read(client.get(DEVICES))

    until = codes.locked_until if codes else None
    is_shown(card, expected, on_the_wall(until) if until else "")
    for url in urls_in(card):
        assert f"{url}?door=admin" in page
    assert ("Add Phone" in page) is ("Add" in expected.labels)


def test_a_request_that_nobody_can_finish_any_more_is_begun_anew(client, person):
    mobile_id_is_asked_for(person, "waiting")
    MobileIdSetup.objects.update(state="ended", ended_at=timezone.now())

    card = card_on(read(client.get(SETTINGS)), "mobile-id")

    is_shown(card, Shown("Request expired", "warn", ["Activate"]), "")


def test_a_code_that_was_just_sent_is_entered(client, person):
    phone, now = a_backup_phone(person, **columns_of("pending")), timezone.now()
    sent = {"sent_at": now, "expires_at": now + timedelta(minutes=10)}
    phone.codes.create(purpose="confirm-phone", channel="text", digest="0" * 64, **sent)

    card = card_on(read(client.get(SETTINGS)), "backup-phones")

    is_shown(card, Shown("Code not entered", "info", ["Enter code", "Remove", "Add"]), "")
