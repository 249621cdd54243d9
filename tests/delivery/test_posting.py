"""A message belongs to the transaction that calls for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.utils import timezone

from epcs_portal.delivery import postbox
from epcs_portal.delivery.models import Message
from tests.brokers import sending_to
from tests.delivery.posting import NUMBER, Channel, posted


def test_outside_a_transaction_nothing_is_posted(sam):
    now = timezone.now()

    with pytest.raises(RuntimeError, match="by the transaction"):
        postbox.post(Channel.TEXT, to=NUMBER, text="", person=sam, at=now, expires_at=now)


def test_it_leaves_with_the_transaction_or_not_at_all(sam):
    with transaction.atomic():
        posted(sam)
        transaction.set_rollback(True)

    assert not Message.objects.exists()


def test_without_a_broker_it_is_posted_and_the_next_does_not_ask_again(sam, caplog, broker_away):
    posted(sam)
    posted(sam)

    assert Message.objects.filter(state="queued").count() == 2
    assert caplog.text.count("The broker does not answer") == 1


@pytest.fixture
def broker_away() -> Iterator[None]:
    """A Redis at a port where nobody listens."""
    with sending_to("redis://127.0.0.1:1/0"):
        yield
