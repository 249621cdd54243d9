"""Reading whom and what an agent acts on. Support sees every practice."""

from __future__ import annotations

from uuid import UUID

from accounts.models import ActivationPiece, IdentityProofing, User
from billing.models import Checkout, TokenOrder
from tokens.models import HardToken, OathToken, SoftToken

KINDS: dict[str, type[OathToken]] = {"hard": HardToken, "mobile": SoftToken}


def prescriber_by_id(person_id: int) -> User | None:
    people = User.objects.select_related("prescriber", "membership__practice")
    return people.filter(pk=person_id, prescriber__isnull=False).first()


def letter_by_id(piece_id: UUID) -> ActivationPiece | None:
    pieces = ActivationPiece.objects.defer("sealed").select_related(
        "proofing__prescriber__user__membership__practice"
    )
    return pieces.filter(pk=piece_id, channel=ActivationPiece.Channel.POST).first()


def letter_of(proofing: IdentityProofing) -> ActivationPiece | None:
    """Return the letter that waits to be printed, if one does."""
    letters = proofing.pieces.filter(channel=ActivationPiece.Channel.POST, voided_at=None)
    return letters.defer("sealed").exclude(sealed_with="").first()


def token_by_id(kind: str, token_id: UUID) -> OathToken | None:
    if kind not in KINDS:
        return None
    return KINDS[kind].objects.select_related("user").filter(pk=token_id).first()


def kind_of(token: OathToken) -> str:
    """Return what addresses call it."""
    return next(kind for kind, model in KINDS.items() if isinstance(token, model))


def order_by_id(order_id: UUID) -> TokenOrder | None:
    rows = TokenOrder.objects.select_related("user", "ordered_by", "reservation__seed_record")
    return rows.filter(pk=order_id).first()


def checkouts_of(order: TokenOrder) -> list[Checkout]:
    return list(order.checkouts.select_related("order").order_by("attempt"))
