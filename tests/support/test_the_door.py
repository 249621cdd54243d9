"""The support site opens for an agent whose own token was shown in this session, to nobody else."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.pages import submit

pytestmark = pytest.mark.django_db
SITE = "/staff/"
PEOPLE = "/staff/accounts/user/"


def opens(client: Client, page: str = SITE) -> bool:
    return client.get(page).status_code == 200


def test_a_token_opens_it_and_leads_back_to_where_the_agent_was(client, agent, agents_fob):
    client.force_login(agent)
    asked = client.get(PEOPLE)

    answered = submit(client, asked.url.replace("verify/", "verify/token/"), otp=agents_fob.press())

    assert asked.url == "/epcs/verify/?for=support&next=%2Fstaff%2Faccounts%2Fuser%2F"
    assert answered.url.startswith(PEOPLE)
    assert opens(client, PEOPLE)
    assert client.session["otp_device_id"].startswith("tokens.hardtoken/")
