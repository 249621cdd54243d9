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
        "text": (
            "Your practice ended your access to sign. Ask an eRx administrator at your practice."
        ),
    },
    Access.STOPPED: {
        "title": "You can't sign now",
        "text": (
            "Your practice stopped signing under your name. You can sign again when two people "
            "there approve it. Ask an eRx administrator at your practice."
        ),
    },
    Access.LAPSED: {
        "title": "You can't sign now",
        "text": (
            "Your DEA registration had expired and was renewed since. You can sign again when two "
            "people at your practice approve your access."
        ),
    },
    Access.SUSPENDED: {
        "title": "You can't sign now",
        "text": (
            "A loss, theft or misuse was reported, so signing under your name stopped. You can "
            "sign again when your practice approves it. Ask an eRx administrator at your practice."
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


def access_told(access: Access) -> Access:
    """Return what is told to who is registered: what ended with an account that was revoked is
    not there yet for the new one."""
    return Access.NOT_GIVEN if access is Access.ACCOUNT_REVOKED else access


def who_gives_access(person: User) -> str:
    """Name the people of the practice who enter and approve access (21 CFR 1311.125)."""
    names = [designee.full_name for designee in person.designees]
    if not names:
        return "Ask an eRx administrator at your practice."
    return f"Two people at your practice give it, one after the other. Ask {'; '.join(names)}."


def whom_to_ask(person: User, access: Access) -> dict[str, str]:
    """Return the text where access was never given: who comes next."""
    if access is not Access.NOT_GIVEN:
        return {}
    return {"text": f"{NO_ACCESS[access]['text']} {who_gives_access(person)}"}
