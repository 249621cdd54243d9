"""Registering, as support and the prescriber do it: a proofing, and the codes that arrive."""

from __future__ import annotations

import itertools
import re
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.flows.record_proofing import Proofing, record_proofing
from accounts.flows.send_activation_code import send_activation_code
from accounts.models import ActivationPiece, IdentityProofing, User
from accounts.models.user import DEFAULT_TIME_ZONE
from epcs_portal.delivery.models import Message
from epcs_portal.local_time import day_at
from tests import factories, markers

ACTIVATE, SETUP, ATTEST = "/epcs/activate/", "/epcs/setup/", "/epcs/attest/"
PHONE = "+18025550144"
EMAIL = "ivance@lakeside.example"
TEXT, CALL, BY_EMAIL, POST = ActivationPiece.Channel
_references = itertools.count(1)


def an_invited_prescriber(username: str = "ivance") -> User:
    user = factories.a_prescriber(username, registered=False)
    user.email = EMAIL
    user.save()
    return user


def an_agent() -> User:
    return factories.a_person(is_staff=True)


def a_proofing(**changed: object) -> Proofing:
    told: dict[str, object] = {
        "provider": "Simulated CSP",
        "level": "IAL2",
        "reference": f"R-{next(_references)}",
        "completed_on": day_at(DEFAULT_TIME_ZONE, timezone.now()),
        "phone": PHONE,
        "channel": "email",
    }
    return Proofing(**(told | changed))  # type: ignore[arg-type]


def proofed(user: User, *, at: datetime | None = None, **changed: object) -> IdentityProofing:
    """Let support record a proofing of this person."""
    proofing = a_proofing(**changed)
    return record_proofing(user=user, agent=an_agent(), proofing=proofing, at=at or timezone.now())


def texted(user: User, *, channel: str = TEXT, at: datetime | None = None) -> str:
    """Ask for the code to the phone; return it."""
    at = at or timezone.now()
    send_activation_code(user=user, channel=ActivationPiece.Channel(channel), at=at)
    return newest_code(PHONE)


def newest_code(recipient: str) -> str:
    """Return the code of the newest message to this address that has one, noted."""
    for message in Message.objects.filter(recipient=recipient).order_by("-created_at", "-pk"):
        said = message.outgoing(timezone.now()).text
        found = re.search(r"(?<![0-9])([0-9]{6}|[0-9]{8})(?![0-9])", said)
        if found:
            markers.note("codes", found[1])
            return found[1]
    raise AssertionError(f"No code for {recipient}.")


def both_codes(user: User) -> dict[str, str]:
    """Let the person be proofed and ask for a text; return what they then enter."""
    proofed(user)
    return {"phone_code": texted(user), "address_code": newest_code(EMAIL)}


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10 ** len(code):0{len(code)}}"


def time_passes(user: User, by: timedelta) -> None:
    """Make this person's codes as old as they will be then."""
    for piece in ActivationPiece.objects.filter(proofing__prescriber__user=user):
        times = {name: getattr(piece, name) - by for name in ("sent_at", "expires_at")}
        ActivationPiece.objects.filter(pk=piece.pk).update(**times)
