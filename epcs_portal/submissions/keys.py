"""Form keys. A key is minted without a write, and is good for one session and one page."""

from __future__ import annotations

import hashlib
import secrets

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest

FIELD = "form_key"


def mint(request: HttpRequest, page: str) -> str:
    """Return a new key for the form that will be posted to ``page`` in this session."""
    return _signer(request, page).sign(secrets.token_urlsafe(16))


def digest_of(request: HttpRequest) -> str | None:
    """Return the digest that names the posted key.

    None when there is no key, or it is forged, older than FORM_KEY_SECONDS, or was minted
    for another page or another session. Without a session no key is good.
    """
    if request.session.session_key is None:
        return None
    try:
        nonce = _signer(request, request.path).unsign(
            request.POST.get(FIELD, ""), max_age=settings.FORM_KEY_SECONDS
        )
    except BadSignature:
        return None
    return hashlib.sha256(nonce.encode()).hexdigest()


def _signer(request: HttpRequest, page: str) -> TimestampSigner:
    # The salt goes through the keyed hash: it binds the key and is not shown by it.
    return TimestampSigner(salt=f"epcs_portal.submissions:{request.session.session_key}:{page}")
