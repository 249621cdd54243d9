"""A phone opened the link: it gives its key, and is given its seed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import Trail, audited_transaction
from epcs_portal.sealing import SealBroken
from tokens import approvals, device_keys, mobile_ids
from tokens.models import ApprovalRequest, MobileDevice, MobileIdSetup, SoftSeed
from tokens.push_refusals import LinkOver
from tokens.refusals import TokenUnreadable


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """``public_key``: base64url. ``name``: what the browser calls itself."""

    public_key: str
    name: str


def pair_phone(*, link: str, phone: Phone, at: datetime) -> tuple[MobileDevice, bytes]:
    """Return the phone, paired, and the seed that goes to it alone.

    The link is used up; the same phone may ask once more, as an answer may be lost.
    Refused: a link that is unknown, used by another phone, or older than PAIRING_LINK. Nobody is
    signed in here: the link says whose phone it is.
    """
    with audited_transaction() as trail:
        setup = _setup_of(link)
        device = None if setup is None else _pair(trail, setup, phone, at=at)
    if device is None:
        raise LinkOver
    try:
        return device, device.setup.seeds.get(path=SoftSeed.Path.PHONE).take()
    except SealBroken:
        raise TokenUnreadable from None


def _setup_of(link: str) -> MobileIdSetup | None:
    setups = MobileIdSetup.objects.filter(link_digest=device_keys.digest(link))
    setup = setups.select_related("user").first()
    if setup is None:
        return None
    approvals.lock_person(setup.user)
    # Once more: a newer link may have taken the place of this one.
    return setups.select_related("user").first()


def _pair(trail: Trail, setup: MobileIdSetup, phone: Phone, *, at: datetime) -> MobileDevice | None:
    user = setup.user
    paired = setup.devices.filter(closed_at=None).first()
    is_again = paired is not None and paired.public_key == phone.public_key
    is_unused = at < setup.link_until and setup.paired_at is None
    if mobile_ids.is_over(setup, at=at) or not (is_again or is_unused):
        code, event = LinkOver.code, Event.MOBILE_ID_PAIRING_REFUSED
        trail.record(event, at=at, person=user, subject=str(setup), outcome=code)
        return None
    if paired is not None:
        return paired
    device: MobileDevice = MobileDevice.objects.create(
        user=user, setup=setup, public_key=phone.public_key, name=phone.name, paired_at=at
    )
    MobileIdSetup.objects.filter(pk=setup.pk).update(paired_at=at)
    request = setup.requests.filter(state=ApprovalRequest.State.OPEN, expires_at__gt=at).first()
    if request is not None:
        approvals.put_to(request, device)
        request.save(update_fields=["device", "text", "digest"])
    trail.record(Event.MOBILE_ID_PAIRED, at=at, person=user, subject=str(setup), phone=phone.name)
    return device
