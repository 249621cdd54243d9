"""What takes a payment back at Stripe: refunds, refunds that fail, and disputes."""

from __future__ import annotations

from tests.services import stripe_records as records
from tests.services.stripe_objects import Account
from tests.services.stripe_records import Thing
from tests.services.stripe_refusals import Refused, unexpected


def refund(account: Account, params: Thing, cause: Thing | None = None) -> Thing:
    """Pay back, all that is left unless an amount is named. It succeeds at once, as cards do."""
    charge = _charge_to_refund(account, params)
    left = charge["amount_captured"] - charge["amount_refunded"]
    amount: int = params.get("amount", left)
    if charge["refunded"]:
        message = f"Charge {charge['id']} has already been refunded."
        raise unexpected(message, code="charge_already_refunded")
    if any(each["status"] != "won" for each in _disputes(account, charge["payment_intent"])):
        message = f"Charge {charge['id']} has been charged back; cannot issue a refund."
        raise unexpected(message, code="charge_disputed")
    if amount <= 0:
        message = "Invalid positive integer"
        raise unexpected(message, param="amount", code="parameter_invalid_integer")
    if amount > left:
        message = f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})"
        raise unexpected(message, param="amount")
    refunded = account.keep(records.new_refund(charge, params, amount))
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]
    account.announce("refund.created", refunded, cause)
    account.announce("charge.refunded", charge, cause)
    return refunded


def _charge_to_refund(account: Account, params: Thing) -> Thing:
    if "payment_intent" not in params and "charge" not in params:
        message = "One of the following params should be provided: payment_intent or charge."
        raise Refused(400, message, saved=False, code="parameter_missing")
    if "payment_intent" not in params:
        return account.find("charge", params["charge"], "charge")
    intent = account.find("payment_intent", params["payment_intent"], "payment_intent")
    if intent["status"] != "succeeded":
        message = (
            f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund."
        )
        raise unexpected(message)
    return account.find("charge", intent["latest_charge"])


def _disputes(account: Account, intent: str) -> list[Thing]:
    return [each for each in account.all("dispute") if each["payment_intent"] == intent]


def fail_refund(account: Account, name: str) -> Thing:
    """The payer's bank sends the money back: it is the account's again."""
    refunded = account.find("refund", name)
    if refunded["status"] == "failed":
        raise unexpected("It failed before")
    charge = account.find("charge", refunded["charge"])
    refunded |= {"status": "failed", "failure_reason": "expired_or_canceled_card"}
    charge["amount_refunded"] -= refunded["amount"]
    charge["refunded"] = False
    account.announce("refund.failed", refunded)
    return refunded


def dispute(account: Account, intent: str) -> Thing:
    charge = account.find("charge", account.find("payment_intent", intent)["latest_charge"])
    disputed = account.keep(records.new_dispute(charge))
    charge["disputed"] = True
    account.announce("charge.dispute.created", disputed)
    return disputed


def close_dispute(account: Account, intent: str, status: str) -> Thing:
    if not (disputes := _disputes(account, intent)):
        raise unexpected(f"Nobody disputes {intent}")
    disputes[0]["status"] = status
    account.announce("charge.dispute.closed", disputes[0])
    return disputes[0]
