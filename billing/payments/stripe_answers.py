"""Reading what Stripe answers. Pure: plain dictionaries in, facts out."""

from __future__ import annotations

from typing import Any

from billing.settlement import Dispute, PaymentFacts

Answer = dict[str, Any]
DISPUTES = {
    "won": Dispute.WON,
    "warning_closed": Dispute.WON,
    "prevented": Dispute.WON,
    "lost": Dispute.LOST,
}


def facts_of(session: Answer, dispute: Dispute) -> PaymentFacts:
    """Return what a Checkout Session says, its payment intent and latest charge expanded."""
    intent, charge = _part(session, "payment_intent"), charge_of(session)
    kept = _part(session, "metadata")
    email = _part(session, "customer_details").get("email") or session.get("customer_email")
    is_paid = session["payment_status"] == "paid"
    failed_later = session["status"] == "complete" and intent.get("status") in {
        "requires_payment_method",
        "canceled",
    }
    return PaymentFacts(
        session_id=session["id"],
        key=kept.get("checkout", ""),
        order=session.get("client_reference_id") or "",
        amount_cents=session["amount_total"] or 0,
        currency=session["currency"] or "",
        is_paid=is_paid,
        is_over=not is_paid and (session["status"] == "expired" or failed_later),
        payment_intent=intent.get("id", ""),
        billing_email=email or "",
        paid_with=_paid_with(charge),
        refunded_cents=charge.get("amount_refunded") or 0,
        dispute=dispute,
    )


def charge_of(session: Answer) -> Answer:
    return _part(_part(session, "payment_intent"), "latest_charge")


def dispute_of(status: str) -> Dispute:
    """Return how it ended. Of a status that is new to us: it has not."""
    return DISPUTES.get(status, Dispute.OPEN)


def _paid_with(charge: Answer) -> str:
    """Return ``Visa ending 4242``; of anything that is no card its kind."""
    details = _part(charge, "payment_method_details")
    card = _part(details, "card")
    if not card:
        return str(details.get("type") or "").replace("_", " ").capitalize()[:40]
    brand = str(card.get("brand") or "card").replace("_", " ").title()
    return f"{brand[:20]} ending {card.get('last4') or '????'}"


def _part(whole: Answer, name: str) -> Answer:
    """Return the part, which may be left away, null, or named by its id alone."""
    part = whole.get(name)
    return part if isinstance(part, dict) else {}
