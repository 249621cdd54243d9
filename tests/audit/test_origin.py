from __future__ import annotations

import re

import pytest
from django.http import HttpResponse

from epcs_portal.audit import origin
from epcs_portal.audit.events import Event
from epcs_portal.audit.models import AuditEvent
from epcs_portal.audit.origin import Origin, OriginMiddleware, client_address
from epcs_portal.audit.trail import audited_transaction
from tests.audit.conftest import NOW


def test_every_answer_names_its_request(rf):
    seen = []

    def view(request):
        seen.append(origin.current())
        return HttpResponse()

    first, second = (OriginMiddleware(view)(rf.get("/")) for _ in range(2))

    assert seen[0] == Origin("127.0.0.1", first["X-Request-ID"])
    assert re.fullmatch("[0-9a-f]{32}", first["X-Request-ID"])
    assert first["X-Request-ID"] != second["X-Request-ID"]
    assert origin.current() == Origin()


def test_an_id_sent_by_the_client_is_not_ours(rf):
    request = rf.get("/", headers={"X-Request-ID": "theirs"})

    assert OriginMiddleware(lambda _: HttpResponse())(request)["X-Request-ID"] != "theirs"


@pytest.mark.parametrize(
    ("told", "address"),
    [
        ("198.51.100.24", "198.51.100.24"),
        ("203.0.113.9, 198.51.100.24", "198.51.100.24"),
        ("2001:DB8::0:1", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("", "127.0.0.1"),
        ("unknown", "127.0.0.1"),
        ("198.51.100.24\r\nforged: line", "127.0.0.1"),
    ],
)
def test_the_address_is_what_our_proxy_says(rf, settings, told, address):
    settings.CLIENT_ADDRESS_HEADER = "X-Real-IP"

    assert client_address(rf.get("/", HTTP_X_REAL_IP=told)) == address


def test_without_a_proxy_no_header_is_believed(rf, settings):
    settings.CLIENT_ADDRESS_HEADER = ""

    assert client_address(rf.get("/", HTTP_X_FORWARDED_FOR="198.51.100.24")) == "127.0.0.1"


@pytest.mark.django_db
def test_a_refused_attempt_stays_on_the_trail_when_the_view_raises(rf):
    def view(request):
        with audited_transaction() as trail:
            trail.record(Event.ACCESS_DENIED, at=NOW, subject="page")
        raise PermissionError

    with pytest.raises(PermissionError):
        OriginMiddleware(view)(rf.get("/"))

    event = AuditEvent.objects.get()
    assert (event.event, event.actor_text) == ("access.denied", "not signed in")
    assert (event.address, len(event.request_id)) == ("127.0.0.1", 32)
    assert origin.current() == Origin()
