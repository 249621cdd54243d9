"""What ordering refuses, in the words people read."""

from __future__ import annotations

from epcs_portal.refusals import Refusal


class NotRegistered(Refusal):
    code = "order-not-registered"
    text = "A spare is sent to prescribers who have completed EPCS registration."


class SpareOnItsWay(Refusal):
    code = "spare-on-its-way"
    text = "A spare hardware token is on its way already. One at a time is the maximum."


class OrderIsChecked(Refusal):
    code = "order-is-checked"
    text = (
        "Support is checking the payment of order {number}, so nothing was changed. "
        "You will hear from us by email."
    )


class OrderNotPayable(Refusal):
    code = "order-not-payable"
    text = "This order can't be paid any more: it was paid or canceled."


class PaymentUnavailable(Refusal):
    code = "payment-unavailable"
    text = (
        "We can't reach the payment service. Your order is saved and nothing was charged. "
        "Select Pay Now again in a minute."
    )


class AddressNotVerified(Refusal):
    code = "address-not-verified"
    text = "Verify it's you first: the token goes to another address than your practice's."


class OnlyToThePractice(Refusal):
    code = "only-to-the-practice"
    field = "destination"
    text = (
        "For somebody else a spare goes to the practice's address on record. "
        "Only they can have it sent elsewhere."
    )


class NotCancelable(Refusal):
    code = "order-not-cancelable"
    text = "This order was paid, so it can't be canceled here. Call support to send it back."


class OwnOrder(Refusal):
    code = "own-order"
    text = "This is your own order. Another agent has to do it."


class OrderMovedOn(Refusal):
    code = "order-moved-on"
    text = "Nothing was done: the order is {status} now."


class OrderHeld(Refusal):
    code = "order-held"
    text = "Nothing was done. First look into why this order is held: {why}."


class SerialNotFree(Refusal):
    code = "serial-not-free"
    field = "serial"
    text = "This token is not free in stock: {why}."


class UnpaidOrder(Refusal):
    code = "unpaid-order"
    text = "This prescriber has an order that is not paid yet, {number}. Cancel that one first."


class NothingToRefund(Refusal):
    code = "nothing-to-refund"
    text = "There is no payment to send back, or a refund is under way already."
