"""Idempotency keys as Stripe keeps them (https://docs.stripe.com/api/idempotent_requests)."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from tests.services.stripe_refusals import key_in_use, other_parameters


@dataclass(frozen=True, kw_only=True)
class Answer:
    status: int
    body: str
    headers: dict[str, str] = field(default_factory=dict)


class Keys:
    """A key belongs to the first request that was carried out under it, and to its answer."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._taken: dict[str, tuple[Any, Answer | None]] = {}

    def take(self, key: str, asked: Any) -> Answer | None:
        """Return the answer that is saved; None is leave to go on, and the key is in use then."""
        with self._lock:
            if key not in self._taken:
                self._taken[key] = (asked, None)
                return None
            first, answer = self._taken[key]
            if answer is None:
                raise key_in_use(key)
            if first != asked:
                raise other_parameters(key)
            return answer

    def save(self, key: str, answer: Answer) -> None:
        with self._lock:
            self._taken[key] = (self._taken[key][0], answer)

    def let_go(self, key: str) -> None:
        """Nothing was carried out: the key is as good as new."""
        with self._lock:
            del self._taken[key]
