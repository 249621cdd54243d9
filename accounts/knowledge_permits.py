"""May this person choose an EPCS PIN or EPCS password now? A token proven a moment ago permits one,
for the password together with a reset; so does, for the first one, the enrollment grant. A step-up
does not, and neither does a phone."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.conf import settings
from django.db.models import Q, QuerySet

from accounts import selectors, signing_states
from accounts.models import KnowledgeFactor, KnowledgeProof, PasswordReset, SigningState, User
from tokens.models import HardToken, SoftToken
from tokens.possession import Possession
from tokens.selectors import open_grant_of
from tokens.ways_in import ways_in_of

Kind = KnowledgeFactor.Kind


def give_proof(
    *, by: Possession, kind: Kind, session_key: str, state: SigningState, at: datetime
) -> KnowledgeProof:
    """Remember that the token was in hand. Its owner's signing state must be locked."""
    return KnowledgeProof.objects.create(
        kind=kind,
        user=by.token.user,
        session_digest=_digest(session_key),
        generation=state.generation,
        token=str(by.token),
        token_id=by.token.pk,
        proven_at=at,
    )


def open_proofs(
    user: User, *, kind: Kind, session_key: str, generation: int, at: datetime
) -> QuerySet[KnowledgeProof]:
    """Return what was proven in this session, for this kind, by a token that is still theirs and
    not held, not used yet, and not overtaken by another event."""
    usable = {"user": user, "held_at": None, "status": "active"}
    hard, soft = (
        model._default_manager.filter(**usable).values("pk") for model in (HardToken, SoftToken)
    )
    return KnowledgeProof.objects.filter(
        Q(token_id__in=hard) | Q(token_id__in=soft),
        kind=kind,
        user=user,
        session_digest=_digest(session_key),
        generation=generation,
        proven_at__gt=at - settings.PIN_PROOF,
        used_at=None,
    )


def is_granted(user: User, *, at: datetime) -> bool:
    """Whether the enrollment grant stands in for a proof: its day is not over, a token was
    added, and neither PIN nor password was ever set under it. A reset always takes a proof, also
    one that was used (rules C-19)."""
    grant = open_grant_of(user, at=at)
    return (
        grant is not None
        and not PasswordReset.objects.filter(user=user, reset_at__gte=grant.given_at).exists()
        and bool(ways_in_of(user, at=at).tokens)
        and not selectors.knowledge_of(user)
    )


def may_prove(user: User, *, kind: Kind, at: datetime) -> bool:
    """Whether a proof leads anywhere: to a PIN always, to a password while a reset is open."""
    return kind is Kind.PIN or selectors.open_reset_of(user, at=at) is not None


def may_choose(user: User, *, kind: Kind, session_key: str, at: datetime) -> bool:
    """Whether the page on which it is chosen makes sense. The flow decides for itself."""
    generation = signing_states.state_of(user).generation
    proofs = open_proofs(user, kind=kind, session_key=session_key, generation=generation, at=at)
    is_proven = proofs.exists() and may_prove(user, kind=kind, at=at)
    return is_proven or is_granted(user, at=at)


def _digest(session_key: str) -> str:
    return hashlib.sha256(session_key.encode()).hexdigest()
