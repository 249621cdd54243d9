"""Storing what was decided of an attempt: one UPDATE, which names the state it was decided on.

Two requests can neither share one guess nor spend one password twice, on PostgreSQL and on SQLite
alike (on SQLite there are no row locks to rely on). Nothing is told of a decision that was not
stored: a lost race is read and decided again, once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet, Value

from epcs_portal.compiled import Select, Update
from tokens.models import HardToken, OathToken, SoftToken
from tokens.outcomes import Attempt, Outcome

DECIDED_ON = (
    "next_factor",
    "drift",
    "presses_skipped",
    "failures",
    "locked_until",
    "held_at",
    "pair_tries",
    "pair_tries_since",
)
READINGS = 2  # a lost race is read again once, and never reported as a lock
# What came of an attempt, and what to store of it: None where it is not counted.
Decision = tuple[Attempt, dict[str, Any] | None]


class _Statements:
    """What is read and written of one kind of token. ``seed`` names the row of its seed."""

    def __init__(self, model: type[OathToken], seed: str) -> None:
        self._model = model
        self.store = Update(self._as_decided_on)
        self.read_again = Select(lambda token: self._active(token).select_related(seed))

    def _active(self, token: Value) -> QuerySet[OathToken]:
        active: QuerySet[OathToken] = self._model._default_manager.filter(
            pk=token, status=OathToken.Status.ACTIVE
        )
        return active

    def _as_decided_on(
        self, token: Value, **values: Any
    ) -> tuple[QuerySet[OathToken], dict[str, Any]]:
        decided_on = {name: values.pop(f"was_{name}") for name in DECIDED_ON}
        return self._active(token).filter(**decided_on), values


_STATEMENTS: dict[type[OathToken], _Statements] = {
    HardToken: _Statements(HardToken, "seed_record"),
    SoftToken: _Statements(SoftToken, "seed"),
}


def decide(token: OathToken, check: Callable[[OathToken], Decision]) -> Attempt:
    """Store what was decided, if the row still stands as it was when it was decided."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("An attempt must be stored by the transaction that makes it.")
    statements = _STATEMENTS[type(token)]
    current: OathToken | None = token
    for _reading in range(READINGS):
        if current is None:
            return Attempt(outcome=Outcome.NOT_ACTIVE, lock=token.lock)
        attempt, changes = check(current)
        if changes is None:
            return attempt
        decided_on = {f"was_{name}": getattr(current, name) for name in DECIDED_ON}
        if statements.store(token=token.pk, **decided_on, **changes):
            return attempt
        current = statements.read_again.one_or_none(token=token.pk)
    return Attempt(outcome=Outcome.CONTENDED, lock=token.lock)
