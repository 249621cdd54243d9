"""What a view may rely on once a person is signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

if TYPE_CHECKING:
    from accounts.models import User

LONGEST_NEXT = 200  # characters; no page of the portal has a longer address


class SignedInRequest(HttpRequest):
    """A request behind the sign-in page: its user is a person."""

    user: User


def safe_next(request: HttpRequest, fallback: str) -> str:
    """Return where the person wanted to go, if that is a page of this portal."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_sound = wanted.startswith("/") and wanted.isprintable() and len(wanted) <= LONGEST_NEXT
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_sound and is_ours else fallback
