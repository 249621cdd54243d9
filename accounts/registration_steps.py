"""Set up your EPCS account: how far somebody is, who does each step, and the one next action."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse

from accounts import activation
from accounts.missing_knowledge import first_kind, page_for
from accounts.no_access import who_gives_access
from accounts.registration import (
    ACTIVATION,
    ATTESTED,
    KNOWLEDGE,
    PHONE,
    PROOFING,
    TOKEN,
    Part,
    parts_of,
)
from accounts.signing_access import Access
from accounts.standing import Standing
from tokens.selectors import open_grant_of
from tokens.ways_in import ways_in_of

if TYPE_CHECKING:
    from accounts.models import User

ACCESS = "Access to sign"
CONTACT = ("Contact support", "support")
FIRST_FACTORS = {PHONE, TOKEN}
# Of each step: what it is, and the label and name of the page on which it is done.
WORDS = {
    PROOFING: (
        "A credential service provider proofs who you are. Support records it.",
        *CONTACT,
    ),
    ACTIVATION: (
        "Two codes: one by text message or call, one by email or letter.",
        "Activate your EPCS account",
        "activate",
    ),
    PHONE: ("It verifies that it's you. It never signs.", "Add a backup phone", "phone_add"),
    TOKEN: (
        "A hardware token, or Mobile ID on your phone. You sign with it.",
        "Add a hardware token",
        "token_add",
    ),
    KNOWLEDGE: ("You sign with it and a one-time password.", "Set your EPCS PIN", "pin"),
    ATTESTED: (
        "You attest to keep what you sign with in your sole possession.",
        "Attest sole possession",
        "attest",
    ),
    ACCESS: ("", "Who can help", "support"),
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
    is_due: bool = True  # or everything else comes first


def first_of(person: User) -> Step:
    """Return what comes first for who is not registered."""
    text = (
        "Your EPCS registration is not complete. Identity proofing comes first: a credential "
        "service provider does it, and support records it. Ask an eRx administrator at your "
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
    left = [step for step in steps if not step.is_done]
    following = next((step for step in left if step.is_due), left[0] if left else None)
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
    grant = open_grant_of(person, at=at)
    is_shut_out = not ways_in_of(person, at=at) and grant is None
    parts = [part for part in parts_of(person.prescriber, at=at) if part.name in WORDS]
    has_access = standing.access is Access.GRANTED
    parts.append(Part(name=ACCESS, is_done=has_access, who="Two people at your practice"))
    steps = []
    for part in parts:
        name, (text, label, url_name) = part.name, WORDS[part.name]
        if is_shut_out and name in FIRST_FACTORS:
            label, url_name = CONTACT
        page = {"label": label, "url": reverse(url_name)}
        if name == KNOWLEDGE:
            page = page_for(first_kind(standing, at=at))
        text = who_gives_access(person) if name == ACCESS else text
        # Access is given without a phone: it comes first on the day of activation alone.
        is_due = name != PHONE or grant is not None or is_shut_out
        steps.append(
            Step(name=name, text=text, who=part.who, is_done=part.is_done, is_due=is_due, **page)
        )
    return steps
