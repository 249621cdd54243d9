"""Several people, or one person's several clicks, at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import connections

T = TypeVar("T")


def at_once(times: int, act: Callable[[], T]) -> list[T]:
    """Run ``act`` in so many threads, started together, each with its own connection."""
    barrier = Barrier(times)

    def run() -> T:
        barrier.wait()
        try:
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(times) as pool:
        futures = [pool.submit(run) for _ in range(times)]
        return [future.result() for future in futures]
