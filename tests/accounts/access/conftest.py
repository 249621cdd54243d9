from __future__ import annotations

import pytest

from tests.accounts.access.practice import PracticeAtWork, a_practice_at_work


@pytest.fixture
def at_work(db) -> PracticeAtWork:
    return a_practice_at_work()
