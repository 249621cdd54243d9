"""What stands on the pages of an agent's actions on orders."""

from __future__ import annotations

PACK = {
    "title": "Pack",
    "text": "From then on nobody but the buyer can add this token.",
    "note": "A token that was packed for this order before is free in stock again.",
    "label": "Pack",
}
SHIP = {
    "title": "Ship",
    "text": "The buyer is told, and their card says when to expect it.",
    "note": "Enter the number that the carrier gave the parcel.",
    "label": "Ship",
}
DELIVERED = {
    "title": "Note the delivery",
    "text": "The carrier delivered it.",
    "note": "It is not needed: a token that was added was delivered.",
    "label": "Note the delivery",
}
REFUND = {
    "title": "Cancel and refund",
    "text": "All of the payment goes back to the card it came from, and the order ends.",
    "note": (
        "A token at our desk is free in stock again. One that left can't be added by anybody until "
        "it came back; one that was added stays its owner's."
    ),
    "label": "Cancel and refund",
    "style": "btn--danger",
}
CANCEL_FREE = {
    "title": "Cancel this order",
    "text": "The order cost nothing, and ends. The token is free in stock again.",
    "note": "Only while it is at our desk. Afterwards wait until it came back.",
    "label": "Cancel this order",
    "style": "btn--danger",
}
CANCEL = {
    "title": "Cancel",
    "text": "The order was not paid. Its payment page is closed.",
    "note": "Should it be paid at this very moment, it is held for you to refund.",
    "label": "Cancel",
    "style": "btn--danger",
}
HOLD_END = {
    "title": "End the hold",
    "text": "The order stands where it stood: nothing is paid or packed by this.",
    "note": "Look at the payment in the payment service's own pages first.",
    "label": "End the hold",
}
BACK = {
    "title": "It came back",
    "text": "The token is free in stock again, for anybody.",
    "note": "Only if you have it in your hand. What was paid stays paid until it is refunded.",
    "label": "It came back",
}
RECEIPT = {
    "title": "Send the receipt again",
    "text": "It goes to the billing address that was entered with the payment, and to no other.",
    "note": "The buyer finds it in the portal too, as a page to print and as PDF.",
    "label": "Send the receipt again",
}
LOOK = {
    "title": "Ask the payment service",
    "text": "What it says now is stored, and the order follows it.",
    "note": "The portal does so by itself within some minutes.",
    "label": "Ask now",
}
