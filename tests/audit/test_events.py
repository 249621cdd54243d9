from __future__ import annotations

import re

import pytest

from epcs_portal.audit.event_classes import EventClass
from epcs_portal.audit.events import Event
from epcs_portal.audit.words import WORDS


@pytest.mark.parametrize(
    ("event", "succeeded", "event_class"),
    [
        (Event.SIGN_IN_SUCCEEDED, True, None),
        (Event.SIGN_IN_REFUSED, False, EventClass.UNAUTHORIZED_ACCESS),
        (Event.OTP_REPLAYED, False, EventClass.UNAUTHORIZED_ACCESS),
        (Event.ACCESS_DENIED, False, EventClass.UNAUTHORIZED_ACCESS),
        (Event.ACCESS_CHANGE_EXECUTED, True, EventClass.ACCESS_CONTROL),
        (Event.SEEDS_IMPORTED, True, EventClass.PROVIDER_STAFF),
        (Event.TOKEN_RESYNCHRONIZED, True, None),
    ],
)
def test_an_event_carries_its_outcome_and_its_class(event, succeeded, event_class):
    assert (event.succeeded, event.event_class) == (succeeded, event_class)


def test_an_event_is_found_again_by_its_value():
    assert Event("token.resynchronized") is Event.TOKEN_RESYNCHRONIZED


def test_values_are_dotted_words_and_short_enough_for_their_column():
    for event in Event:
        assert re.fullmatch(r"[a-z_]+(\.[a-z_]+)?", event.value)
        assert len(event.value) <= 60


def test_people_have_words_for_every_event():
    assert set(WORDS) == set(Event)
