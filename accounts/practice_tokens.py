"""Tokens of the other prescribers of a practice, for those who manage access there."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import User
from epcs_portal.refusals import Refusal
from tokens.consequences import name_of
from tokens.models import HardToken, OathToken, SoftToken

ACTIVE = OathToken.Status.ACTIVE
KINDS: dict[str, type[OathToken]] = {"hard": HardToken, "mobile": SoftToken}  # as addresses say


class NotYourToken(Refusal):
    code = "not-your-token"
    text = (
        "This token is your own, or of another practice, or you manage access there no longer. "
        "Nothing was changed. Ask another designated individual of the practice."
    )


def kind_of(token: OathToken) -> str:
    return next(kind for kind, model in KINDS.items() if isinstance(token, model))


def token_of_another(designee: User, kind: str, token_id: UUID) -> OathToken | None:
    """Return the token, also one that needs nothing any more: a second click gets its answer."""
    if kind not in KINDS:
        return None
    related = ["user__membership__practice", "user__prescriber"]
    related += ["seed_record"] if kind == "hard" else []
    return others_tokens(designee, KINDS[kind]).filter(pk=token_id).select_related(*related).first()


def others_tokens(designee: User, model: type[OathToken]) -> QuerySet[OathToken]:
    """Return what the prescribers beside the designee hold at their practice: read anew."""
    return model._default_manager.filter(
        user__prescriber__isnull=False,
        user__membership__practice__designated_individuals__user=designee,
        user__membership__practice__designated_individuals__ended_at=None,
        user__membership__practice__memberships__user=designee,
    ).exclude(user=designee)


def may_help(viewer: User, token: OathToken) -> bool:
    """Whether this person brings the token back, as one who manages access where others work."""
    return viewer.is_designated and token.user_id != viewer.pk and token.status == ACTIVE


def confirm_link(token: OathToken) -> dict[str, str]:
    return _link("Confirm", "token_confirm", token)


def unlock_link(token: OathToken) -> dict[str, str]:
    return _link("Unlock", "token_unlock", token)


def _link(label: str, page: str, token: OathToken) -> dict[str, str]:
    hidden = f"{name_of(token)} of {token.user.full_name}"
    return {"label": label, "hidden": hidden, "url": reverse(page, args=[kind_of(token), token.pk])}
