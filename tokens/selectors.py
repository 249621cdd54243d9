"""Reading tokens: a person's own, and nobody else's."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings

from epcs_portal.compiled import Select
from tokens.models import (
    BackupPhone,
    EnrollmentGrant,
    HardToken,
    OutOfBandCode,
    PhoneCodes,
    SecurityNotice,
    StepUp,
)

if TYPE_CHECKING:
    from accounts.models import User


NOTICES_AT_A_TIME = 100  # in one sweep: the next comes in seconds

# At most one: a person holds no more than one live hard token.
_HARD_TOKEN = Select(
    lambda owner: HardToken.live().filter(user=owner).select_related("seed_record")
)


def hard_token_of(owner: User) -> HardToken | None:
    token = _HARD_TOKEN.one_or_none(owner=owner.pk)
    if token is not None:
        token.user = owner  # as they are loaded already
    return token


def hard_token_by_id(owner: User, token_id: UUID) -> HardToken | None:
    token = hard_token_of(owner)
    return token if token is not None and token.pk == token_id else None


def open_grant_of(person: User, *, at: datetime) -> EnrollmentGrant | None:
    """Return the enrollment grant under which the person may add first factors now."""
    grants = EnrollmentGrant.objects.filter(user=person, given_at__lte=at, expires_at__gt=at)
    return grants.order_by("-expires_at").first()


def phones_of(owner: User) -> list[BackupPhone]:
    """Return the phones that were not removed, those that still wait for a code included."""
    return _own_phones(owner)


def active_phones_of(owner: User) -> list[BackupPhone]:
    return _own_phones(owner, status=BackupPhone.Status.ACTIVE)


def phone_by_id(owner: User, phone_id: UUID) -> BackupPhone | None:
    """Return the owner's phone, also one that was removed: a second click still gets its answer."""
    phone = BackupPhone.objects.filter(user=owner, pk=phone_id).first()
    if phone is not None:
        phone.user = owner
    return phone


def phone_with_number(owner: User, number: str) -> BackupPhone | None:
    return next(iter(_own_phones(owner, number=number)), None)


def pending_phone(owner: User, phone_id: UUID | None) -> BackupPhone | None:
    status = BackupPhone.Status.PENDING
    return next(iter(_own_phones(owner, status=status, pk=phone_id)), None)


def status_of_phone(phone: BackupPhone) -> str | None:
    """Return the status as it is now. Within a transaction that has locked the person it stays."""
    return BackupPhone.objects.filter(pk=phone.pk).values_list("status", flat=True).first()


def last_removed_phone_of(owner: User) -> BackupPhone | None:
    removed = BackupPhone.objects.filter(user=owner, confirmed_at__isnull=False)
    return removed.filter(status=BackupPhone.Status.REMOVED).order_by("-removed_at").first()


def last_step_up_of(owner: User) -> StepUp | None:
    return StepUp.objects.filter(user=owner).order_by("-proven_at").first()


def latest_code(phone: BackupPhone, purpose: OutOfBandCode.Purpose) -> OutOfBandCode | None:
    codes = phone.codes.filter(purpose=purpose).select_related("message")
    return codes.order_by("-sent_at").first()


def code_by_id(owner: User, code_id: UUID) -> OutOfBandCode | None:
    codes = OutOfBandCode.objects.filter(phone__user=owner).select_related("message", "phone")
    return codes.filter(pk=code_id).first()


def sends_of_late(phone: BackupPhone, purpose: OutOfBandCode.Purpose, *, at: datetime) -> int:
    since = at - settings.CODE_SENDS_PERIOD
    return phone.codes.filter(purpose=purpose, sent_at__gt=since).count()


def phone_codes_of(owner: User) -> PhoneCodes:
    """Return the row as it is now, unlocked and perhaps not stored yet: for showing a page."""
    return PhoneCodes.objects.filter(user=owner).first() or PhoneCodes(user=owner)


def due_notices(at: datetime) -> list[UUID]:
    return list(SecurityNotice.due(at).values_list("pk", flat=True)[:NOTICES_AT_A_TIME])


def notice_by_id(notice_id: UUID) -> SecurityNotice | None:
    return SecurityNotice.objects.select_related("user").filter(pk=notice_id).first()


def _own_phones(owner: User, **narrowed: object) -> list[BackupPhone]:
    phones = list(BackupPhone.live().filter(user=owner, **narrowed).order_by("place"))
    for phone in phones:
        phone.user = owner  # as they are loaded already
    return phones
