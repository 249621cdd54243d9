"""The things Stripe keeps, as it sends them: every field that the installed library declares."""

from __future__ import annotations

import secrets
import string
import time
from copy import deepcopy
from typing import Any

import stripe

from tests.services.stripe_session_rules import LATEST, total_of

Thing = dict[str, Any]

RESOURCES: dict[str, Any] = {
    "checkout.session": stripe.checkout.Session,
    "payment_intent": stripe.PaymentIntent,
    "charge": stripe.Charge,
    "refund": stripe.Refund,
    "dispute": stripe.Dispute,
}
GOOD_CARD, DECLINED_CARD = "4242424242424242", "4000000000000002"
# Why a card does not pay: code, decline code, and the words. https://docs.stripe.com/testing
DECLINES = {
    DECLINED_CARD: ("card_declined", "generic_decline", "Your card was declined."),
    "4000000000009995": (
        "card_declined",
        "insufficient_funds",
        "Your card has insufficient funds.",
    ),
    "4000000000000069": ("expired_card", None, "Your card has expired."),
}
BANK_DEBIT = "us_bank_account"  # it pays days later
ALPHABET = string.ascii_letters + string.digits


def now() -> int:
    return int(time.time())


def new_id(prefix: str, length: int = 24) -> str:
    return prefix + "".join(secrets.choice(ALPHABET) for _each in range(length))


def new_thing(kind: str, name: str, **known: Any) -> Thing:
    """Return a thing with null for what is not known; it never has a field that Stripe has not."""
    declared = [field for field in RESOURCES[kind].__annotations__ if field != "OBJECT_NAME"]
    given = {"id": name, "object": kind, "created": now(), "metadata": {}, **known}
    if "livemode" in declared:
        given["livemode"] = False
    if strange := set(given) - set(declared):
        raise AssertionError(strange)
    return dict.fromkeys(declared) | given


def new_session(params: Thing, *, address: str) -> Thing:
    name, items = new_id("cs_test_", 58), params["line_items"]
    total = total_of(items)
    told = (
        "mode",
        "success_url",
        "cancel_url",
        "client_reference_id",
        "customer_email",
        "metadata",
    )
    return new_thing(
        "checkout.session",
        name,
        **{field: params[field] for field in told if field in params},
        status="open",
        payment_status="unpaid",
        ui_mode="hosted_page",
        url=f"{address}/c/pay/{name}",
        amount_subtotal=total,
        amount_total=total,
        currency=items[0]["price_data"]["currency"].lower(),
        total_details={"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        expires_at=params.get("expires_at", now() + LATEST),
        payment_method_types=["card"],
        payment_method_collection="if_required",
        customer_creation="if_required",
        automatic_tax={"enabled": False, "liability": None, "provider": None, "status": None},
        custom_fields=[],
        custom_text=dict.fromkeys(
            ("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")
        ),
        shipping_options=[],
    )


def new_intent(session: Thing, data: Thing) -> Thing:
    """The PaymentIntent of a session, with what the session was told to say on it."""
    name = new_id("pi_3")
    told = ("metadata", "receipt_email", "shipping", "description")
    return new_thing(
        "payment_intent",
        name,
        **{field: deepcopy(data[field]) for field in told if field in data},
        amount=session["amount_total"],
        amount_capturable=0,
        amount_received=0,
        currency=session["currency"],
        status="requires_payment_method",
        capture_method="automatic_async",
        confirmation_method="automatic",
        client_secret=new_id(f"{name}_secret_"),
        payment_method_types=["card"],
    )


def new_charge(intent: Thing, *, card: str, email: str) -> Thing:
    """An attempt to be paid, which begins as pending."""
    shared = ("amount", "currency", "metadata", "receipt_email", "shipping", "description")
    nobody = {"address": None, "name": None, "phone": None, "tax_id": None}
    return new_thing(
        "charge",
        new_id("ch_3"),
        **{field: deepcopy(intent[field]) for field in shared},
        amount_captured=0,
        amount_refunded=0,
        billing_details={"email": email, **nobody},
        captured=False,
        disputed=False,
        paid=False,
        refunded=False,
        status="pending",
        payment_intent=intent["id"],
        payment_method=new_id("pm_1"),
        payment_method_details=_method(card),
    )


def _method(card: str) -> Thing:
    if card == BANK_DEBIT:
        return {"type": card, card: {"bank_name": "STRIPE TEST BANK", "last4": "6789"}}
    shown = {"brand": "visa", "last4": card[-4:], "funding": "credit", "country": "US"}
    return {"type": "card", "card": {**shown, "exp_month": 12, "exp_year": 2034}}


def new_refund(charge: Thing, params: Thing, amount: int) -> Thing:
    return new_thing(
        "refund",
        new_id("re_3"),
        amount=amount,
        currency=charge["currency"],
        charge=charge["id"],
        payment_intent=charge["payment_intent"],
        reason=params.get("reason"),
        metadata=params.get("metadata", {}),
        status="succeeded",
        destination_details={"type": "card", "card": {"type": "refund"}},
    )


def new_dispute(charge: Thing) -> Thing:
    return new_thing(
        "dispute",
        new_id("du_1"),
        amount=charge["amount"],
        currency=charge["currency"],
        charge=charge["id"],
        payment_intent=charge["payment_intent"],
        reason="fraudulent",
        status="needs_response",
        is_charge_refundable=False,
        balance_transactions=[],
        enhanced_eligibility_types=[],
        evidence={},
        evidence_details={"due_by": now() + 7 * 24 * 60 * 60, "has_evidence": False},
    )


def new_event(kind: str, thing: Thing, cause: Thing) -> Thing:
    return {
        "id": new_id("evt_1"),
        "object": "event",
        "api_version": stripe.api_version,
        "created": now(),
        "data": {"object": deepcopy(thing)},
        "livemode": False,
        "pending_webhooks": 1,
        "request": cause,
        "type": kind,
    }
