"""Filling the demo's database at its first start, and saying what is in it at every start."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password

from accounts import knowledge
from accounts.models import KnowledgeFactor, Practice, Prescriber, User
from epcs_portal import pem_keys
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import Trail, audited_transaction
from epcs_portal.demo import charts, lakeside
from epcs_portal.demo.lakeside import Hashes
from epcs_portal.demo.models import VirtualFob
from epcs_portal.demo.people import MARIA, PEOPLE, ROBIN, SAM, STOCK, Person
from tokens.models import BackupPhone, EnrollmentGrant, HardToken, SeedBatch, SeedRecord

SEED_BYTES = 20  # 160 bits; RFC 4226 section 4, R6
PRESSES_OF_BINDING = 2


def fill(*, at: datetime) -> None:
    """Fill an empty database with the demo practice; whatever is there already stays as it is.

    Sam's enrollment grant lasts a day, so every start gives him a new one.
    """
    pem_keys.draw_if_missing(settings.SIGNING_KEY_DIR, name="EPCS Portal demo", at=at)
    is_empty = not Practice.objects.filter(name=lakeside.NAME).exists()
    hashes = _hash_all() if is_empty else {}
    with audited_transaction() as trail:
        if is_empty:
            users = lakeside.open_practice(trail, hashes=hashes, at=at)
            fobs = _take_into_stock(trail, actor=users[ROBIN.username], at=at)
            for person in PEOPLE:
                if person.serial:
                    _bind(trail, users[person.username], fobs[person.serial], at=at)
                if person.phone:
                    _add_phone(trail, users[person.username], person.phone, at=at)
        _give_grant(trail, User.objects.get(username=SAM.username), at=at)
    practice = Practice.objects.get(name=lakeside.NAME)
    charts.fill(practice=practice, prescriber=User.objects.get(username=MARIA.username), at=at)


def _add_phone(trail: Trail, user: User, number: str, *, at: datetime) -> None:
    text, active = BackupPhone.Delivery.TEXT, BackupPhone.Status.ACTIVE
    times = {"entered_at": at, "confirmed_at": at}
    phone = BackupPhone.objects.create(
        user=user, number=number, delivery=text, status=active, place=1, **times
    )
    trail.record(Event.PHONE_ADDED, at=at, person=user, actor=user, subject=str(phone))


def accounts_table() -> str:
    """Return what a person at the terminal needs: accounts, PINs, serials and the password."""
    tokens = HardToken.live()
    held = dict(tokens.values_list("user__username", "seed_record__serial"))
    pins = KnowledgeFactor.objects.filter(kind=KnowledgeFactor.Kind.PIN)
    with_pin = set(pins.values_list("user__username", flat=True))
    free = SeedRecord.objects.exclude(pk__in=tokens.values("seed_record")).order_by("serial")
    prescribers = Prescriber.objects.select_related("user")
    registered = {each.user.username for each in prescribers if each.is_registered}
    rows = [("Account", "Who", "What is set up", "PIN", "Token")]
    for person in PEOPLE:
        serial, pin = held.get(person.username, ""), person.pin or "-"
        if person.npi and person.username not in registered:
            words = "invited, not registered"
        else:
            words = _set_up(person, has_token=bool(serial), has_pin=person.username in with_pin)
        rows.append((person.username, person.name, words, pin, serial or "-"))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    rows.insert(1, tuple("-" * width for width in widths))  # type: ignore[arg-type]
    lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
    return "\n".join(
        [
            "",
            *lines,
            "",
            f"Password of every account:  {settings.DEMO_PASSWORD}",
            f"Tokens in stock:  {', '.join(free.values_list('serial', flat=True))}",
            "",
        ]
    )


def _set_up(person: Person, *, has_token: bool, has_pin: bool) -> str:
    if person.is_support:
        return "support agent, hardware token for the support site"
    if person.is_erx_administrator:
        return "eRx administrator, designated individual"
    parts = [("hardware token", has_token), ("EPCS PIN", has_pin)]
    parts += [("backup phone", bool(person.phone))]
    words = ", ".join(part for part, is_there in parts if is_there)
    words = words or "nothing yet, may add a first token"
    return f"{words}, designated individual" if person.is_designated else words


def _hash_all() -> dict[str, Hashes]:
    return {
        person.username: Hashes(
            password=make_password(settings.DEMO_PASSWORD),
            pin=knowledge.hash_of(person.pin) if person.pin else None,
        )
        for person in PEOPLE
    }


def _take_into_stock(trail: Trail, *, actor: User, at: datetime) -> dict[str, VirtualFob]:
    """Draw a seed for every token, and return the fobs by serial, none of them pressed yet."""
    serials = [*(person.serial for person in PEOPLE if person.serial), *STOCK]
    drawn = {serial: secrets.token_bytes(SEED_BYTES) for serial in serials}
    file = "\n".join(f"{serial},{seed.hex()},0" for serial, seed in drawn.items())
    sha256 = hashlib.sha256(file.encode()).hexdigest()
    batch = SeedBatch.objects.create(
        sha256=sha256, file_format="demo", imported_at=at, imported_by=actor
    )
    fobs = {}
    for serial, seed in drawn.items():
        record = SeedRecord(serial=serial, batch=batch)
        record.put(seed)
        record.save()
        fobs[serial] = VirtualFob.objects.create(seed_record=record)
    trail.record(
        Event.SEEDS_IMPORTED,
        at=at,
        actor=actor,
        subject=f"seed file {sha256[:12]}",
        rows=len(drawn),
        sha_of_file=sha256,
    )
    return fobs


def _bind(trail: Trail, user: User, fob: VirtualFob, *, at: datetime) -> None:
    """The fob shows its first two passwords, and they are spent: both count on from there."""
    fob.presses = PRESSES_OF_BINDING
    fob.save()
    token = HardToken.objects.create(
        user=user,
        name="Hardware Token",
        seed_record=fob.seed_record,
        bound_at=at,
        next_factor=PRESSES_OF_BINDING,
    )
    trail.record(
        Event.TOKEN_BOUND,
        at=at,
        person=user,
        actor=user,
        subject=str(token),
        authority="first start of the demo",
    )


def _give_grant(trail: Trail, user: User, *, at: datetime) -> None:
    lasts: timedelta = settings.ENROLLMENT_GRANT
    EnrollmentGrant.objects.create(user=user, given_at=at, expires_at=at + lasts)
    trail.record(
        Event.ENROLLMENT_GRANT_GIVEN,
        at=at,
        person=user,
        subject="enrollment grant",
        hours=int(lasts.total_seconds() // 3600),
    )
