"""What a test says to the stand-in for Stripe, and hears from it."""

from __future__ import annotations

import json
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.parts import ROOT, WORK
from tests.services.serving import free_port, served

LOGS = WORK / "logs" / "billing"
KEY = "sk_test_" + "0" * 24
SECRET = "whsec_" + "test" * 8
GOOD_CARD, DECLINED_CARD = "4242424242424242", "4000000000000002"
Thing = dict[str, Any]


class Stripe:
    """Everybody but the portal: the payer, banks, the one at Stripe's dashboard, and the network.

    A thing is named by its id. What is paid, refunded or disputed answers with things as Stripe
    keeps them; the portal hears of it when a test delivers the event.
    """

    def __init__(self, address: str) -> None:
        self.address = address

    def begin(self, portal: str) -> None:
        self._say("begin", portal=portal)

    def requests(self, endpoint: str = "") -> list[Thing]:
        """What the portal asked for, in order: all, or of an endpoint such as POST /v1/refunds."""
        asked: list[Thing] = self._say("requests")
        named = [(each, f"{each['method']} {each['path']}") for each in asked]
        return [each for each, name in named if endpoint in {"", name}]

    def sessions(self) -> list[Thing]:
        """The oldest first."""
        sessions: list[Thing] = self._say("sessions")
        return sessions

    def pay(
        self,
        session: str,
        *,
        email: str = "",
        card: str = GOOD_CARD,
        amount: int | None = None,
        currency: str | None = None,
        delayed: bool = False,
    ) -> Thing:
        """Return the session, the payment_intent and the charge, as they are afterwards.

        With an amount or a currency, Stripe's session says other than what the portal asked for.
        """
        how = {"email": email, "card": card, "amount": amount, "currency": currency}
        paid: Thing = self._say("pay", session=session, delayed=delayed, **how)
        return paid

    def decline(self, session: str, *, card: str = DECLINED_CARD) -> Thing:
        """Pay with a card that is refused: the session stays open for another."""
        return self.pay(session, card=card)

    def settle(self, session: str, *, succeeded: bool = True) -> Thing:
        """Let the bank say what became of a delayed payment."""
        settled: Thing = self._say("settle", session=session, succeeded=succeeded)
        return settled

    def expire(self, session: str) -> Thing:
        expired: Thing = self._say("expire", session=session)
        return expired

    def refund(self, payment_intent: str, *, amount: int | None = None) -> Thing:
        """Refund at the dashboard, where the portal is not asked."""
        part = {} if amount is None else {"amount": amount}
        refunded: Thing = self._say("refund", payment_intent=payment_intent, **part)
        return refunded

    def fail_refund(self, refund: str) -> Thing:
        failed: Thing = self._say("fail_refund", refund=refund)
        return failed

    def dispute(self, payment_intent: str) -> Thing:
        disputed: Thing = self._say("dispute", payment_intent=payment_intent)
        return disputed

    def close_dispute(self, payment_intent: str, status: str) -> Thing:
        """The status is won or lost."""
        closed: Thing = self._say("close_dispute", payment_intent=payment_intent, status=status)
        return closed

    def events(self, kind: str = "") -> list[Thing]:
        """What happened, in order; of one kind, such as checkout.session.completed."""
        events: list[Thing] = self._say("events")
        return [each for each in events if kind in {"", each["type"]}]

    def deliver(self, event: Thing | str, **how: Any) -> list[int]:
        """Send an event to the portal; return how it answered each time.

        ``times=n`` after one another, or ``parallel=n`` at once; signed ``at`` seconds from now, or
        with another ``secret``; an altered ``body`` under the true signature; or a ``signature`` as
        it is given, and none at all for an empty one.
        """
        name = event if isinstance(event, str) else event["id"]
        statuses: list[int] = self._say("deliver", event=name, **how)["statuses"]
        return statuses

    def fault(self, fault: str, *, endpoint: str | None = None, times: int = 1) -> None:
        """Let the next requests go wrong, all or of an endpoint such as POST /v1/refunds.

        Refused, and saved under the key: 402, 500. Refused, and not saved: 409, 429. Nothing is
        made, and no answer comes: timeout_before, drop. It is made and saved, and no answer comes:
        timeout_after, drop_after. A timeout lasts until the client gives up.
        """
        self._say("fault", fault=fault, endpoint=endpoint, times=times)

    def latency(self, seconds: float) -> None:
        """Take this long for every request from now on; meanwhile its key is in use."""
        self._say("latency", seconds=seconds)

    def is_there(self) -> bool:
        try:
            return self._say("requests") is not None
        except OSError:
            return False

    def _say(self, what: str, **wanted: Any) -> Any:
        content = json.dumps(wanted).encode()
        request = urllib.request.Request(f"{self.address}/control/{what}", content)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)


@contextmanager
def running() -> Iterator[Stripe]:
    LOGS.mkdir(parents=True, exist_ok=True)
    port = free_port()
    stripe = Stripe(f"http://127.0.0.1:{port}")
    command = [sys.executable, "-m", "tests.services.stripe_stand_in", "--port", str(port)]
    command += ["--key", KEY, "--secret", SECRET]
    log = LOGS / f"stripe-{port}.log"
    with served(command, folder=ROOT, user=None, log=log, answers=stripe.is_there):
        yield stripe
