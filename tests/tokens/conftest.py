from __future__ import annotations

import pytest
from django.test import Client

from tests import factories
from tests.in_hand import FobInHand
from tests.pages import submit
from tests.tokens.reading import is_verified


@pytest.fixture
def granted(signed_in, prescriber) -> Client:
    """Sam, signed in, on the day his registration was completed."""
    factories.a_grant(prescriber)
    return signed_in


@pytest.fixture
def new_fob(db) -> FobInHand:
    return factories.a_fob_in_stock("GALH87654321")


@pytest.fixture
def verified(signed_in, fob) -> Client:
    """Sam, signed in, who has just shown that he holds his token."""
    submit(signed_in, "/epcs/verify/token/", otp=fob.press())
    assert is_verified(signed_in)
    return signed_in
