"""Reading pages of the administration, and letting time pass."""

from __future__ import annotations

import datetime as dt
import html
import re

from django.http import HttpResponse
from django.test import Client

from accounts.models import User


def text_of(response: HttpResponse) -> str:
    """Return the words of the page, as one line."""
    words = re.sub(r"<[^>]+>", " ", response.text.partition("<main")[2])
    return " ".join(html.unescape(words).split())


def page_of(person: User) -> str:
    return f"/administration/epcs-setup/{person.pk}/"


def let_password_age(browser: Client, *, seconds: float) -> None:
    """As if the password of sign-in had been entered that much earlier in this session."""
    session = browser.session
    session["password_at"] -= int(dt.timedelta(seconds=seconds).total_seconds())
    session.save()
