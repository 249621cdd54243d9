"""What becomes of Checkout Sessions and payments at Stripe, and the events of it.

What takes a payment back is next door (stripe_reversals.py). Nothing here sends an event: it is
kept, and a test decides when, how often and in which order the portal hears of it.
"""

from __future__ import annotations

from tests.services import stripe_records as records
from tests.services.stripe_records import BANK_DEBIT, DECLINES, GOOD_CARD, Thing
from tests.services.stripe_refusals import no_such, unexpected

NOT_BY_A_REQUEST = {"id": None, "idempotency_key": None}


class Account:
    """One account at Stripe, with all that it keeps."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.things: dict[str, Thing] = {}
        self.events: list[Thing] = []
        self._asked: dict[str, Thing] = {}  # what each session was made of

    def keep(self, thing: Thing) -> Thing:
        self.things[thing["id"]] = thing
        return thing

    def find(self, kind: str, name: str, param: str = "id") -> Thing:
        thing = self.things.get(name)
        if thing is None or thing["object"] != kind:
            raise no_such(kind, name, param)
        return thing

    def all(self, kind: str) -> list[Thing]:
        """The newest first, as Stripe lists them."""
        return [each for each in reversed(self.things.values()) if each["object"] == kind]

    def announce(self, kind: str, thing: Thing, cause: Thing | None = None) -> None:
        self.events.append(records.new_event(kind, thing, cause or NOT_BY_A_REQUEST))

    def create_session(self, params: Thing) -> Thing:
        session = self.keep(records.new_session(params, address=self.address))
        self._asked[session["id"]] = params
        return session

    def expire_session(self, name: str, cause: Thing) -> Thing:
        session = self._open_session(name)
        session |= {"status": "expired", "url": None}
        self.announce("checkout.session.expired", session, cause)
        return session

    def _open_session(self, name: str) -> Thing:
        session = self.find("checkout.session", name)
        if session["status"] != "open":
            message = 'Only Checkout Sessions with a status in ["open"] can be expired or paid.'
            raise unexpected(f"{message} This one has a status of `{session['status']}`.")
        return session

    def pay(
        self,
        name: str,
        *,
        email: str = "",
        card: str = GOOD_CARD,
        amount: int | None = None,
        currency: str | None = None,
        delayed: bool = False,
    ) -> Thing:
        """Be the one at the payment page. A delayed payment is a debit that a bank settles."""
        session = self._open_session(name)
        if amount is not None:
            session |= {"amount_total": amount, "amount_subtotal": amount}
        session["currency"] = currency or session["currency"]
        email = email or session["customer_email"] or "payer@example.com"
        intent = self._intent_of(session)
        method = BANK_DEBIT if delayed else card
        charge = self.keep(records.new_charge(intent, card=method, email=email))
        intent["latest_charge"] = charge["id"]
        if card in DECLINES:
            self._fail(intent, charge, DECLINES[card])
            return self._told(session)
        if delayed:
            intent["status"] = "processing"
        else:
            self._succeed(intent, charge)
        self._complete(session, email, "unpaid" if delayed else "paid")
        return self._told(session)

    def _complete(self, session: Thing, email: str, payment_status: str) -> None:
        nobody: Thing = {
            "address": None,
            "name": None,
            "phone": None,
            "tax_exempt": "none",
            "tax_ids": [],
        }
        session |= {
            "status": "complete",
            "url": None,
            "customer_details": {"email": email, **nobody},
        }
        session["payment_status"] = payment_status
        self.announce("checkout.session.completed", session)

    def settle(self, name: str, *, succeeded: bool) -> Thing:
        """Let the bank say what became of a delayed payment."""
        session = self.find("checkout.session", name)
        intent = self.find("payment_intent", session["payment_intent"])
        charge = self.find("charge", intent["latest_charge"])
        if intent["status"] != "processing":
            raise unexpected("Nothing is processing")
        if succeeded:
            self._succeed(intent, charge)
            session["payment_status"] = "paid"
        else:
            self._fail(intent, charge, ("payment_method_provider_decline", None, "Declined."))
        how = "succeeded" if succeeded else "failed"
        self.announce(f"checkout.session.async_payment_{how}", session)
        return self._told(session)

    def _intent_of(self, session: Thing) -> Thing:
        if session["payment_intent"] is None:
            data = self._asked[session["id"]].get("payment_intent_data", {})
            session["payment_intent"] = self.keep(records.new_intent(session, data))["id"]
        intent = self.find("payment_intent", session["payment_intent"])
        intent |= {"amount": session["amount_total"], "currency": session["currency"]}
        return intent

    def _succeed(self, intent: Thing, charge: Thing) -> None:
        amount = charge["amount"]
        charge |= {"status": "succeeded", "paid": True, "captured": True, "amount_captured": amount}
        intent |= {"status": "succeeded", "amount_received": amount, "last_payment_error": None}
        intent["payment_method"] = charge["payment_method"]
        self.announce("payment_intent.succeeded", intent)
        self.announce("charge.succeeded", charge)

    def _fail(self, intent: Thing, charge: Thing, why: tuple[str, str | None, str]) -> None:
        code, decline_code, words = why
        charge |= {"status": "failed", "failure_code": code, "failure_message": words}
        error = {"type": "card_error", "code": code, "decline_code": decline_code, "message": words}
        intent |= {"status": "requires_payment_method"}
        intent["last_payment_error"] = error | {"charge": charge["id"]}
        self.announce("charge.failed", charge)
        self.announce("payment_intent.payment_failed", intent)

    def _told(self, session: Thing) -> Thing:
        intent = self.find("payment_intent", session["payment_intent"])
        charge = self.find("charge", intent["latest_charge"])
        return {"session": session, "payment_intent": intent, "charge": charge}
