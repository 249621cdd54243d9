"""The hard token's card, its row under Admin and the readiness panel, as they are shown."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from tests.tokens.reading import read
from tokens.doors import ADMIN
from tokens.hard_token_card import hard_token_actions, hard_token_card
from tokens.models import HardToken

SETTINGS = "/settings/epcs/"
DEVICES = "/epcs/devices/"
NOW = datetime(2026, 1, 14, 15, 0, tzinfo=UTC)


def labels(actions) -> list[str]:
    return [action["label"] for action in actions]


def a_state(token: HardToken, **columns) -> HardToken:
    HardToken.objects.filter(pk=token.pk).update(**columns)
    return HardToken.objects.select_related("seed_record").get(pk=token.pk)


LOCKED = {"failures": 5, "locked_until": NOW + timedelta(minutes=15)}
HELD = {**LOCKED, "held_at": NOW}
OUT_OF_STEP = {"out_of_step_at": NOW}
REPORTED = {"status": "reported", "reported_at": NOW}
REPORT, ORDER = "Report lost or stolen", "Order Spare Hardware Token"


@pytest.mark.parametrize(
    ("columns", "tag", "tone", "title"),
    [
        ({}, "Active", "ok", None),
        (LOCKED, "Locked until 3:15 PM", "bad", "Too many incorrect codes"),
        ({**LOCKED, "locked_until": NOW}, "Active", "ok", None),
        (HELD, "Locked", "bad", "This token stays locked"),
        (
            {**HELD, "locked_until": NOW - timedelta(days=9)},
            "Locked",
            "bad",
            "This token stays locked",
        ),
        (OUT_OF_STEP, "Out of sync", "warn", "Your token is out of sync"),
        ({**OUT_OF_STEP, **LOCKED}, "Locked until 3:15 PM", "bad", "Too many incorrect codes"),
        ({**OUT_OF_STEP, **HELD}, "Locked", "bad", "This token stays locked"),
        ({**REPORTED, **HELD}, "Reported lost", "bad", "Suspended today, 3:00 PM"),
    ],
)
def test_a_card_says_how_the_token_is(token, columns, tag, tone, title):
    card = hard_token_card(token.user, a_state(token, **columns), at=NOW)

    assert (card["tag"], card["tone"]) == (tag, tone)
    assert (card["note"] or {"title": None})["title"] == title
    assert card["capability"]["yes"] is (tone == "ok")


@pytest.mark.parametrize(
    ("columns", "offered", "primary"),
    [
        ({}, ["Resync your token", "Test my token", "Remove"], []),
        (LOCKED, ["Resync your token", REPORT, "Remove"], ["Resync your token"]),
        (OUT_OF_STEP, ["Resync your token", "Remove"], ["Resync your token"]),
        (HELD, ["Contact support", REPORT, "Remove"], []),
        (REPORTED, ["Remove", ORDER], ["Remove"]),
    ],
)
def test_a_card_offers_what_makes_sense_now(token, columns, offered, primary):
    actions = hard_token_card(token.user, a_state(token, **columns), at=NOW)["actions"]

    assert labels(actions) == offered
    assert labels(action for action in actions if action["style"] == "primary") == primary


def test_a_card_without_a_token_offers_to_add_one(prescriber):
    card = hard_token_card(prescriber, None, at=NOW)

    assert (card["tag"], card["tone"]) == ("Not set up", "off")
    assert labels(card["actions"]) == ["Add", ORDER]
    assert card["actions"][0]["url"] == "/epcs/token/add/"


def test_behind_admin_the_words_and_links_are_those_of_admin(token):
    actions = hard_token_actions(token, door=ADMIN, at=NOW)

    assert labels(actions) == ["Resync Token", "Test my token", "Remove"]
    assert all(action["url"].endswith("/?door=admin") for action in actions)


def test_a_card_shows_serial_and_times(token):
    token = a_state(token, bound_at=NOW - timedelta(days=14), last_used_at=NOW - timedelta(hours=1))

    facts = {
        fact["label"]: fact["value"] for fact in hard_token_card(token.user, token, at=NOW)["facts"]
    }

    assert facts == {
        "Serial number": token.serial,
        "Added": "Dec 31, 2025",
        "Last used": "Today, 2:00 PM",
    }


@pytest.mark.parametrize(
    ("columns", "tag", "way_out"),
    [
        ({}, "Active", "Test my token"),
        (
            {"failures": 5, "locked_until": timezone.now() + timedelta(hours=9)},
            "Locked until",
            "Resync your token",
        ),
        ({"held_at": timezone.now()}, "Locked", "Contact support"),
        ({"out_of_step_at": timezone.now()}, "Out of sync", "Resync your token"),
    ],
)
def test_my_settings_shows_every_state(signed_in, token, columns, tag, way_out):
    a_state(token, **columns)

    page = read(signed_in.get(SETTINGS))

    assert re.search(rf'class="tag tag--\w+"[^>]*>{tag}', page)
    assert token.serial in page
    assert way_out in page


def test_device_management_shows_the_token_in_a_row(signed_in, token):
    page = read(signed_in.get(DEVICES))

    assert token.serial in page
    assert "Resync Token" in page
    assert f"/epcs/token/{token.pk}/resync/?door=admin" in page


def test_device_management_without_a_token_offers_to_add_one(signed_in):
    page = read(signed_in.get(DEVICES))

    assert "Add Token" in page
    assert "/epcs/token/add/?door=admin" in page


def test_a_removed_token_is_remembered_on_its_card_alone(signed_in, token):
    a_state(token, status="removed", removed_at=timezone.now(), reason="broken")

    card, table = (read(signed_in.get(page)) for page in (SETTINGS, DEVICES))

    assert f"Token {token.serial} was removed on" in card
    assert "Reason: broken or battery empty." in card
    assert token.serial not in table
