"""Set up your EPCS account: how far somebody is, who does each step, and the one next action."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse

from accounts import activation
from accounts.no_access import who_gives_access
from accounts.registration import has_attested
from accounts.signing_access import Access
from accounts.standing import Standing
from tokens.selectors import open_grant_of
from tokens.ways_in import ways_in_of

if TYPE_CHECKING:
    from accounts.models import User

YOU = "You"
CONTACT = ("Contact support", "support")
FIRST_FACTORS = {"First backup phone", "First token"}
# Of each step: what it is, who does it, and the label and name of the page on which it is done.
WORDS = {
    "Identity proofing": (
        "A credential service provider proofs who you are. Support records it.",
        f"Support, {settings.SUPPORT_PHONE}",
        *CONTACT,
    ),
    "Activation": (
        "Two codes: one by text message or call, one by email or letter.",
        YOU,
        "Activate your EPCS account",
        "activate",
    ),
    "First backup phone": (
        "It verifies that it's you. It never signs.",
        YOU,
        "Add a backup phone",
        "phone_add",
    ),
    "First token": (
        "A hardware token, or Mobile ID on your phone. You sign with it.",
        YOU,
        "Add a hardware token",
        "token_add",
    ),
    "EPCS PIN or EPCS password": (
        "You enter it each time you sign.",
        YOU,
        "Set your EPCS PIN",
        "pin",
    ),
    "Attestation": (
        "You attest to keep what you sign with in your sole possession.",
        YOU,
        "Attest sole possession",
        "attest",
    ),
    "Access to sign": ("", "Two people at your practice", "Who can help", "support"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """``who`` can do it; ``label`` and ``url``: the action that is next where it is not done."""

    name: str = ""
    text: str
    who: str = ""
    label: str
    url: str
    is_done: bool = False


def first_of(person: User) -> Step:
    """Return what comes first for who is not registered."""
    text = (
        "Your EPCS registration is not complete. Identity proofing comes first: a credential "
        "service provider does it, and support records it. Ask an eRx Administrator at your "
        f"practice, or call support at {settings.SUPPORT_PHONE}."
    )
    return _activation_of(person) or Step(text=text, label=CONTACT[0], url=reverse(CONTACT[1]))


def first_anew(person: User) -> Step:
    """Return what comes first for who is registered, and has nothing left to verify with."""
    text = (
        "Nothing of yours can show who you are, so no token can be added. Support proves your "
        "identity again."
    )
    return _activation_of(person) or Step(text=text, label=CONTACT[0], url=reverse(CONTACT[1]))


def setup_of(standing: Standing, *, at: datetime) -> dict[str, Any]:
    """Context of components/setup_steps.html: every step, and the one next action."""
    steps = _steps(standing, at)
    following = next((step for step in steps if not step.is_done), None)
    return {
        "steps": [
            {
                "name": step.name,
                "text": step.text,
                "who": step.who,
                "state": "done" if step.is_done else "next" if step is following else "todo",
            }
            for step in steps
        ],
        "action": following and {"label": following.label, "url": following.url},
        "following": following and following.name,
    }


def _activation_of(person: User) -> Step | None:
    if activation.open_proofing_of(person.prescriber) is None:
        return None
    text = (
        "Your identity proofing is recorded. Two codes open your EPCS account: one by text or "
        "call, one by email or letter."
    )
    return Step(text=text, label="Activate your EPCS account", url=reverse("activate"))


def _steps(standing: Standing, at: datetime) -> list[Step]:
    person = standing.person
    is_open = activation.open_proofing_of(person.prescriber) is not None
    ways = ways_in_of(person, at=at)
    is_shut_out = not ways and open_grant_of(person, at=at) is None
    done = {
        "Identity proofing": is_open or standing.is_registered,
        "Activation": standing.is_registered and not is_open,
        "First backup phone": bool(ways.phones),
        "First token": bool(ways.tokens),
        "EPCS PIN or EPCS password": bool(standing.knowledge),
        "Attestation": has_attested(person.prescriber),
        "Access to sign": standing.access is Access.GRANTED,
    }
    steps = []
    for name, is_done in done.items():
        text, who, label, url_name = WORDS[name]
        if is_shut_out and name in FIRST_FACTORS:
            label, url_name = CONTACT
        text = who_gives_access(person) if name == "Access to sign" else text
        steps.append(
            Step(name=name, text=text, who=who, label=label, url=reverse(url_name), is_done=is_done)
        )
    return steps
