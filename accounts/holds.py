"""Holds that stand, and with what they may be lifted."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from accounts import selectors
from accounts.models import Hold, KnowledgeFactor, User
from tokens import step_up
from tokens.models import OathToken, SecurityNotice
from tokens.step_up_matrix import Action, permits

Kind = KnowledgeFactor.Kind


def standing_holds(user: User) -> list[Hold]:
    return list(Hold.objects.filter(user=user, lifted_at=None).select_related("notice"))


def is_placed(notice: SecurityNotice) -> bool:
    return Hold.objects.filter(notice=notice).exists()


def may_lift(user: User, token: OathToken | None, knows: Kind) -> bool:
    """Whether the person's factors are older than every change that was disowned.

    Who changed the PIN or bound the token may be the one the hold is against.
    """
    known, stands = selectors.knowledge_of(user).get(knows), standing_holds(user)
    if (
        token is None
        or known is None
        or not permits(Action.LIFT_HOLD, step_up.proof_of_token(token))
    ):
        return False
    newest = max(known.set_at, token.bound_at)
    # A lift that was disowned was made with these very factors.
    is_disowned = any(hold.notice.change == SecurityNotice.Change.HOLD_LIFTED for hold in stands)
    return not is_disowned and all(newest < hold.notice.changed_at for hold in stands)


def hold_by_id(designee: User, hold_id: UUID) -> Hold | None:
    """Return the hold, also one that was lifted: a second click still gets its answer."""
    holds = Hold.objects.filter(pk=hold_id, user__membership__practice=designee.practice)
    return holds.exclude(user=designee).select_related("user", "notice").first()


def holds_for(designee: User) -> QuerySet[Hold]:
    """Return the holds that this designated individual may lift: of others at the same practice."""
    if not designee.is_designated:
        return Hold.objects.none()
    stands = Hold.objects.filter(lifted_at=None, user__membership__practice=designee.practice)
    return stands.exclude(user=designee).select_related("user", "notice").order_by("placed_at")
