"""Codes to a phone: drawn, sent, checked once. Inside the caller's transaction.

Whoever sends or answers a code locks the row of the person first, so that twenty tabs send one
code and twenty answers spend it once.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils.crypto import constant_time_compare, salted_hmac

from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import Trail
from epcs_portal.delivery.models import Message
from epcs_portal.delivery.postbox import post
from epcs_portal.refusals import Refusal
from tokens import notices, selectors, send_budget
from tokens.models import BackupPhone, OutOfBandCode, PhoneCodes, SecurityNotice, lock_columns
from tokens.phone_refusals import CodeExpired, CodeTooSoon, CodeUsed, CodeWrong, locked_refusal
from tokens.throttle import Lock, LockPolicy

if TYPE_CHECKING:
    from accounts.models import User

Purpose = OutOfBandCode.Purpose
Change = SecurityNotice.Change
LOCK_POLICY = LockPolicy(
    failures=settings.CODE_FAILURES_TO_LOCK,
    lock=settings.CODE_LOCK,
    locks=settings.CODE_LOCKS_TO_HOLD,
    period=settings.CODE_LOCKS_PERIOD,
)


def lock_person(user: User) -> PhoneCodes:
    """Make this person's codes queue up. The row is ours until the transaction ends."""
    PhoneCodes.objects.get_or_create(user=user)
    # On SQLite the lock is a no-op: there the transaction itself is exclusive.
    return PhoneCodes.objects.select_for_update(no_key=True).get(user=user)


def send(
    trail: Trail,
    phone: BackupPhone,
    purpose: Purpose,
    channel: str,
    *,
    state: PhoneCodes,
    at: datetime,
) -> Refusal | None:
    """Send a new code, which voids the one before; or return why none is sent."""
    refusal = locked_refusal(state.lock, at=at) or _too_soon(phone, purpose, at=at)
    refusal = refusal or send_budget.take_one(phone.user_id, phone.number, at=at)
    if refusal is None:
        open_codes(phone, purpose).update(voided_at=at)
        _draw_and_post(phone, purpose, channel, at=at)
    record_send(trail, phone, purpose, channel, refusal, at=at)
    return refusal


def record_send(
    trail: Trail,
    phone: BackupPhone,
    purpose: Purpose,
    channel: str,
    refusal: Refusal | None,
    *,
    at: datetime,
) -> None:
    person, facts = phone.user, {"purpose": purpose.value, "channel": channel}
    if refusal is not None:
        facts["outcome"] = refusal.code
    event = Event.CODE_NOT_SENT if refusal else Event.CODE_SENT
    trail.record(event, at=at, person=person, actor=person, subject=str(phone), **facts)


def check(
    trail: Trail,
    phone: BackupPhone,
    purpose: Purpose,
    typed: str,
    *,
    state: PhoneCodes,
    at: datetime,
) -> Refusal | None:
    """Spend the code if ``typed`` is it; or return why it is not, the failure counted.

    Five failures in a row lock all phone codes of the person, and void the code. A new code does
    not begin the count anew (RFC 4226 section 7.3). One that expired is not compared at all: a new
    one is sent in its place.
    """
    locked = locked_refusal(state.lock, at=at)
    if locked is not None:
        return locked
    code = selectors.latest_code(phone, purpose)
    if code is None or code.is_over(at):
        channel = code.channel if code else phone.delivery
        is_sent = send(trail, phone, purpose, channel, state=state, at=at) is None
        return CodeExpired(sent=int(is_sent))
    is_it = constant_time_compare(code.digest, _digest(code, typed))
    if is_it and open_codes(phone, purpose).filter(pk=code.pk).update(spent_at=at):
        _store(state, state.lock.opened())
        return None
    return CodeUsed() if is_it else _failed(trail, code, state, at=at)


def open_after_token(user: User) -> None:
    """A token's password is the stronger proof: it opens phone codes that are locked or held."""
    closed = PhoneCodes.objects.filter(user=user).exclude(failures=0, held_at=None)
    closed.update(**lock_columns(Lock()))


def open_codes(phone: BackupPhone, purpose: Purpose) -> QuerySet[OutOfBandCode]:
    return phone.codes.filter(purpose=purpose, spent_at=None, voided_at=None)


def void_codes(phone: BackupPhone, *, at: datetime) -> None:
    phone.codes.filter(spent_at=None, voided_at=None).update(voided_at=at)


def _failed(trail: Trail, code: OutOfBandCode, state: PhoneCodes, *, at: datetime) -> Refusal:
    counted, phone = state.lock.after_failure(at, LOCK_POLICY), code.phone
    _store(state, counted)
    locked = locked_refusal(counted, at=at)
    if locked is None:
        return CodeWrong(left=LOCK_POLICY.failures - counted.failures)
    open_codes(phone, Purpose(code.purpose)).update(voided_at=at)
    person = phone.user
    trail.record(Event.PHONE_CODES_LOCKED, at=at, person=person, actor=person, subject=str(phone))
    notices.note(person, Change.CODES_LOCKED, at=at)
    return locked


def _store(state: PhoneCodes, lock: Lock) -> None:
    if lock != state.lock:
        PhoneCodes.objects.filter(pk=state.pk).update(**lock_columns(lock))


def _too_soon(phone: BackupPhone, purpose: Purpose, *, at: datetime) -> Refusal | None:
    before = selectors.latest_code(phone, purpose)
    left = before.seconds_to_wait(at) if before else 0
    return CodeTooSoon(seconds=left) if left else None


def _draw_and_post(phone: BackupPhone, purpose: Purpose, channel: str, *, at: datetime) -> None:
    digits, expires_at = f"{secrets.randbelow(10**6):06}", at + settings.CODE_LIVES
    code = OutOfBandCode(
        phone=phone, purpose=purpose, channel=channel, sent_at=at, expires_at=expires_at
    )
    code.digest = _digest(code, digits)
    is_call = channel == BackupPhone.Delivery.CALL
    code.message = post(
        Message.Channel.CALL if is_call else Message.Channel.TEXT,
        to=phone.number,
        text=digits if is_call else _words(digits),
        person=phone.user,
        waits_for_key=is_call,
        at=at,
        expires_at=expires_at,
    )
    code.save(force_insert=True)


def _words(digits: str) -> str:
    """The last line lets a phone fill the code in on this portal's pages and on no other's."""
    host, minutes = urlsplit(settings.PORTAL_URL).hostname, settings.CODE_LIVES.seconds // 60
    context = {"code": digits, "host": host, "minutes": minutes}
    return render_to_string("messages/code.text.txt", context).strip()


def _digest(code: OutOfBandCode, digits: str) -> str:
    """A digest under our key: of a million codes a stolen table betrays none."""
    phone = code.phone
    bound = f"{code.id}:{phone.user_id}:{phone.pk}:{phone.number}:{code.purpose}:{digits}"
    return salted_hmac("out-of-band code", bound, algorithm="sha256").hexdigest()
