"""Of a person's posts that wait for an answer, the newest alone goes on waiting.

Each waiting post holds a thread of the server. A browser shows only what its latest click brought,
so nobody misses the others' answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

_lock = Lock()
_newest: dict[int, object] = {}  # of this process, by the person's primary key


@contextmanager
def newest_of(person_pk: int) -> Iterator[Callable[[], bool]]:
    """Become this person's newest waiting post; yield the question whether one still is."""
    place = object()
    with _lock:
        _newest[person_pk] = place
    try:
        yield lambda: _newest.get(person_pk) is place
    finally:
        with _lock:
            if _newest.get(person_pk) is place:
                del _newest[person_pk]
