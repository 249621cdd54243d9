"""Every address names who may enter. Each kind of person knocks at all of them, by GET and POST."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessChange, DeaRegistration, Hold, User
from billing.models import TokenOrder
from epcs_portal.access import Who
from epcs_portal.audit.models import AuditEvent
from tests import factories
from tests.architecture.doors import MAY, Door, doors, may, people
from tests.support.rows_of_every_kind import a_full_practice
from tests.tokens.phones import a_backup_phone
from tokens.models import (
    ApprovalRequest,
    BackupPhone,
    CompromiseReport,
    HardToken,
    MobileIdSetup,
    OutOfBandCode,
    SoftToken,
)

DOORS = doors()
CLOSED = [door for door in DOORS if door.who in MAY]
OPEN = {
    *("healthz", "sign_in", "sign_out", "session", "support", "not_me", "revoked"),
    *("mobile_page", "mobile_worker", "mobile_manifest"),
}
SIGNED_BY_A_PHONE = {"phone_pair", "phone_nonce", "phone_requests", "phone_answer"}
SIGNED_BY_A_PHONE |= {"phone_subscription", "phone_leave"}
SIGNED_BY_A_VENDOR = {"twilio_status": 403, "twilio_call": 403, "stripe_webhook": 400}
METHODS = ("get", "post")
BEGINNINGS = {"/epcs/mobile-id/add/", "/epcs/phones/add/"}


def named(who: Who) -> set[str]:
    return {door.name for door in DOORS if door.who is who}


def test_every_address_names_who_may_enter():
    assert [door.name for door in DOORS if door.who is None] == []
    assert named(Who.ANYBODY) == OPEN
    assert named(Who.PAIRED_PHONE) == SIGNED_BY_A_PHONE
    assert named(Who.VENDOR) == set(SIGNED_BY_A_VENDOR)
    assert len(CLOSED) > 60


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted({*SIGNED_BY_A_VENDOR, *SIGNED_BY_A_PHONE}))
def test_what_is_signed_is_closed_to_who_did_not_sign(client, name):
    page = next(door for door in DOORS if door.name == name).address()
    refused = SIGNED_BY_A_VENDOR.get(name, 400)

    assert client.post(page, {"MessageStatus": "delivered"}).status_code == refused
    assert client.get(page).status_code == 405


@pytest.mark.django_db
def test_nobody_who_is_not_signed_in_enters(client):
    for door in CLOSED:
        for method in METHODS:
            answer = getattr(client, method)(door.address())

            assert answer.status_code == 302, door
            assert answer.url.startswith(reverse("sign_in")), door


@pytest.mark.django_db
@pytest.mark.parametrize(
    "kind",
    [
        *("nurse", "prescriber", "designated", "designated prescriber"),
        *("administrator", "agent", "superuser"),
    ],
)
def test_each_kind_of_person_enters_where_the_view_says_and_nowhere_else(client, kind):
    person, refused = people()[kind], 0
    client.force_login(person)

    for door in CLOSED:
        for method in METHODS:
            answer = getattr(client, method)(door.address())

            if may(kind, door, method):
                assert answer.status_code in {200, 302, 400, 404, 405}, (door, method)
            else:
                assert answer.status_code == 403, (door, method)
                refused += 1

    events = AuditEvent.objects.filter(event="access.denied", person=person)
    assert events.count() == refused > 0
    assert set(events.values_list("event_class", flat=True)) == {1}


def a_request(person: User, at: datetime) -> ApprovalRequest:
    times = {"asked_at": at, "expires_at": at}
    return ApprovalRequest.objects.create(user=person, purpose="sign", number="47", **times)


def rows_of(agent: User) -> dict[str, object]:
    """A row of each kind that an address can name, all of one prescriber of another practice."""
    person, _secrets = a_full_practice(agent)
    at = timezone.now()
    phone = a_backup_phone(person, "+18025550133", status="pending", confirmed_at=None)
    code = OutOfBandCode(phone=phone, purpose="confirm", channel="text", digest="0" * 64)
    code.sent_at, code.expires_at = at, at
    code.save()
    change = factories.an_access_change(person, entered_by=agent, at=at)
    return {
        "person": person,
        "person_id": person.pk,
        "token_id": HardToken.objects.get(user=person).pk,
        "mobile": SoftToken.objects.get(user=person).pk,
        "phone_id": BackupPhone.objects.filter(user=person, status="active").first().pk,
        "code_id": code.pk,
        "setup_id": MobileIdSetup.objects.filter(user=person).first().pk,
        "request_id": a_request(person, at).pk,
        "report_id": CompromiseReport.objects.filter(user=person).first().pk,
        "hold_id": Hold.objects.get(user=person).pk,
        "change_id": change.uuid,
        "registration_id": person.prescriber.dea_registrations.get().pk,
        "order_id": TokenOrder.objects.filter(user=person).first().pk,
        "reference": person.prescriber.prescriptions.first().reference,
    }


@pytest.mark.django_db
def test_no_row_of_another_practice_is_there_for_whoever_has_every_role():
    agent = factories.a_person(is_staff=True)
    foreign = rows_of(agent)
    person = people()["designated prescriber"]
    person.membership.is_erx_administrator = True
    person.membership.save()
    client = Client()
    client.force_login(person)
    rows = {name: value for name, value in foreign.items() if name != "person"}
    kinds = (HardToken, SoftToken, BackupPhone, AccessChange, DeaRegistration, Hold, TokenOrder)
    before = [list(each.objects.values()) for each in kinds]

    knocked = 0
    for door in CLOSED:
        if door.who is Who.AGENT or not door.asked:
            continue
        for method in METHODS:
            answer = getattr(client, method)(foreign_address(door, rows))

            # A set-up that is not there leads to where the own one begins.
            begins = getattr(answer, "url", "") in BEGINNINGS
            assert answer.status_code in {404, 405} or begins, (door, method, answer)
            knocked += 1

    assert knocked > 40
    assert [list(each.objects.values()) for each in kinds] == before


def foreign_address(door: Door, rows: dict[str, object]) -> str:
    is_mobile = door.name.startswith("mobile")
    return door.address(**rows | ({"token_id": rows["mobile"]} if is_mobile else {}))
