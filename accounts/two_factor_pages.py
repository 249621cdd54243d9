"""The panel that asks for both factors, wherever it is not signing: which token, which of PIN and
password, and what is wrong with the token."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.forms import TwoFactorForm
from accounts.knowledge_steps import trouble_of
from accounts.knows import knows_of, other_link
from accounts.selectors import knowledge_of
from epcs_portal.http import SignedInRequest
from tokens import selectors
from tokens.ways_in import is_way_in


def panel_of(
    request: SignedInRequest, kind: type[TwoFactorForm], *, at: datetime, **asked: Any
) -> dict[str, Any]:
    """Context of components/two_factors.html: form, other, and ``without``, what is missing.

    ``asked``: what else the form is made with.
    """
    person, known = request.user, knowledge_of(request.user)
    tokens = selectors.tokens_of(person)
    troubles = {token.pk: trouble_of(token, at=at) for token in tokens}
    usable = [token for token in tokens if is_way_in(token, at=at)]
    open_ones = [token for token in usable if not (troubles[token.pk] or {}).get("is_locked")]
    knows = knows_of(request, known)
    form = kind(request.POST or None, tokens=open_ones or tokens, knows=knows, **asked)
    trouble = next((troubles[token.pk] for token in tokens if troubles[token.pk]), None)
    missing = {"a token": not tokens, "an EPCS PIN": not known}
    return {
        "form": form,
        "other": other_link(request, knows, known),
        "trouble": None if form.is_bound or open_ones else trouble,
        "without": " and ".join(what for what, is_missing in missing.items() if is_missing),
    }
