"""What the pages show on which Mobile ID is being added, and to whom."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from epcs_portal.http import SignedInRequest
from epcs_portal.phone_numbers import masked
from epcs_portal.sealing import SealBroken
from tokens import device_keys, mobile_ids, provisioning, push_words, selectors
from tokens.models import MobileIdSetup, SoftSeed

State = MobileIdSetup.State


def setup_of(request: SignedInRequest, setup_id: UUID) -> MobileIdSetup | None:
    """Return the setup if this session began it: its page shows the seed."""
    setup = selectors.setup_by_id(request.user, setup_id)
    digest = device_keys.digest(request.session.session_key or "")
    if setup is None or not constant_time_compare(setup.session_digest, digest):
        return None
    return setup


def is_proven(setup: MobileIdSetup) -> bool:
    return setup.state == State.PROVEN


def is_over(setup: MobileIdSetup, *, at: datetime) -> bool:
    return mobile_ids.is_over(setup, at=at)


def number_of(setup: MobileIdSetup) -> str:
    return masked(setup.number)


def progress_of(setup: MobileIdSetup, *, at: datetime) -> dict[str, Any]:
    """Return what the page's script asks every two seconds."""
    if is_proven(setup):
        return {"state": "approved", "text": "Approved on your phone.", "tone": "ok", "final": True}
    request = selectors.request_of_setup(setup)
    if mobile_ids.is_over(setup, at=at) or request is None:
        denied = setup.state == State.DENIED
        return {"state": "denied" if denied else "over", "text": "", "tone": "warn", "final": True}
    return push_words.progress_of(request, at=at)


def waiting(setup: MobileIdSetup, *, at: datetime) -> dict[str, Any]:
    """Context of tokens/mobile_approve.html. The key is there only while the setup is open."""
    request = selectors.request_of_setup(setup)
    context: dict[str, Any] = {
        "number": masked(setup.number),
        "progress": progress_of(setup, at=at),
        "push": push_words.waiting(request, at=at) if request else None,
        "is_paired": setup.paired_at is not None,
        "replaces": selectors.mobile_id_of(setup.user) is not None,
        "app": settings.SOFT_TOKEN_APP,
        "code_url": reverse("mobile_code", args=[setup.pk]),
        "status_url": reverse("mobile_approve_status", args=[setup.pk]),
    }
    return context | ({} if mobile_ids.is_over(setup, at=at) else _key_of(setup))


def _key_of(setup: MobileIdSetup) -> dict[str, str]:
    try:
        seed = setup.seeds.get(path=SoftSeed.Path.APP).take()
    except SealBroken:
        return {}
    address = provisioning.address_of(seed, account=setup.user.get_username())
    return {
        "qr_code": provisioning.qr_code_of(address),
        "key": provisioning.in_groups(provisioning.key_of(seed)),
    }
