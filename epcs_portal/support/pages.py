"""Addresses of the support site that its parts share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

if TYPE_CHECKING:
    from accounts.models import ActivationPiece, User


def person_page(person: User) -> str:
    return reverse("admin:accounts_user_change", args=[person.pk])


def letter_page(piece: ActivationPiece | None) -> str:
    """Return where the letter is printed; "" where there is none."""
    return reverse("staff_letter", args=[piece.pk]) if piece else ""
