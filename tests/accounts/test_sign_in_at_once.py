"""Twenty people with one username at the same moment, on a database that really commits."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import SignInFailures
from epcs_portal.audit.events import Event
from epcs_portal.audit.models import AuditEvent
from tests import factories
from tests.accounts.signing_in import DELAYED, REFUSED, sign_in
from tests.at_once import at_once

pytestmark = pytest.mark.usefixtures("cloned_db")


def test_of_twenty_wrong_passwords_three_are_checked():
    factories.a_prescriber("snguyen")

    answers = at_once(20, lambda: sign_in(Client(), password="wrong").text)

    assert sum(REFUSED in answer for answer in answers) == 3
    assert sum(DELAYED in answer for answer in answers) == 17
    assert AuditEvent.objects.filter(event=Event.SIGN_IN_REFUSED).count() == 3
    assert AuditEvent.objects.filter(event=Event.SIGN_IN_DELAYED).count() == 1
    assert set(SignInFailures.objects.values_list("failures", flat=True)) == {3}


def test_twenty_names_from_one_network_share_its_budget(settings):
    settings.SIGN_IN_NETWORK_FREE_ATTEMPTS = 10
    names = [f"name{number}" for number in range(20)]

    answers = at_once(20, lambda: sign_in(Client(), names.pop(), "wrong").text)

    assert sum(REFUSED in answer for answer in answers) == 10
    assert sum(DELAYED in answer for answer in answers) == 10


def test_people_of_one_practice_sign_in_side_by_side():
    practice = factories.a_practice()
    names = [factories.a_prescriber(practice=practice).username for _ in range(12)]

    answers = at_once(12, lambda: sign_in(Client(), names.pop()))

    assert {answer.status_code for answer in answers} == {302}
    assert AuditEvent.objects.filter(event=Event.SIGN_IN_SUCCEEDED).count() == 12
    assert set(SignInFailures.objects.values_list("failures", flat=True)) == {0}
