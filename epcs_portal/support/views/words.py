"""What stands on the pages of an agent's actions."""

from __future__ import annotations

SUSPEND = {
    "title": "Suspend signing",
    "text": "Nobody can sign under this name from then on, in any session.",
    "note": (
        "You can't undo it: two people at the practice give access back by an access change. Make "
        "sure whom you speak with, and if in doubt suspend."
    ),
    "label": "Suspend signing",
    "style": "btn--danger",
}
CASE = {
    "title": "Issue a case number",
    "text": "For a day the prescriber can revoke their EPCS account and all credentials with it.",
    "note": "Say it to the prescriber alone. A number issued before ends.",
    "label": "Issue a case number",
}
SPARE = {
    "title": "Order a spare",
    "text": "A hardware token at no cost, to the address on record of the practice.",
    "note": "One at a time. The prescriber's card says when to expect it. Pack it from the order.",
    "label": "Order a spare",
}
UNLOCK = {
    "title": "Unlock a token",
    "text": "Ends the lock now. The locks of the day stay counted.",
    "note": (
        "Make sure whom you speak with: somebody entered wrong codes. After the third lock in a "
        "day a designated individual of the practice unlocks it, not support."
    ),
    "label": "Unlock",
}
PROOFING = {
    "title": "Record a proofing",
    "text": (
        "What the credential service provider answered. One code leaves at once, and replaces the "
        "ones before; the prescriber asks for the other one."
    ),
    "note": (
        "The portal proofs nobody: copy from the answer of the provider. The phone has to be the "
        "one that was proofed, never one that was told by telephone."
    ),
    "label": "Record the proofing",
}
LETTER = {
    "title": "Send a new letter",
    "text": "A new code by post, for 21 days. The email or letter before it ends.",
    "note": "Only if the email or letter was lost or is over. Print the letter afterwards.",
    "label": "Begin the letter",
}
