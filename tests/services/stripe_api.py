"""Stripe's REST API as far as the portal uses it: who may ask what, and what is answered."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import RLock
from typing import Any

from stripe.params import (
    DisputeListParams,
    PaymentIntentRetrieveParams,
    RefundCreateParams,
    RefundRetrieveParams,
)
from stripe.params.checkout import (
    SessionCreateParams,
    SessionExpireParams,
    SessionListParams,
    SessionRetrieveParams,
)

from tests.services import stripe_faults as faults
from tests.services.stripe_keys import Answer, Keys
from tests.services.stripe_objects import Account
from tests.services.stripe_reading import check_expand, expanded, listed
from tests.services.stripe_records import Thing, new_id, now
from tests.services.stripe_refusals import Refused, wrong_key
from tests.services.stripe_reversals import refund
from tests.services.stripe_session_rules import check_session
from tests.services.stripe_shapes import checked, decode_form

SESSIONS = "/v1/checkout/sessions"


@dataclass(frozen=True, kw_only=True)
class Request:
    method: str
    path: str
    form: str  # of the query, or of the body
    authorization: str = ""
    idempotency_key: str | None = None
    version: str | None = None


@dataclass(frozen=True)
class Call:
    """A request that has the right shape: on which thing, with what, and what events say of it."""

    account: Account
    name: str
    params: Thing
    cause: Thing


@dataclass(frozen=True)
class Endpoint:
    shape: Any  # the library's type of its parameters
    shows: str
    carry_out: Callable[[Call], Thing]
    is_list: bool = False


ENDPOINTS = {
    f"POST {SESSIONS}": Endpoint(
        SessionCreateParams,
        "checkout.session",
        lambda call: call.account.create_session(call.params),
    ),
    f"GET {SESSIONS}": Endpoint(
        SessionListParams,
        "checkout.session",
        lambda call: listed(call.account, "checkout.session", call.params, SESSIONS),
        is_list=True,
    ),
    f"GET {SESSIONS}/{{id}}": Endpoint(
        SessionRetrieveParams,
        "checkout.session",
        lambda call: call.account.find("checkout.session", call.name),
    ),
    f"POST {SESSIONS}/{{id}}/expire": Endpoint(
        SessionExpireParams,
        "checkout.session",
        lambda call: call.account.expire_session(call.name, call.cause),
    ),
    "GET /v1/payment_intents/{id}": Endpoint(
        PaymentIntentRetrieveParams,
        "payment_intent",
        lambda call: call.account.find("payment_intent", call.name, "intent"),
    ),
    "POST /v1/refunds": Endpoint(
        RefundCreateParams,
        "refund",
        lambda call: refund(call.account, call.params, call.cause),
    ),
    "GET /v1/refunds/{id}": Endpoint(
        RefundRetrieveParams,
        "refund",
        lambda call: call.account.find("refund", call.name),
    ),
    "GET /v1/disputes": Endpoint(
        DisputeListParams,
        "dispute",
        lambda call: listed(call.account, "dispute", call.params, "/v1/disputes"),
        is_list=True,
    ),
}


class Api:
    """What one test sees of Stripe: nothing is left of it when the next one begins."""

    def __init__(self, *, address: str, key: str, portal: str) -> None:
        self.key, self.portal = key, portal
        self.account, self.lock = Account(address), RLock()
        self.keys, self.faults = Keys(), faults.Faults()
        self.latency = 0.0  # seconds in which a request is carried out, and its key is in use
        self.asked: list[Thing] = []

    def take(self, request: Request) -> Answer:
        """Answer a request, and note it. NoAnswer is raised where the client is to hear nothing."""
        noted: Thing = {
            "method": request.method,
            "path": request.path,
            "params": {},
            "idempotency_key": request.idempotency_key,
            "version": request.version,
            "status": 0,  # no answer so far
            "replayed": False,
        }
        self.asked.append(noted)
        try:
            noted["params"] = decode_form(request.form)
            answer = self._answered(request, noted["params"])
        except Refused as refusal:
            answer = _answer_of(refusal)
        noted["status"] = answer.status
        noted["replayed"] = "Idempotent-Replayed" in answer.headers
        return answer

    def _answered(self, request: Request, params: Thing) -> Answer:
        if request.authorization != f"Bearer {self.key}":
            raise wrong_key()
        endpoint, on = _endpoint_of(request)
        self.faults.strike(endpoint, faults.BEFORE)
        key = request.idempotency_key if request.method == "POST" else None
        if key and (first := self.keys.take(key, (request.path, params))):
            return Answer(
                status=first.status,
                body=first.body,
                headers=first.headers | {"Idempotent-Replayed": "true"},
            )
        is_saved = True
        try:
            time.sleep(self.latency)
            answer = self._carried_out(endpoint, on, params, key)
        except Refused as refusal:
            answer, is_saved = _answer_of(refusal), refusal.saved
        if key and is_saved:
            self.keys.save(key, answer)
        elif key:
            self.keys.let_go(key)
        if answer.status == 200:
            self.faults.strike(endpoint, faults.AFTER)
        return answer

    def _carried_out(self, name: str, on: str, asked: Thing, key: str | None) -> Answer:
        endpoint = ENDPOINTS[name]
        params = checked(asked, endpoint.shape)
        check_expand(endpoint.shows, params, is_list=endpoint.is_list)
        if endpoint.shape is SessionCreateParams:
            check_session(params, now=now())
        self.faults.strike(name, faults.DURING)
        cause: Thing = {"id": new_id("req_", 14), "idempotency_key": key}
        with self.lock:
            thing = endpoint.carry_out(Call(self.account, on, params, cause))
            shown = expanded(self.account, thing, params)
        body = json.dumps(shown, indent=2)
        return Answer(status=200, body=body, headers={"Request-Id": cause["id"]})


def _endpoint_of(request: Request) -> tuple[str, str]:
    for endpoint in ENDPOINTS:
        pattern = endpoint.replace("{id}", "([^/]+)")
        if found := re.fullmatch(pattern, f"{request.method} {request.path}"):
            return endpoint, "".join(found.groups())
    message = f"Unrecognized request URL ({request.method}: {request.path})."
    raise Refused(404, message, saved=False)


def _answer_of(refusal: Refused) -> Answer:
    body = json.dumps({"error": refusal.error}, indent=2)
    headers = {"Request-Id": new_id("req_", 14)}
    return Answer(status=refusal.status, body=body, headers=headers | refusal.headers)
