"""Web Push rings the phone that is asked: a doorbell, whose loss costs nothing."""

from __future__ import annotations

import logging
import secrets

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from epcs_portal.delivery import web_push_gateway
from epcs_portal.delivery.gateway import DeliveryFailed
from epcs_portal.delivery.problems import Problem
from epcs_portal.delivery.web_push_gateway import Subscription, SubscriptionRefused, checked
from tests.services import push_service
from tests.services.push_service import PushService, to_base64url
from tests.tokens.clock import minutes_pass
from tests.tokens.mobile_phone import PhoneInHand, a_mobile_id
from tests.tokens.reading import choose
from tokens import doorbell, tasks
from tokens.models import ApprovalRequest, PushSubscription

PAYLOAD = {"title": "EPCS Portal"}


@pytest.fixture
def service(settings):
    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    settings.WEB_PUSH_PRIVATE_KEY = to_base64url(number.to_bytes(32, "big"))
    settings.WEB_PUSH_CONTACT = "mailto:operations@portal.example.org"
    with push_service.running() as running:
        settings.WEB_PUSH_SERVICES = (running.url.removeprefix("http://"), "fcm.googleapis.com")
        yield running


@pytest.fixture
def phone(service, prescriber) -> PhoneInHand:
    phone = a_mobile_id(prescriber)
    keys = service.subscribe(web_push_gateway.public_key())
    assert phone.say("subscription", kind="subscribe", **keys).status_code == 200
    return phone


def subscription(service: PushService, key: str = "") -> Subscription:
    return checked(**service.subscribe(key or web_push_gateway.public_key()))


def ring(subscription: Subscription, seconds: int = 300) -> None:
    web_push_gateway.ring(subscription, PAYLOAD, topic="mobile-id", seconds=seconds)


def test_what_is_sent_is_signed_encrypted_and_says_how_long_it_is_of_use(service):
    ring(subscription(service))

    [arrived] = service.inbox
    assert arrived["payload"] == PAYLOAD
    assert (arrived["ttl"], arrived["urgency"], arrived["topic"]) == ("300", "high", "mobile-id")
    assert b"EPCS" not in service.wire[0]


def test_another_key_than_the_browser_subscribed_to_is_refused(service):
    with pytest.raises(DeliveryFailed) as failed:
        ring(subscription(service, key="another"))

    assert (failed.value.problem, failed.value.is_permanent) == (Problem.GATEWAY_REFUSED, True)


@pytest.mark.parametrize(
    ("status", "problem", "is_permanent"),
    [
        (404, Problem.SUBSCRIPTION_GONE, True),
        (410, Problem.SUBSCRIPTION_GONE, True),
        (429, Problem.BUSY, False),
        (500, Problem.UNREACHABLE, False),
        (400, Problem.GATEWAY_REFUSED, True),
        (307, Problem.GATEWAY_REFUSED, True),
    ],
)
def test_each_no_of_the_service_is_understood(service, status, problem, is_permanent):
    bell = subscription(service)
    service.answers_with = status

    with pytest.raises(DeliveryFailed) as failed:
        ring(bell)

    assert (failed.value.problem, failed.value.is_permanent) == (problem, is_permanent)
    assert service.inbox == []


def test_a_service_that_does_not_answer_is_tried_no_longer_than_the_time_out(service, settings):
    settings.GATEWAY_TIMEOUT_SECONDS = 0.2
    bell = subscription(service)
    hanging = Subscription(endpoint=f"{service.url}/hangs", p256dh=bell.p256dh, auth=bell.auth)

    with pytest.raises(DeliveryFailed) as failed:
        ring(hanging)

    assert failed.value.problem is Problem.UNREACHABLE


def test_nothing_of_an_endpoint_stands_in_a_text_or_a_log(service, caplog):
    bell, caplog.handler.level = subscription(service), logging.INFO
    service.answers_with = 500

    with pytest.raises(DeliveryFailed) as failed:
        ring(bell)

    said = f"{bell!r} {failed.value!r} {failed.value} {caplog.text}"
    assert bell.endpoint.rpartition("/")[2] not in said
    assert bell.auth not in said


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/x",
        "https://fcm.googleapis.com.evil.example/x",
        "https://evil.example/fcm.googleapis.com",
        "https://user@fcm.googleapis.com/x",
        "https://fcm.googleapis.com:8443/x",
        "https://fcm.googleapis.com:x/x",
        "https://fcm.googleapis.com\\@evil.example/x",
        "https://127.0.0.1/x",
        "https://[::1/x",
        "ftp://fcm.googleapis.com/x",
        "https://fcm.googleapis.com/é",
        "https://fcm.googleapis.com/" + "x" * 1000,
        "",
    ],
)
def test_an_endpoint_elsewhere_is_refused_before_it_is_asked(service, endpoint):
    good = service.subscribe(web_push_gateway.public_key())

    with pytest.raises(SubscriptionRefused):
        checked(**good | {"endpoint": endpoint})
    with pytest.raises(DeliveryFailed):
        ring(Subscription(**good | {"endpoint": endpoint}))


