"""Whatever state a card is in, there is one next step; and one page shows all of them."""

from __future__ import annotations

import pytest

from tests import factories
from tests.tokens.card_states import STATES, TITLES, make, write

SETTINGS = "/settings/epcs/"


@pytest.fixture
def signer(client, db):
    user = factories.a_signer()
    client.force_login(user)
    return user


@pytest.mark.parametrize(("card", "state"), STATES, ids=lambda value: str(value).replace(" ", "-"))
def test_the_one_next_step_is_a_link_in_every_state(client, signer, card, state):
    make(signer, card, state)

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


def test_one_page_shows_all_the_states(db, tmp_path):
    sheet = tmp_path / "card-states.html"

    write(sheet)

    page = sheet.read_text()
    assert len(STATES) >= 27
    assert page.count('<section class="card"') == len(STATES)
    assert all(title in page for title in TITLES)
    assert "Code not entered" in page
