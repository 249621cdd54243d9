"""All states of the three cards, from rows, as My Settings shows them."""

from __future__ import annotations

import pytest

from tests import factories
from tests.tokens import card_states
from tests.tokens.card_states import PHONE, STATES, CardState
from tests.tokens.reading import read

SETTINGS, DEVICES = "/settings/epcs/", "/epcs/devices/"
CANNOT = "Cannot sign prescriptions"


def labels(card) -> str:
    actions = [action for row in card.get("rows", []) for action in row["actions"]]
    marked = [
        ("*" if action["style"] == "primary" else "") + action["label"]
        for action in (*actions, *card["actions"])
    ]
    return ", ".join(marked)


@pytest.fixture(params=STATES, ids=str)
def state(request) -> CardState:
    return request.param


@pytest.fixture
def signer(client, db, state):
    user = factories.a_signer()
    state.make(user)
    client.force_login(user)
    return user


def test_a_card_has_its_tag_its_tone_and_what_can_be_done(client, signer, state):
    page = client.get(SETTINGS)

    card = page.context["cards"][state.card]
    is_open_ended = state.tag.endswith(" ")
    assert card["tag"].startswith(state.tag) if is_open_ended else card["tag"] == state.tag
    assert card["tone"] == state.tone
    assert labels(card) == state.actions
    assert labels(card).count("*") <= (1 if state.tone != "ok" else 0)
    shown = read(page)
    assert f'<span class="tag tag--{state.tone}" id="{card["id"]}-tag">{card["tag"]}' in shown
    says = (card.get("capability") or {}).get("text", CANNOT)
    assert (CANNOT in says) == (state.tone != "ok" or state.card == PHONE)


def test_the_admin_tab_shows_the_same_state_and_leads_to_the_same_pages(client, signer, state):
    settings, devices = client.get(SETTINGS), client.get(DEVICES)

    assert devices.status_code == 200
    for action in settings.context["cards"][state.card]["actions"]:
        assert client.get(action["url"]).status_code in {200, 302}


def test_the_one_next_step_is_a_link_in_every_state(client, signer, state):
    panel = client.get(SETTINGS).context["readiness"]

    assert panel["action"]["label"]
    assert client.get(panel["action"]["url"]).status_code in {200, 302}
    assert [check["label"] for check in panel["checks"]] == [
        "EPCS PIN",
        "Hardware Token",
        "Mobile ID (Authy)",
        "Backup phone",
    ]
    assert client.get("/epcs/").status_code == 200
    assert client.get("/queue/").status_code == 200


def test_there_are_all_the_states_and_one_page_shows_them(db, tmp_path):
    sheet = tmp_path / "card-states.html"

    card_states.write(sheet)

    assert len(STATES) >= 27
    assert sheet.read_text().count('<section class="card"') == len(STATES)