def test_the_services_of_browsers_are_known(service, settings):
    settings.WEB_PUSH_SERVICES = ("fcm.googleapis.com", ".push.apple.com")
    good = service.subscribe(web_push_gateway.public_key())

    for host in ("fcm.googleapis.com", "web.push.apple.com"):
        assert checked(**good | {"endpoint": f"https://{host}/x"}).endpoint
    with pytest.raises(SubscriptionRefused):
        checked(**good | {"endpoint": "https://evilpush.apple.com.example/x"})


@pytest.mark.parametrize(
    "keys",
    [
        {"auth": "x"},
        {"auth": to_base64url(b"short")},
        {"p256dh": "!"},
        {"p256dh": to_base64url(b"\x04" + bytes(64))},
        {"p256dh": to_base64url(b"\x02" + bytes(32))},
    ],
)
def test_keys_that_are_none_are_refused(service, keys):
    with pytest.raises(SubscriptionRefused):
        checked(**service.subscribe("x") | keys)


def test_without_a_key_push_is_off(settings):
    assert web_push_gateway.public_key() == ""


def test_a_request_rings_the_phone_and_tells_nothing(
    signed_in, phone, service, django_capture_on_commit_callbacks, monkeypatch
):
    sent = []
    monkeypatch.setattr(
        "celery.current_app.send_task", lambda name, **how: sent.append((name, how["kwargs"]))
    )
    with django_capture_on_commit_callbacks(execute=True):
        choose(signed_in, "/epcs/verify/", "push")
    [(name, arguments)] = [each for each in sent if each[0] == doorbell.RING]

    tasks.ring_doorbell(**arguments)

    [arrived] = service.inbox
    assert name == "tokens.tasks.ring_doorbell"
    assert arrived["payload"]["body"] == "A request is waiting. Open Mobile ID to answer it."
    assert ApprovalRequest.objects.get().number not in str(arrived["payload"])


def test_a_subscription_that_is_gone_is_dropped(signed_in, phone, service):
    choose(signed_in, "/epcs/verify/", "push")
    service.gone |= set(service.receivers)

    tasks.ring_doorbell(request_id=str(ApprovalRequest.objects.get().pk))

    assert not PushSubscription.objects.exists()
    tasks.ring_doorbell(request_id=str(ApprovalRequest.objects.get().pk))


def test_a_service_that_is_down_drops_nothing(signed_in, phone, service):
    choose(signed_in, "/epcs/verify/", "push")
    service.answers_with = 503

    tasks.ring_doorbell(request_id=str(ApprovalRequest.objects.get().pk))

    assert PushSubscription.objects.exists()


def test_a_request_that_is_over_rings_nothing(signed_in, phone, service):
    choose(signed_in, "/epcs/verify/", "push")
    minutes_pass(ApprovalRequest.objects.get(), 5)

    tasks.ring_doorbell(request_id=str(ApprovalRequest.objects.get().pk))

    assert service.inbox == []


def test_a_subscription_that_does_not_open_is_dropped(signed_in, phone, service):
    choose(signed_in, "/epcs/verify/", "push")
    PushSubscription.objects.update(sealed=secrets.token_bytes(60))

    tasks.ring_doorbell(request_id=str(ApprovalRequest.objects.get().pk))

    assert not PushSubscription.objects.exists()


def test_the_newest_subscription_counts_and_can_be_taken_down(phone, service):
    keys = service.subscribe(web_push_gateway.public_key())
    phone.say("subscription", kind="subscribe", **keys)
    row = PushSubscription.objects.get()

    assert row.read()[0] == keys["endpoint"]
    assert keys["endpoint"].encode() not in bytes(row.sealed)
    assert phone.say("subscription", kind="unsubscribe").status_code == 200
    assert not PushSubscription.objects.exists()
    stale = phone.say("subscription", nonce="old", kind="unsubscribe")
    assert stale.json()["error"] == "nonce-stale"


def test_an_endpoint_elsewhere_is_not_kept(phone, service):
    keys = service.subscribe("x") | {"endpoint": "http://169.254.169.254/latest"}

    assert phone.say("subscription", kind="subscribe", **keys).status_code == 400


def test_unknown_requests_ring_nothing(db):
    tasks.ring_doorbell(request_id="00000000-0000-4000-8000-000000000000")
    assert not PushSubscription.objects.exists()
