"""Locking a person's signing state, inside the caller's transaction.

Signing, reporting a loss and changing the PIN lock this row before any other, so none of them
slips past another: what was committed first is seen by whoever comes second.
"""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.db.models import F

from accounts.models import SigningState, User
from epcs_portal.compiled import Select, Update
from tokens.models import lock_columns
from tokens.throttle import Lock, LockPolicy

LOCK_POLICY = LockPolicy(
    failures=settings.SIGNING_FAILURES_TO_LOCK,
    lock=settings.SIGNING_LOCK,
    locks=settings.SIGNING_LOCKS_TO_HOLD,
    period=settings.SIGNING_LOCKS_PERIOD,
)

_STATE = Select(lambda user: SigningState.objects.filter(user=user))
# On SQLite the lock is a no-op: there the transaction itself is exclusive.
_LOCKED = Select(lambda user: SigningState.objects.select_for_update(no_key=True).filter(user=user))
_STORE_LOCK = Update(lambda user, **lock: (SigningState.objects.filter(user=user), lock))


def state_of(user: User) -> SigningState:
    """Return the state as it is now, unlocked and perhaps not stored yet: for showing a page."""
    return _STATE.one_or_none(user=user.pk) or SigningState(user=user)


def lock_state(user: User) -> SigningState:
    """Return the state, ours until the transaction ends."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("A signing state is locked by the transaction that changes it.")
    state = _LOCKED.one_or_none(user=user.pk)
    if state is None:
        SigningState.objects.bulk_create([SigningState(user=user)], ignore_conflicts=True)
        [state] = _LOCKED(user=user.pk)
    return state


def store_lock(state: SigningState, lock: Lock) -> None:
    """Write what came of a ceremony, if that changes anything. The row must be locked."""
    if lock != state.lock:
        _STORE_LOCK(user=state.pk, **lock_columns(lock))


def void_ceremonies(state: SigningState) -> None:
    """From now on no signing page that is open signs anything. The row must be locked."""
    SigningState.objects.filter(pk=state.pk).update(generation=F("generation") + 1)
