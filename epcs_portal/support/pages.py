"""Addresses of the support site that its parts share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

if TYPE_CHECKING:
    from accounts.models import ActivationPiece, User
    from billing.models import TokenOrder


def person_page(person: User) -> str:
    return reverse("admin:accounts_user_change", args=[person.pk])


def letter_page(piece: ActivationPiece | None) -> str:
    """Return where the letter is printed; "" where there is none."""
    return reverse("staff_letter", args=[piece.pk]) if piece else ""


def order_page(order: TokenOrder) -> str:
    return reverse("admin:billing_tokenorder_change", args=[order.pk])
