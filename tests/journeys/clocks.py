"""Letting time pass for somebody: their session's clocks are set back, as if they had waited."""

from __future__ import annotations

from tests.journeys.portal import Portal

AGE = """
from django.contrib.sessions.models import Session
from django.contrib.sessions.backends.db import SessionStore
for row in Session.objects.all():
    session = SessionStore(row.session_key)
    for clock in {clocks}:
        session[clock] -= {seconds}
    session.save()
"""
# Codes to phones were sent half a minute earlier.
HALF_A_MINUTE = """
from datetime import timedelta
from django.db.models import F
from tokens.models import OutOfBandCode
OutOfBandCode.objects.update(sent_at=F("sent_at") - timedelta(seconds=30))
"""


def let_idle(portal: Portal, *, seconds: int) -> None:
    """Nobody did anything for so many seconds more."""
    portal.run(AGE.format(clocks=["seen_at"], seconds=seconds))


def let_pass(portal: Portal, *, seconds: int) -> None:
    """Everybody signed in so many seconds earlier."""
    portal.run(AGE.format(clocks=["signed_in_at"], seconds=seconds))
