from __future__ import annotations

import datetime as dt
import hashlib
import uuid

import pytest

from epcs_portal.audit.chain import GENESIS, canonical, link

VERMONT = dt.timezone(dt.timedelta(hours=-5))


def test_the_canonical_text_is_this_one():
    fields = {
        "subject": "hard token GALH12345678",
        "occurred_at": dt.datetime(2026, 3, 11, 3, 52, 31, tzinfo=VERMONT),
        "actor_text": "José Núñez",
        "id": uuid.UUID(int=7),
        "event_class": None,
        "succeeded": True,
        "facts": {"skipped": 3, "method": "hard-token"},
    }

    text = canonical(fields)

    assert text == (
        '{"actor_text":"Jos\\u00e9 N\\u00fa\\u00f1ez","event_class":null,'
        '"facts":{"method":"hard-token","skipped":3},'
        '"id":"00000000-0000-0000-0000-000000000007",'
        '"occurred_at":"2026-03-11T08:52:31.000000+00:00",'
        '"subject":"hard token GALH12345678","succeeded":true,"v":1}'
    )


def test_the_order_of_the_fields_does_not_matter():
    assert canonical({"a": 1, "b": {"c": 2, "d": 3}}) == canonical({"b": {"d": 3, "c": 2}, "a": 1})


def test_no_field_passes_for_the_version():
    assert canonical({"v": 2}) == '{"v":1}'


@pytest.mark.parametrize(
    "value",
    [1.5, b"bytes", [1.5], dt.datetime(2026, 1, 1), dt.date(2026, 1, 1)],  # noqa: DTZ001
)
def test_what_has_no_single_spelling_is_refused(value):
    with pytest.raises((TypeError, ValueError)):
        canonical({"field": value})


def test_a_link_can_be_computed_with_the_standard_library_alone():
    text = canonical({"sequence": 1})

    assert link(GENESIS, text) == hashlib.sha256(b"0" * 64 + b'\n{"sequence":1,"v":1}').hexdigest()


def test_a_link_depends_on_the_text_and_on_the_link_before():
    links = {link(GENESIS, "a"), link(GENESIS, "b"), link("1" * 64, "a")}

    assert len(links) == 3
