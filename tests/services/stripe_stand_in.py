"""A stand-in for Stripe's REST API, as a process of its own: tests alone talk to it.

    python -m tests.services.stripe_stand_in --port 8090 --key sk_test_… --secret whsec_…

A request is refused as Stripe refuses it (stripe_shapes.py), its key is kept (stripe_keys.py), and
it goes wrong as a test wants it (stripe_faults.py). Under ``/control/`` a test reads what was asked
for, and plays everybody else: who pays, whose bank refuses, who refunds and disputes. Events wait
until a test delivers them, to the portal that ``/control/begin`` names.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import stripe

from tests.services import stripe_reversals as reversals
from tests.services.stripe_api import ENDPOINTS, Api, Request
from tests.services.stripe_faults import AFTER, BEFORE, DURING, NoAnswer
from tests.services.stripe_keys import Answer
from tests.services.stripe_objects import NOT_BY_A_REQUEST
from tests.services.stripe_refusals import Refused
from tests.services.stripe_webhooks import deliver

SILENCE = 60.0  # seconds


class StripeStandIn(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, options: argparse.Namespace) -> None:
        super().__init__(("127.0.0.1", options.port), _Door)
        self.options = options
        self.begin(portal="")

    def begin(self, *, portal: str) -> None:
        """Forget everything: another test begins, with a portal of its own."""
        address = f"http://127.0.0.1:{self.options.port}"
        self.api = Api(address=address, key=self.options.key, portal=portal)

    def control(self, what: str, wanted: dict[str, Any]) -> str:
        if what == "begin":
            self.begin(**wanted)
            return "{}"
        if what == "deliver":  # not under the lock: the portal asks back
            return json.dumps({"statuses": self._deliver(**wanted)})
        api, account = self.api, self.api.account
        actions: dict[str, Callable[..., Any]] = {
            "requests": lambda: api.asked,
            "sessions": lambda: list(reversed(account.all("checkout.session"))),
            "events": lambda: account.events,
            "fault": self._fault,
            "latency": self._latency,
            "pay": lambda session, **how: account.pay(session, **how),
            "settle": lambda session, **how: account.settle(session, **how),
            "expire": lambda session: account.expire_session(session, NOT_BY_A_REQUEST),
            "refund": lambda **of: reversals.refund(account, of),
            "fail_refund": lambda refund: reversals.fail_refund(account, refund),
            "dispute": lambda payment_intent: reversals.dispute(account, payment_intent),
            "close_dispute": lambda payment_intent, status: reversals.close_dispute(
                account, payment_intent, status
            ),
        }
        with api.lock:
            return json.dumps(actions[what](**wanted))

    def _deliver(self, event: str, **how: Any) -> list[int]:
        [sent] = [each for each in self.api.account.events if each["id"] == event]
        how.setdefault("secret", self.options.secret)
        return deliver(sent, self.api.portal, **how)

    def _fault(self, fault: str, endpoint: str | None = None, times: int = 1) -> dict[str, Any]:
        if fault not in {*BEFORE, *DURING, *AFTER} or endpoint not in {None, *ENDPOINTS}:
            raise Refused(400, f"Unknown: {fault} of {endpoint}")
        self.api.faults.add(fault, endpoint=endpoint, times=times)
        return {}

    def _latency(self, seconds: float) -> dict[str, Any]:
        self.api.latency = seconds
        return {}


class _Door(BaseHTTPRequestHandler):
    server: StripeStandIn

    def do_GET(self) -> None:
        self._take("GET")

    def do_POST(self) -> None:
        self._take("POST")

    def _take(self, method: str) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
        address = urlsplit(self.path)
        if address.path.startswith("/control/"):
            self._control(address.path.removeprefix("/control/"), json.loads(body or "{}"))
            return
        request = Request(
            method=method,
            path=address.path,
            form=address.query if method == "GET" else body,
            authorization=self.headers.get("Authorization", ""),
            idempotency_key=self.headers.get("Idempotency-Key"),
            version=self.headers.get("Stripe-Version"),
        )
        try:
            answer = self.server.api.take(request)
        except NoAnswer as fault:
            self._say_nothing(for_long=fault.is_silence)
        else:
            self._send(answer)

    def _control(self, what: str, wanted: dict[str, Any]) -> None:
        try:
            said = self.server.control(what, wanted)
        except Refused as refusal:
            self._send(Answer(status=refusal.status, body=json.dumps(refusal.error)))
        else:
            self._send(Answer(status=200, body=said))

    def _say_nothing(self, *, for_long: bool) -> None:
        """Close the connection, or wait until the client does."""
        if for_long:
            self.connection.settimeout(SILENCE)
            with suppress(OSError):
                self.connection.recv(1)

    def _send(self, answer: Answer) -> None:
        content = answer.body.encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Stripe-Version", self.headers.get("Stripe-Version", stripe.api_version))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: paths name payments."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    for name in ("key", "secret"):
        parser.add_argument(f"--{name}", required=True)
    StripeStandIn(parser.parse_args()).serve_forever()


if __name__ == "__main__":
    main()
