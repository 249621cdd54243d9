"""What a view may rely on once a person is signed in, and where a request came from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

if TYPE_CHECKING:
    from accounts.models import User


class SignedInRequest(HttpRequest):
    """A request behind the sign-in page: its user is a person."""

    user: User


def client_address(request: HttpRequest) -> str:
    """Return the network address of the browser, as the trusted proxy or the socket says."""
    header = settings.CLIENT_ADDRESS_HEADER
    address = request.META.get(f"HTTP_{header.upper().replace('-', '_')}") if header else None
    return str(address or request.META.get("REMOTE_ADDR", ""))[:45]


def safe_next(request: HttpRequest, fallback: str) -> str:
    """Return where the person wanted to go, if that is a page of this portal."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours and wanted.startswith("/") else fallback
