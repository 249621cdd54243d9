"""Another person's token does not exist, and asking for it is on the trail."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.urls import reverse

from epcs_portal.audit.models import AuditEvent
from tests import factories

pytestmark = pytest.mark.parametrize("name", ["token_test", "token_resync"])


@pytest.mark.parametrize("method", ["get", "post"])
def test_it_is_not_found_and_the_attempt_is_recorded(signed_in, prescriber, name, method):
    theirs, _fob = factories.a_hard_token(factories.a_prescriber())

    answer = getattr(signed_in, method)(reverse(name, args=[theirs.pk]))

    assert answer.status_code == 404
    event = AuditEvent.objects.get(event="access.denied")
    assert event.person == prescriber
    assert theirs.serial not in event.text


def test_a_token_that_never_was_is_not_found_either(signed_in, name):
    answer = signed_in.get(reverse(name, args=[uuid4()]))

    assert answer.status_code == 404
    assert not AuditEvent.objects.filter(event="access.denied").exists()
