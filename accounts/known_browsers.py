"""Browsers in which a person signed in before, known by a signed cookie.

The cookie opens nothing. It moves the attempts of the people it names to a count of their own,
so that a stranger who types their names cannot delay them.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

SALT = "accounts.known_browsers"
MOST_PEOPLE = 20  # of one shared computer; who was there longest ago is forgotten first


@dataclass(frozen=True)
class KnownBrowser:
    id: str
    people: tuple[int, ...]  # primary keys, latest first

    def knows(self, person_pk: int) -> bool:
        return person_pk in self.people


def known_browser(request: HttpRequest) -> KnownBrowser | None:
    """Return what the browser's cookie says, or None: no cookie, or none of ours."""
    cookie = request.COOKIES.get(settings.KNOWN_BROWSER_COOKIE_NAME, "")
    try:
        told = signing.loads(cookie, salt=SALT, max_age=settings.KNOWN_BROWSER_SECONDS)
    except signing.BadSignature:
        return None
    return KnownBrowser(id=told["id"], people=tuple(told["people"]))


def remember(response: HttpResponse, browser: KnownBrowser | None, person_pk: int) -> None:
    """After a success: know this browser for KNOWN_BROWSER_SECONDS as this person's too."""
    others = [pk for pk in browser.people if pk != person_pk] if browser else []
    told = {
        "id": browser.id if browser else secrets.token_urlsafe(16),
        "people": [person_pk, *others][:MOST_PEOPLE],
    }
    response.set_cookie(
        settings.KNOWN_BROWSER_COOKIE_NAME,
        signing.dumps(told, salt=SALT),
        max_age=settings.KNOWN_BROWSER_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
