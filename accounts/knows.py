"""Which of the two a page asks for beside the one-time password: the EPCS PIN or the password."""

from __future__ import annotations

from collections.abc import Collection

from accounts.models import KnowledgeFactor
from accounts.selectors import asked_first
from epcs_portal.http import SignedInRequest

Kind = KnowledgeFactor.Kind
OTHER = {Kind.PIN: Kind.PASSWORD, Kind.PASSWORD: Kind.PIN}


def knows_posted(request: SignedInRequest) -> Kind:
    """Return what was answered: the page had a field for one of them."""
    return Kind.PASSWORD if Kind.PASSWORD in request.POST else Kind.PIN


def knows_of(request: SignedInRequest, known: Collection[Kind]) -> Kind:
    """Return what to ask for, of what is set: ``?with=`` says so, or else the practice."""
    if request.method == "POST" and {Kind.PASSWORD, Kind.PIN} & set(request.POST):
        return knows_posted(request)
    asked = request.GET.get("with", "")
    return Kind(asked) if asked in known else asked_first(request.user, known)


def other_link(
    request: SignedInRequest, knows: Kind, known: Collection[Kind]
) -> dict[str, str] | None:
    """Return {label, url} of the link to the same page with the other one, where both are set."""
    other = OTHER[knows]
    if other not in known:
        return None
    query = request.GET.copy()
    query["with"] = other
    return {"label": f"Use my {other.label} instead", "url": f"{request.path}?{query.urlencode()}"}
