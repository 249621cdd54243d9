"""Somebody altered a sealed seed in the database. The attempt counts, the trail says so."""

from __future__ import annotations

import pytest
from django.urls import reverse

from epcs_portal.audit.models import AuditEvent
from tests import factories, pages
from tokens.models import BindingTries, SeedRecord


@pytest.fixture
def broken(token):
    SeedRecord.objects.update(sealed=b"altered by somebody, long enough")
    return token


def the_event() -> AuditEvent:
    return AuditEvent.objects.get(event="seed.unreadable")


@pytest.mark.parametrize("name", ["token_test", "token_resync"])
def test_the_person_is_told_and_the_trail_has_it(signed_in, broken, fob, name):
    page = reverse(name, args=[broken.pk])
    fields = {"otp": fob.press()} if name == "token_test" else fob.press_twice()

    answer = pages.submit(signed_in, page, **fields)

    assert answer.status_code == 200
    assert "We can&#x27;t read our record of this token" in answer.text
    assert the_event().event_class == 3


def test_it_counts_as_a_failure_and_the_fifth_locks(signed_in, broken, fob):
    page = reverse("token_test", args=[broken.pk])

    for _attempt in range(5):
        pages.submit(signed_in, page, otp=fob.press())

    broken.refresh_from_db()
    assert broken.failures == 5
    assert AuditEvent.objects.filter(event="token.locked").count() == 1


def test_in_stock_it_is_told_like_any_serial_that_does_not_fit(signed_in, prescriber):
    factories.a_grant(prescriber)
    fob = factories.a_fob_in_stock()
    SeedRecord.objects.update(sealed=b"altered by somebody, long enough")

    answer = pages.submit(signed_in, reverse("token_add"), serial=fob.serial, **fob.press_twice())

    assert "This serial number and these passwords don&#x27;t go together." in answer.text
    assert the_event().person == prescriber
    assert BindingTries.objects.get(user=prescriber).made == 1
