"""Verify with Mobile ID code: a code of the phone, or of an authenticator app, proves the seed."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet

from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from epcs_portal.refusals import Refusal
from epcs_portal.sealing import SealBroken
from tokens import approvals, binding, mobile_ids, verification
from tokens.mobile_refusals import SetupCodeWrong, SetupOver
from tokens.models import MobileIdSetup, SoftSeed, SoftToken
from tokens.refusals import BindingTriesUsedUp, TokenUnreadable


def confirm_mobile_id(*, setup: MobileIdSetup, code: str, at: datetime) -> SoftToken:
    """Return the Mobile ID that was proven, the code spent.

    Refused: a setup that is over, five wrong codes in an hour, and a code of neither seed. Both
    seeds stay as they were drawn.
    """
    user = setup.user
    with audited_transaction() as trail:
        token = _prove(setup, code, at=at)
        refusal = token if isinstance(token, Refusal) else None
        trail.record(
            Event.MOBILE_ID_NOT_ADDED if refusal else Event.MOBILE_ID_ADDED,
            at=at,
            person=user,
            actor=user,
            subject=str(setup),
            authority=setup.authority,
            phone_bound=setup.is_phone_bound,
            outcome=refusal.code if refusal else None,
        )
        if not refusal:
            mobile_ids.tell(setup, at=at)
    if isinstance(token, Refusal):
        raise token
    return token


def _candidates(setup: MobileIdSetup) -> QuerySet[SoftSeed]:
    """The seeds that something holds: the phone's only while the phone that was paired has it."""
    seeds = setup.seeds.order_by("path")
    is_paired = setup.devices.filter(closed_at=None).exists()
    return seeds if is_paired else seeds.exclude(path=SoftSeed.Path.PHONE)


def _prove(setup: MobileIdSetup, code: str, *, at: datetime) -> SoftToken | Refusal:
    approvals.lock_person(setup.user)
    setup.refresh_from_db(fields=["state"])
    if mobile_ids.is_over(setup, at=at):
        return SetupOver()
    tries = binding.lock_person(setup.user)
    again_at = binding.count_try(tries, at=at)
    if again_at is not None:
        return BindingTriesUsedUp(again_at=again_at.isoformat())
    try:
        found = [(seed, verification.find_code(seed, code, at=at)) for seed in _candidates(setup)]
    except SealBroken:
        return TokenUnreadable()
    for seed, moved in found:
        if moved is not None:
            binding.forget_tries(tries)
            path = SoftSeed.Path(seed.path)
            return mobile_ids.prove(setup, path, next_factor=moved.next_factor, at=at)
    return SetupCodeWrong(left=settings.PAIR_TRIES - tries.made)
