"""Why the practice, a report or a hold keeps somebody from signing: the words of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.signing_access import Access

if TYPE_CHECKING:
    from accounts.models import User

NO_ACCESS = {
    Access.NOT_GIVEN: {"text": "Your practice has not given you access to sign yet."},
    Access.REVOKED: {
        "title": "You can't sign",
        "text": "Your practice ended your access to sign.",
    },
    Access.STOPPED: {
        "title": "You can't sign now",
        "text": (
            "Your practice stopped signing under your name: your access to sign has to be given "
            "again."
        ),
    },
    Access.LAPSED: {
        "title": "You can't sign now",
        "text": (
            "A DEA registration of yours was renewed late or added, so your access to sign has to "
            "be given again."
        ),
    },
    Access.SUSPENDED: {
        "title": "You can't sign now",
        "text": (
            "A loss, theft or misuse was reported, so signing under your name stopped: your access "
            "to sign has to be given again."
        ),
    },
    Access.ACCOUNT_REVOKED: {
        "title": "Your EPCS account is revoked",
        "text": "Repeat identity proofing to prescribe controlled substances again.",
    },
    Access.HELD: {
        "title": "Signing is on hold",
        "text": (
            "Somebody with a link from our security notices said that a change to your account "
            "wasn't yours, so nobody can sign under your name."
        ),
    },
}
# Told after what else is missing: who mends that alone still can't sign.
BESIDES = {
    Access.REVOKED: " Your access to sign is ended too: your practice has to give it again.",
    Access.STOPPED: (
        " Signing is stopped too: your practice stopped it, and has to give you access again."
    ),
    Access.LAPSED: (
        " Signing is stopped too: a DEA registration of yours was renewed late or added, and your "
        "practice has to give you access again."
    ),
    Access.SUSPENDED: (
        " Signing is stopped too: your practice has to approve your access to sign again."
    ),
}
# What two people of the practice give, and nobody else.
GIVEN_BY_TWO = {Access.NOT_GIVEN, *BESIDES}


def access_told(access: Access) -> Access:
    """Return what is told to who is registered: what ended with an account that was revoked is
    not there yet for the new one."""
    return Access.NOT_GIVEN if access is Access.ACCOUNT_REVOKED else access


def who_gives_access(person: User) -> str:
    """Name the people of the practice who enter and approve access (21 CFR 1311.125)."""
    return f"Two people at your practice give it, one after the other. {whom_to_ask(person)}"


def whom_to_ask(person: User) -> str:
    names = [designee.full_name for designee in person.designees]
    if not names:
        return "Nobody else is named for that yet: a prescriber there with a DEA registration does."
    return f"Ask {'; '.join(names)}."


def without_access(person: User, access: Access) -> dict[str, str]:
    """Return title and text of who has no access to sign, with whom to ask for it."""
    told = NO_ACCESS[access]
    who = f" {who_gives_access(person)}" if access in GIVEN_BY_TWO else ""
    return told | {"text": told["text"] + who}
