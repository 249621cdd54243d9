from __future__ import annotations

import pytest
from django.utils import timezone

from accounts.models import User
from epcs_portal.demo import seed


@pytest.fixture
def demo(db):
    """The demo as it stands after its first start."""
    seed.fill(at=timezone.now())


@pytest.fixture
def maria(demo):
    return User.objects.get(username="mreyes")


@pytest.fixture
def sam(demo):
    return User.objects.get(username="snguyen")


@pytest.fixture
def dana(demo):
    return User.objects.get(username="dwhitfield")
