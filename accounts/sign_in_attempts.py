"""Counting sign-in attempts, inside the caller's transaction.

A delay hangs on a username *and* a network, so nobody elsewhere can hold a person up. A browser
in which the person signed in before has a count of its own instead, which nobody else can reach.

Each network has a count besides, against one password tried on many names. Behind one address
may sit a whole clinic, so this count runs off by itself, and makes nobody wait longer than
SIGN_IN_NETWORK_ONE_BACK_SECONDS at a time. Whoever keeps guessing inside that network competes
with its unknown browsers for one attempt in that time; known browsers and other networks do not
notice. Letting a right password through would tell the guesser which one is right.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F
from django.utils.crypto import salted_hmac

from accounts.models import SignInFailures
from accounts.sign_in_delay import Allowance, SharedAllowance


@dataclass(frozen=True)
class Counter:
    key: str
    allowance: Allowance | SharedAllowance
    cleared_by_success: bool


@dataclass(frozen=True)
class Delay:
    """No attempt may be made before ``until``. ``is_new``: nobody was told of it before."""

    until: datetime
    is_new: bool


def counters_for(*, username: str, address: str, browser: str | None) -> list[Counter]:
    """Return what an attempt is counted against. ``browser`` is known to belong to the person."""
    name = username.casefold()
    own = Allowance(
        free=settings.SIGN_IN_FREE_ATTEMPTS,
        first=timedelta(seconds=settings.SIGN_IN_FIRST_DELAY_SECONDS),
        longest=timedelta(seconds=settings.SIGN_IN_LONGEST_DELAY_SECONDS),
        forgotten_after=settings.SIGN_IN_FORGOTTEN_AFTER,
    )
    if browser is not None:
        return [Counter(_key("browser", name, browser), own, cleared_by_success=True)]
    network = network_of(address)
    shared = SharedAllowance(
        free=settings.SIGN_IN_NETWORK_FREE_ATTEMPTS,
        one_back=timedelta(seconds=settings.SIGN_IN_NETWORK_ONE_BACK_SECONDS),
    )
    return [
        Counter(_key("pair", name, network), own, cleared_by_success=True),
        Counter(_key("network", network), shared, cleared_by_success=False),
    ]


def network_of(address: str) -> str:
    """Return the /24 or /64 around an address: what one subscriber or office usually has."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(ip, ipaddress.IPv6Address):
        ip = ip.ipv4_mapped or ip
    return str(ipaddress.ip_network((ip, 24 if ip.version == 4 else 64), strict=False))


def count(counters: list[Counter], *, at: datetime) -> Delay | None:
    """Count one attempt everywhere, or nowhere when one of the counters is closed.

    The rows are locked, in one order, from reading to counting: twenty attempts at once are
    counted one after the other, and no more of them are let through than are free.
    """
    allowances = {counter.key: counter.allowance for counter in counters}
    SignInFailures.objects.bulk_create(
        [SignInFailures(key=key, last_at=at) for key in sorted(allowances)], ignore_conflicts=True
    )
    rows = list(
        SignInFailures.objects.select_for_update().filter(key__in=allowances).order_by("key")
    )
    if delay := _delay(rows, allowances, at=at):
        return delay
    for row in rows:
        failures, last_at = allowances[row.key].counted(row.failures, row.last_at, at=at)
        SignInFailures.objects.filter(pk=row.pk).update(
            failures=failures, last_at=last_at, delay_recorded=False
        )
    return None


def forgive(counters: list[Counter]) -> None:
    """After a success: clear the person's own count, and take the attempt off the network's.

    The network's is not cleared, or one account of one's own would buy endless guesses. It is
    then as if there had been no attempt: a success makes nobody else wait.
    """
    for counter in sorted(counters, key=lambda counter: counter.key):
        rows = SignInFailures.objects.filter(pk=counter.key)
        if counter.cleared_by_success:
            rows.update(failures=0)  # kept, so that an attempt being counted finds its row
        else:
            rows.filter(failures__gt=0).update(failures=F("failures") - 1)


def _delay(
    rows: list[SignInFailures],
    allowances: dict[str, Allowance | SharedAllowance],
    *,
    at: datetime,
) -> Delay | None:
    closed = {
        row: until
        for row in rows
        if (until := allowances[row.key].closed_until(row.failures, row.last_at, at=at))
    }
    if not closed:
        return None
    told = SignInFailures.objects.filter(pk__in=[row.pk for row in closed], delay_recorded=False)
    return Delay(until=max(closed.values()), is_new=bool(told.update(delay_recorded=True)))


def _key(kind: str, *what: str) -> str:
    digest = salted_hmac(f"accounts.sign_in.{kind}", "\n".join(what), algorithm="sha256")
    return digest.hexdigest()
