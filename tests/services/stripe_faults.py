"""What goes wrong with the next requests to Stripe, as a test wants it."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

from tests.services.stripe_refusals import Refused, broken, card_declined, key_in_use, too_many

REFUSALS: dict[str, Callable[[], Refused]] = {
    "402": card_declined,
    "409": lambda: key_in_use("which another request holds"),
    "429": too_many,
    "500": broken,
}
# Instead of taking the request, while carrying it out, and after it was carried out and saved.
BEFORE = ("409", "429", "timeout_before", "drop")
DURING = ("402", "500")
AFTER = ("timeout_after", "drop_after")


class NoAnswer(Exception):
    """The client hears nothing: until it gives up, or because the connection is closed."""

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.is_silence = fault.startswith("timeout")


class Faults:
    def __init__(self) -> None:
        self._lock = Lock()
        self._next: list[tuple[str, str | None]] = []  # fault, endpoint

    def add(self, fault: str, *, endpoint: str | None = None, times: int = 1) -> None:
        with self._lock:
            self._next += [(fault, endpoint)] * times

    def strike(self, endpoint: str, moment: tuple[str, ...]) -> None:
        """Raise what is to go wrong at this moment of a request to the endpoint."""
        with self._lock:
            due = [each for each in self._next if each[0] in moment and each[1] in {None, endpoint}]
            if not due:
                return
            self._next.remove(due[0])
        fault = due[0][0]
        raise REFUSALS[fault]() if fault in REFUSALS else NoAnswer(fault)
