"""A practice with Dana, who administers it and manages access, and Sam, who signs there."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import Membership, User
from tests import factories


@pytest.fixture
def practice(db):
    return factories.a_practice("Lakeside Pediatrics")


@pytest.fixture
def sam(practice) -> User:
    """Sam Nguyen, who may sign, with a hard token."""
    signer = factories.a_signer("snguyen", practice=practice)
    factories.a_hard_token(signer, "GALH12345678")
    return signer


@pytest.fixture
def dana(practice) -> User:
    """eRx administrator and designated individual."""
    person = factories.a_person(
        "dwhitfield", practice=practice, first_name="Dana", last_name="Whitfield"
    )
    Membership.objects.filter(user=person).update(is_erx_administrator=True)
    return factories.designated(person)


@pytest.fixture
def browser_of() -> Callable[[User], Client]:
    def signed_in(person: User) -> Client:
        browser = Client()
        browser.force_login(person)
        browser.get("/session/")  # which starts the clocks of this session
        return browser

    return signed_in


@pytest.fixture
def at_danas(dana, browser_of) -> Client:
    return browser_of(dana)
