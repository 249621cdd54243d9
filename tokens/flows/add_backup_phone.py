"""Enter a backup phone. It waits until the code that is sent to it was entered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import Trail, audited_transaction
from epcs_portal.phone_numbers import is_landline
from epcs_portal.refusals import Refusal
from tokens import out_of_band, phones, selectors, step_up
from tokens.models import BackupPhone, PhoneCodes
from tokens.out_of_band import Purpose
from tokens.phone_refusals import (
    CodeTooSoon,
    HasThreePhones,
    PhoneAlreadyAdded,
    PhoneReported,
    PhoneTakesNoTexts,
)
from tokens.refusals import AuthorityOver
from tokens.step_up import Authority

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """``number`` is E.164. ``instead_of``: a number entered before whose code never was."""

    number: str
    delivery: str
    instead_of: UUID | None = None


def add_backup_phone(
    *, user: User, wanted: Wanted, authority: Authority, at: datetime
) -> BackupPhone:
    """Return the phone, to which a code was just sent.

    Refused: a fourth phone, a number that is there already or was reported lost, texts to a
    landline, whatever keeps a code from being sent, and an authority that ended meanwhile. A
    number that waits already is sent another code.
    """
    with audited_transaction() as trail:
        state = out_of_band.lock_person(user)
        is_over = step_up.was_taken_away(authority, user, at=at)
        entered = AuthorityOver() if is_over else _enter(trail, user, wanted, state, at)
        refusal = entered if isinstance(entered, Refusal) else None
        trail.record(
            Event.PHONE_NOT_ADDED if refusal else Event.PHONE_ENTERED,
            at=at,
            person=user,
            actor=user,
            subject="backup phone" if refusal else str(entered),
            authority=authority.name,
            outcome=refusal.code if refusal else None,
        )
    if isinstance(entered, Refusal):
        raise entered
    return entered


def _enter(
    trail: Trail, user: User, wanted: Wanted, state: PhoneCodes, at: datetime
) -> BackupPhone | Refusal:
    if wanted.delivery == BackupPhone.Delivery.TEXT and is_landline(wanted.number):
        return PhoneTakesNoTexts()
    same = selectors.phone_with_number(user, wanted.number)
    if same is not None and same.is_active:
        return PhoneAlreadyAdded()
    if same is not None and same.is_reported:
        return PhoneReported()
    if same is not None:
        return _send_again(trail, same, wanted, state, at)
    replaced = selectors.pending_phone(user, wanted.instead_of)
    place = replaced.place if replaced else phones.free_place(user)
    if place is None:
        return HasThreePhones()
    with transaction.atomic():  # where no code can be sent, what stood there still stands
        if replaced is not None:
            phones.take_away(replaced, at=at)
        phone = phones.enter(user, wanted.number, wanted.delivery, place=place, at=at)
        refusal = _send(trail, phone, wanted, state, at)
        transaction.set_rollback(refusal is not None)
    if refusal is None and replaced is not None:
        subject = str(replaced)
        trail.record(Event.PHONE_DISCARDED, at=at, person=user, actor=user, subject=subject)
    return refusal or phone


def _send_again(
    trail: Trail, phone: BackupPhone, wanted: Wanted, state: PhoneCodes, at: datetime
) -> BackupPhone | Refusal:
    same_way = phone.delivery == wanted.delivery
    refusal = _send(trail, phone, wanted, state, at)
    if isinstance(refusal, CodeTooSoon) and same_way:
        return phone  # the code is under way
    if refusal is None and not same_way:
        phones.deliver_by(phone, wanted.delivery)
    return refusal or phone


def _send(
    trail: Trail, phone: BackupPhone, wanted: Wanted, state: PhoneCodes, at: datetime
) -> Refusal | None:
    purpose, how = Purpose.CONFIRM_PHONE, wanted.delivery
    return out_of_band.send(trail, phone, purpose, how, state=state, at=at)
