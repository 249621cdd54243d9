"""Reading tokens: a person's own, and nobody else's."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef

from epcs_portal.compiled import Select
from tokens.models import (
    ApprovalRequest,
    BackupPhone,
    CompromiseReport,
    EnrollmentGrant,
    HardToken,
    MobileDevice,
    MobileIdSetup,
    OathToken,
    OutOfBandCode,
    PhoneCodes,
    Reservation,
    RevocationCase,
    SecurityNotice,
    SoftToken,
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


# At most one: a person holds no more than one live Mobile ID.
_MOBILE_ID = Select(lambda owner: SoftToken.live().filter(user=owner).select_related("seed"))


def mobile_id_of(owner: User) -> SoftToken | None:
    token = _MOBILE_ID.one_or_none(owner=owner.pk)
    if token is not None:
        token.user = owner
    return token


def tokens_of(owner: User) -> list[OathToken]:
    """Return all that is live and makes one-time passwords: at most one of each kind."""
    both = [hard_token_of(owner), mobile_id_of(owner)]
    return [token for token in both if token is not None]


def reservation_of(person: User) -> Reservation | None:
    """Return the spare that is on its way to this person."""
    standing = Reservation.objects.filter(user=person, ended_at=None, recalled_at=None)
    return standing.select_related("seed_record").first()


def open_grant_of(person: User, *, at: datetime) -> EnrollmentGrant | None:
    """Return the enrollment grant under which the person may add first factors now. A report of a
    loss ends it, as a revocation does."""
    if hasattr(person, "loaded_granted_until"):  # accounts.backends
        until: datetime | None = person.loaded_granted_until
        if until is None or until <= at:
            return None
    given = OuterRef("given_at")
    revoked = RevocationCase.objects.filter(user=person, used_at__gte=given)
    # It stands in for a proof: who has a password alone must not report a PIN and choose another.
    reported = CompromiseReport.objects.filter(user=person, reported_at__gte=given)
    grants = EnrollmentGrant.objects.filter(
        ~Exists(revoked), ~Exists(reported), user=person, given_at__lte=at, expires_at__gt=at
    )
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


def phone_of(token: SoftToken | None) -> MobileDevice | None:
    """Return the phone that can be asked; none where an authenticator app has the seed."""
    if token is None:
        return None
    return MobileDevice.objects.filter(soft_token=token, closed_at=None).first()


def was_left(token: SoftToken) -> bool:
    return MobileDevice.objects.filter(soft_token=token, left_at__isnull=False).exists()


def setup_by_id(owner: User, setup_id: UUID) -> MobileIdSetup | None:
    setup = MobileIdSetup.objects.filter(user=owner, pk=setup_id).first()
    if setup is not None:
        setup.user = owner
    return setup


def latest_setup_of(owner: User) -> MobileIdSetup | None:
    return MobileIdSetup.objects.filter(user=owner).order_by("-started_at").first()


def request_by_id(request_id: UUID, **owned: object) -> ApprovalRequest | None:
    """Return a request, of ``user=``; the worker that rings knows nobody."""
    return ApprovalRequest.objects.filter(pk=request_id, **owned).first()


def request_of_setup(setup: MobileIdSetup) -> ApprovalRequest | None:
    return setup.requests.order_by("-asked_at").first()


def device_by_id(device_id: UUID) -> MobileDevice | None:
    """Return a phone, whosever it is: who asks shows by a signature that it is this one."""
    devices = MobileDevice.objects.select_related("user", "setup", "soft_token")
    return devices.filter(pk=device_id).first()


def due_notices(at: datetime) -> list[UUID]:
    return list(SecurityNotice.due(at).values_list("pk", flat=True)[:NOTICES_AT_A_TIME])


def notice_by_id(notice_id: UUID) -> SecurityNotice | None:
    return SecurityNotice.objects.select_related("user").filter(pk=notice_id).first()


def _own_phones(owner: User, **narrowed: object) -> list[BackupPhone]:
    phones = list(BackupPhone.live().filter(user=owner, **narrowed).order_by("place"))
    for phone in phones:
        phone.user = owner  # as they are loaded already
    return phones
