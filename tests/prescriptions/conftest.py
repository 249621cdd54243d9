from __future__ import annotations

import pytest

from accounts.models import User
from prescriptions.models import Patient
from tests import factories
from tests.prescriptions.signing import Desk, a_desk


@pytest.fixture
def desk(db, client) -> Desk:
    return a_desk(client)


@pytest.fixture
def signer(client, db) -> User:
    """A prescriber at work, with everything they need to sign but a token."""
    user = factories.a_signer()
    client.force_login(user)
    return user


@pytest.fixture
def patient(signer) -> Patient:
    return factories.a_patient(signer.practice)
