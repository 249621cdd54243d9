from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.test import Client

from accounts.models import User
from tests.submissions import pages


@pytest.fixture
def workshop(settings) -> Iterator[pages.Workshop]:
    settings.ROOT_URLCONF = "tests.submissions.pages"
    yield pages.workshop
    pages.workshop.reset()


@pytest.fixture
def sam(db) -> User:
    return User.objects.create_user("snguyen")


@pytest.fixture
def browser(sam, workshop) -> Client:
    client = Client()
    client.force_login(sam)
    return client


def key_on(client: Client, page: str = "/form/") -> str:
    """Open the page and read the form key from it, as a browser would."""
    found = re.search(r'name="form_key" value="([^"]+)"', client.get(page).text)
    assert found is not None
    return found[1]
