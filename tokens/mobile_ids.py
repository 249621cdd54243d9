"""Mobile ID being added, and taken away: inside the caller's transaction.

The row of the person's push state is locked first (``approvals.lock_person``).
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Q, QuerySet

from tokens import approvals, device_keys, notices, selectors, step_up
from tokens.models import (
    MobileDevice,
    MobileIdSetup,
    PushSubscription,
    Reason,
    SecurityNotice,
    SoftSeed,
    SoftToken,
    StepUp,
)
from tokens.step_up import Authority

if TYPE_CHECKING:
    from accounts.models import User

SEED_BYTES = 20  # 160 bits; RFC 4226 section 4, R6
LINK_BYTES = 32  # a binding code without an identifier; SP 800-63B section 4.1.2.2 asks for 14
State = MobileIdSetup.State


def begin(
    user: User, number: str, *, authority: Authority, at: datetime
) -> tuple[MobileIdSetup, str]:
    """Return a new setup, which ends the one before, and the secret of its pairing link.

    Both seeds are drawn here, once: a page that is opened again shows the same.
    """
    end_open(user, at=at)
    link = secrets.token_urlsafe(LINK_BYTES)
    setup = MobileIdSetup.objects.create(
        user=user,
        number=number,
        session_digest=device_keys.digest(authority.session_key),
        authority=authority.name,
        step_up=authority.step_up,
        is_phone_bound=authority.is_phone_bound,
        link_digest=device_keys.digest(link),
        link_until=at + settings.PAIRING_LINK,
        started_at=at,
        expires_at=at + settings.MOBILE_ID_SETUP,
    )
    for path in SoftSeed.Path:
        seed = SoftSeed(setup=setup, path=path)
        seed.put(secrets.token_bytes(SEED_BYTES))
        seed.save(force_insert=True)
    return setup, link


def is_over(setup: MobileIdSetup, *, at: datetime) -> bool:
    """Whether nothing can be added by it any more: it ended, or what it was begun under did.

    Under a step-up: a factor was removed, the session signed out, a change was disowned. Under an
    enrollment grant: a token was bound since. Derived, so that no flow has to remember it.
    """
    if not setup.is_open(at):
        return True
    if setup.step_up_id is not None:
        return not step_up.still_stands(setup.step_up_id, at=at)
    return any(token.bound_at >= setup.started_at for token in selectors.tokens_of(setup.user))


def new_link(setup: MobileIdSetup, *, at: datetime) -> str:
    """Return the secret of a link in the place of the one before, which no longer pairs."""
    link = secrets.token_urlsafe(LINK_BYTES)
    digest, until = device_keys.digest(link), at + settings.PAIRING_LINK
    rows = MobileIdSetup.objects.filter(pk=setup.pk)
    rows.update(link_digest=digest, link_until=until, paired_at=None)
    return link


def prove(
    setup: MobileIdSetup, path: SoftSeed.Path, *, next_factor: int, at: datetime
) -> SoftToken:
    """Make the proven seed the person's Mobile ID; the other seed and the Mobile ID before end."""
    user = setup.user
    before = SoftToken.live().filter(user=user).first()
    if before is not None:
        take_away(before, reason=Reason.REPLACED, at=at)
    token: SoftToken = SoftToken.objects.create(
        user=user,
        name="Mobile ID",
        seed=setup.seeds.get(path=path),
        number=setup.number,
        is_phone_bound=setup.is_phone_bound,
        bound_at=at,
        next_factor=next_factor,
    )
    _finish(setup, State.PROVEN, at=at)
    _erase(setup.seeds.exclude(path=path))
    devices = MobileDevice.objects.filter(setup=setup, closed_at=None)
    if path == SoftSeed.Path.PHONE:
        devices.update(soft_token=token)
    else:
        _close(devices, at=at)
    approvals.thaw(user)
    step_up.end_elsewhere(user_id=user.pk, session_digest=setup.session_digest, at=at)
    return token


def tell(setup: MobileIdSetup, *, at: datetime) -> None:
    """Note that everybody is told of the Mobile ID that was just proven."""
    change = SecurityNotice.Change
    notices.note(setup.user, change.MOBILE_ID_ADDED, subject=str(setup), at=at)
    if setup.is_phone_bound:
        notices.note_designees(setup.user, change.TOKEN_BOUND_BY_PHONE, at=at)


def end(setup: MobileIdSetup, state: State, *, at: datetime) -> None:
    """End a setup that was not proven: both seeds are destroyed, and its phone knows nothing."""
    _finish(setup, state, at=at)
    _erase(setup.seeds.all())
    _close(MobileDevice.objects.filter(setup=setup, closed_at=None), at=at)


def end_open(user: User, *, at: datetime) -> None:
    for setup in MobileIdSetup.objects.filter(user=user, state=State.OPEN):
        end(setup, State.ENDED, at=at)


def stop_everything(user: User, *, at: datetime) -> None:
    """Somebody else may be at work in this name: nothing that waits for a phone goes on."""
    approvals.lock_person(user)
    approvals.close_unspent(user)
    end_open(user, at=at)


def end_for_session(user: User, *, session_key: str, at: datetime) -> None:
    """The session is over: what it had begun is, and no phone is asked for it any more."""
    of_session = {"user": user, "session_digest": device_keys.digest(session_key)}
    setup = MobileIdSetup.objects.filter(state=State.OPEN, **of_session).first()
    asked = approvals.open_requests(**of_session)
    if setup is None and not asked.exists():
        return
    approvals.lock_person(user)
    asked.update(state=approvals.State.SUPERSEDED)
    if setup is not None:
        setup.refresh_from_db(fields=["state"])
        if setup.state == State.OPEN:
            end(setup, State.ENDED, at=at)


def take_away(token: SoftToken, *, reason: str, detail: str = "", at: datetime) -> bool:
    """End the Mobile ID, whose row stays and whose seed does not. Of two requests one does it."""
    removed = SoftToken.Status.REMOVED
    rows = SoftToken.live().filter(pk=token.pk)
    if not rows.update(status=removed, removed_at=at, reason=reason, detail=detail):
        return False
    _erase(SoftSeed.objects.filter(pk=token.seed_id))
    close_phone(token, at=at)
    StepUp.objects.filter(soft_token=token, ended_at=None).update(ended_at=at)
    return True


def close_phone(token: SoftToken, *, at: datetime) -> None:
    """The phone of this Mobile ID answers nothing any more, and is asked nothing."""
    _close(MobileDevice.objects.filter(soft_token=token, closed_at=None), at=at)
    approvals.close_unspent(token.user)


def _close(devices: QuerySet[MobileDevice], *, at: datetime) -> None:
    """These phones can say nothing any more, and their bells hang nowhere."""
    PushSubscription.objects.filter(device__in=list(devices)).delete()
    devices.update(closed_at=at)


def _finish(setup: MobileIdSetup, state: State, *, at: datetime) -> None:
    setup.state, setup.ended_at = state, at
    setup.save(update_fields=["state", "ended_at"])
    requests = setup.requests.filter(Q(state=approvals.State.OPEN))
    requests.update(state=approvals.State.SUPERSEDED)


def _erase(seeds: object) -> None:
    for seed in seeds:  # type: ignore[attr-defined]
        seed.erase()
        seed.save(update_fields=["sealed", "sealed_with"])
