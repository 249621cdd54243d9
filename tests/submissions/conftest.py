from __future__ import annotations

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
