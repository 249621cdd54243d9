"""The real client against the stand-in for Stripe: it refuses what Stripe refuses."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
import stripe

from tests.billing.stand_in import KEY, SECRET

A_SESSION = {
    "mode": "payment",
    "line_items": [
        {
            "quantity": 2,
            "price_data": {
                "currency": "usd",
                "unit_amount": 1750,
                "product_data": {"name": "Hard token"},
            },
        }
    ],
    "customer_email": "sam@example.org",
    "metadata": {"order": "1"},
    "payment_intent_data": {"metadata": {"order": "1"}, "description": "Hard token"},
    "success_url": "https://portal.example.org/paid/",
}
CREATE = "POST /v1/checkout/sessions"


@pytest.fixture
def stand_in(stripe_stand_in, monkeypatch):
    monkeypatch.setattr(stripe, "enable_telemetry", False)  # it would write to the home directory
    stripe_stand_in.begin("")
    return stripe_stand_in


@pytest.fixture
def client(stand_in):
    return _client(stand_in)


def _client(stand_in, *, key=KEY, retries=0, timeout=5.0):
    http = stripe.RequestsClient(timeout=timeout)
    address = {"api": stand_in.address}
    return stripe.StripeClient(
        key, base_addresses=address, http_client=http, max_network_retries=retries
    )


def opened(client, key=None, **changed):
    options = {"idempotency_key": key} if key else {}
    return client.v1.checkout.sessions.create(A_SESSION | changed, options)


@pytest.mark.parametrize(
    ("changed", "param", "code"),
    [
        ({"nonsense": "1"}, "nonsense", "parameter_unknown"),
        ({"payment_intent_data": {"note": "1"}}, "payment_intent_data[note]", "parameter_unknown"),
        ({"line_items": []}, "line_items", "parameter_missing"),
        ({"success_url": None}, "success_url", "parameter_missing"),
        (
            {"payment_intent_data": {"shipping": {"name": "Sam"}}},
            "payment_intent_data[shipping][address]",
            "parameter_missing",
        ),
        ({"expires_at": "soon"}, "expires_at", "parameter_invalid_integer"),
        ({"client_reference_id": ""}, "client_reference_id", "parameter_invalid_empty"),
        ({"ui_mode": "hosted"}, "ui_mode", None),
        ({"metadata": {"order": "1" * 501}}, "metadata", None),
        ({"customer_email": "sam"}, "customer_email", "email_invalid"),
        ({"expand": ["amount_total"]}, "expand", None),
    ],
)
def test_a_parameter_that_stripe_does_not_take_is_refused_and_makes_nothing(
    stand_in, client, changed, param, code
):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        opened(client, **changed)

    assert (refused.value.http_status, refused.value.param) == (400, param)
    assert refused.value.code == code
    assert stand_in.sessions() == []


def test_a_session_lives_between_half_an_hour_and_a_day(client):
    now = int(time.time())

    for seconds in (29 * 60, 25 * 60 * 60):
        with pytest.raises(stripe.InvalidRequestError, match="must be"):
            opened(client, expires_at=now + seconds)
    assert opened(client, expires_at=now + 31 * 60).expires_at == now + 31 * 60


def test_a_session_has_every_field_that_the_library_declares(stand_in, client):
    session = opened(client)

    declared = set(stripe.checkout.Session.__annotations__) - {"OBJECT_NAME"}
    assert set(session.to_dict()) == declared
    assert (session.amount_total, session.payment_intent) == (3500, None)
    [asked] = stand_in.requests(CREATE)
    assert asked["params"]["line_items"][0]["price_data"]["unit_amount"] == "1750"
    assert (asked["version"], asked["status"]) == (stripe.api_version, 200)


def test_a_key_is_answered_once_and_for_all(stand_in, client):
    first = opened(client, key="order-1")
    again = opened(client, key="order-1")

    assert again.id == first.id
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.last_response.headers
    assert [each["replayed"] for each in stand_in.requests()] == [False, True]
    with pytest.raises(stripe.IdempotencyError):
        opened(client, key="order-1", metadata={"order": "2"})
    assert len(stand_in.sessions()) == 1


def test_a_key_is_not_spent_on_what_was_refused_at_the_door(client):
    with pytest.raises(stripe.InvalidRequestError):
        opened(client, key="order-1", nonsense="1")

    assert opened(client, key="order-1").status == "open"


def test_a_key_that_is_in_use_is_a_conflict(stand_in):
    stand_in.latency(0.5)
    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(opened, _client(stand_in), key="order-1") for _each in range(2)]

    [error] = [each.exception() for each in both if each.exception()]
    assert (error.http_status, error.error.code) == (409, "idempotency_key_in_use")
    assert len(stand_in.sessions()) == 1


def test_a_declined_card_leaves_the_session_open_for_another(stand_in, client):
    session = opened(client)

    declined = stand_in.decline(session.id)
    kinds = [each["type"] for each in stand_in.events()]
    paid = stand_in.pay(session.id)

    assert kinds == ["charge.failed", "payment_intent.payment_failed"]
    assert declined["session"]["status"] == "open"
    assert declined["payment_intent"]["last_payment_error"]["code"] == "card_declined"
    assert paid["payment_intent"]["id"] == declined["payment_intent"]["id"]
    assert (
        paid["session"] | {"status": "complete", "payment_status": "paid", "url": None}
        == (paid["session"])
    )


def test_an_error_of_a_card_or_of_the_server_is_saved_under_the_key(stand_in, client):
    for fault, error in (("402", stripe.CardError), ("500", stripe.APIError)):
        stand_in.fault(fault, endpoint=CREATE)
        for _time in range(2):
            with pytest.raises(error) as refused:
                opened(client, key=f"after-{fault}")
            assert refused.value.http_status == int(fault)

    assert stand_in.sessions() == []


def test_a_request_that_was_not_taken_may_be_sent_again(stand_in, client):
    for fault, error in (("429", stripe.RateLimitError), ("drop", stripe.APIConnectionError)):
        stand_in.fault(fault, times=1)
        with pytest.raises(error):
            opened(client, key="order-1")

    assert stand_in.sessions() == []
    assert opened(client, key="order-1").status == "open"


@pytest.mark.parametrize(("fault", "made"), [("timeout_before", 0), ("timeout_after", 1)])
def test_a_client_that_gave_up_finds_with_its_key_what_became_of_it(stand_in, fault, made):
    client = _client(stand_in, timeout=0.5)
    stand_in.fault(fault)

    with pytest.raises(stripe.APIConnectionError):
        opened(client, key="order-1")

    assert len(stand_in.sessions()) == made
    assert opened(client, key="order-1").id == stand_in.sessions()[0]["id"]
    assert len(stand_in.sessions()) == 1


def test_the_library_itself_finds_what_was_made_before_the_connection_broke(stand_in):
    stand_in.fault("drop_after")

    opened(_client(stand_in, retries=1))

    assert len(stand_in.sessions()) == 1
    assert [each["status"] for each in stand_in.requests()] == [0, 200]


def test_another_key_of_the_api_is_not_let_in(stand_in):
    with pytest.raises(stripe.AuthenticationError) as refused:
        opened(_client(stand_in, key="sk_test_other"))

    assert refused.value.http_status == 401


def test_ids_are_expanded_where_that_is_asked_for(stand_in, client):
    session = stand_in.pay(opened(client).id)["session"]
    sessions = client.v1.checkout.sessions

    plain = sessions.retrieve(session["id"])
    whole = sessions.retrieve(session["id"], {"expand": ["payment_intent.latest_charge"]})

    intent = whole.payment_intent
    assert plain.payment_intent == intent.id == session["payment_intent"]
    assert intent.latest_charge.payment_method_details.card.last4 == "4242"
    assert intent.metadata["order"] == intent.latest_charge.metadata["order"] == "1"
    assert whole.customer_details.email == "sam@example.org"


def test_a_session_is_found_by_its_payment(stand_in, client):
    paid, _other = (stand_in.pay(opened(client).id) for _each in range(2))
    sought = {"payment_intent": paid["payment_intent"]["id"]}
    expand = {"expand": ["data.payment_intent.latest_charge"]}

    [found] = client.v1.checkout.sessions.list(sought | expand).data

    assert found.id == paid["session"]["id"]
    assert found.payment_intent.latest_charge.amount == 3500
    with pytest.raises(stripe.InvalidRequestError, match="No such payment_intent"):
        client.v1.checkout.sessions.list({"payment_intent": "pi_unknown"})


def test_what_is_refunded_once_is_not_refunded_again_unless_that_failed(stand_in, client):
    intent = stand_in.pay(opened(client).id)["payment_intent"]["id"]
    refund = client.v1.refunds.create({"payment_intent": intent, "amount": 500})
    client.v1.refunds.create({"payment_intent": intent})

    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"payment_intent": intent})
    stand_in.fail_refund(refund.id)

    assert refused.value.code == "charge_already_refunded"
    assert client.v1.refunds.retrieve(refund.id).status == "failed"
    assert client.v1.refunds.create({"payment_intent": intent}).amount == 500


def test_who_disputes_is_paid_back_by_the_bank_alone(stand_in, client):
    intent = stand_in.pay(opened(client).id)["payment_intent"]["id"]
    stand_in.dispute(intent)

    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"payment_intent": intent})
    stand_in.close_dispute(intent, "lost")

    assert refused.value.code == "charge_disputed"
    [dispute] = client.v1.disputes.list({"payment_intent": intent}).data
    assert (dispute.status, dispute.amount) == ("lost", 3500)
    assert len(stand_in.events("charge.dispute.closed")) == 1


@pytest.mark.parametrize("succeeded", [True, False])
def test_a_bank_settles_a_delayed_payment_later(stand_in, client, succeeded):
    session = opened(client)
    waiting = stand_in.pay(session.id, delayed=True)["session"]
    settled = stand_in.settle(session.id, succeeded=succeeded)["session"]

    how = "succeeded" if succeeded else "failed"
    assert (waiting["status"], waiting["payment_status"]) == ("complete", "unpaid")
    assert settled["payment_status"] == ("paid" if succeeded else "unpaid")
    [completed] = stand_in.events("checkout.session.completed")
    assert completed["data"]["object"]["payment_status"] == "unpaid"
    assert len(stand_in.events(f"checkout.session.async_payment_{how}")) == 1


def test_what_is_expired_is_neither_paid_nor_expired_again(stand_in, client):
    session = client.v1.checkout.sessions.expire(opened(client).id)

    with pytest.raises(stripe.InvalidRequestError):
        client.v1.checkout.sessions.expire(session.id)

    assert (session.status, session.url) == ("expired", None)
    [event] = stand_in.events()
    assert event["type"] == "checkout.session.expired"


@contextmanager
def listening() -> Iterator[tuple[str, list]]:
    """Take what is sent as webhooks, in place of the portal."""
    heard = []

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.append((self.path, body, self.headers["Stripe-Signature"]))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Door) as server:
        Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", heard
        server.shutdown()


def test_an_event_is_delivered_with_stripes_own_signature(stand_in, client):
    with listening() as (address, heard):
        stand_in.begin(address)
        stand_in.pay(opened(client).id)
        [event] = stand_in.events("checkout.session.completed")
        assert stand_in.deliver(event, times=2) == [200, 200]
        assert stand_in.deliver(event, parallel=3) == [200, 200, 200]

    assert len(heard) == 5
    path, body, signature = heard[0]
    told = stripe.Webhook.construct_event(body, signature, SECRET)
    assert path == "/webhooks/stripe/"
    assert (told.id, told.type) == (event["id"], "checkout.session.completed")
    assert json.loads(body) == event


@pytest.mark.parametrize(
    "how", [{"at": -301}, {"secret": "whsec_other"}, {"body": "{}"}, {"signature": ""}]
)
def test_a_delivery_that_is_old_or_forged_does_not_verify(stand_in, client, how):
    with listening() as (address, heard):
        stand_in.begin(address)
        stand_in.expire(opened(client).id)
        assert stand_in.deliver(stand_in.events()[0], **how) == [200]

    [(_path, body, signature)] = heard
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(body, signature, SECRET)
