"""What a designated individual does to somebody else's token, inside the flow's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts import practice_tokens, signing_access, signing_states
from accounts.access_refusals import ExecutorStopped
from accounts.models import User
from accounts.practice_tokens import NotYourToken
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import Trail
from epcs_portal.refusals import Refusal
from tokens import notices
from tokens.models import OathToken, SecurityNotice


@dataclass(frozen=True, slots=True, kw_only=True)
class Help:
    """``wanted``: of which state the token has to be; ``becomes``: its columns from then on."""

    wanted: Mapping[str, Any]
    becomes: Mapping[str, Any]
    done: Event
    refused: Event
    told: SecurityNotice.Change


def give(
    trail: Trail,
    kind: Help,
    *,
    token: OathToken,
    designee: User,
    assurance: str,
    nothing: Refusal,
    at: datetime,
) -> Refusal | None:
    """Do it and record it; or record why not, and return that. ``nothing``: there is no need.

    ``assurance`` is how the designee made sure, and stays on the trail.
    """
    signing_states.lock_state(token.user)
    refusal: Refusal | None = None
    if signing_access.is_stopped(designee):
        refusal = ExecutorStopped()
    elif not practice_tokens.others_tokens(designee, type(token)).filter(pk=token.pk).exists():
        refusal = NotYourToken()
    elif not _change(token, kind):
        refusal = nothing
    trail.record(
        kind.refused if refusal else kind.done,
        at=at,
        person=token.user,
        actor=designee,
        subject=str(token),
        assurance=assurance,
        outcome=refusal.code if refusal else None,
    )
    if refusal is None:
        notices.note(token.user, kind.told, subject=str(token), at=at)
    return refusal


def _change(token: OathToken, kind: Help) -> bool:
    """Of two who help at once one does it, and never to what was reported or removed meanwhile."""
    rows = type(token)._default_manager.filter(pk=token.pk, **kind.wanted)
    live = rows.filter(status=OathToken.Status.ACTIVE, reported_at=None)
    return bool(live.update(**kind.becomes))
