"""The panel that asks for both factors, wherever it is not signing: which token, which of PIN and
password, and what is wrong with the token."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from accounts.forms import TwoFactorForm
from accounts.knowledge_steps import trouble_of
from accounts.knows import Kind, knows_of, other_link
from accounts.selectors import knowledge_of
from epcs_portal.http import SignedInRequest
from tokens import selectors
from tokens.models import OathToken
from tokens.ways_in import is_way_in


def panel_of(
    request: SignedInRequest,
    kind: type[TwoFactorForm],
    *,
    at: datetime,
    counts: Callable[[OathToken, Kind], bool] = lambda token, knows: True,
    **asked: Any,
) -> dict[str, Any]:
    """Context of components/two_factors.html: form, other, trouble, and ``without``, what is
    missing.

    ``counts``: whether a token may be used here beside the PIN, or the password; ``is_able``: one
    does. With none the form offers all, and the flow says why not. ``asked``: what else the form
    is made with.
    """
    person, known = request.user, knowledge_of(request.user)
    tokens, knows = selectors.tokens_of(person), knows_of(request, known)
    counted = [token for token in tokens if counts(token, knows)]
    troubles = {token.pk: trouble_of(token, at=at) for token in counted}
    usable = [token for token in counted if is_way_in(token, at=at)]
    open_ones = [token for token in usable if not (troubles[token.pk] or {}).get("is_locked")]
    offered = open_ones or counted or tokens
    form = kind(request.POST or None, tokens=offered, knows=knows, **asked)
    trouble = next((troubles[token.pk] for token in counted if troubles[token.pk]), None)
    missing = {"a token": not tokens, "an EPCS PIN": not known}
    return {
        "form": form,
        "other": other_link(request, knows, known),
        "trouble": None if form.is_bound or open_ones else trouble,
        "without": " and ".join(what for what, is_missing in missing.items() if is_missing),
        "is_able": bool(counted),
    }
