"""The yardstick: one Argon2id verification with the portal's numbers, in CPU time."""

from __future__ import annotations

import time
from concurrent.futures import ProcessPoolExecutor
from statistics import median

from argon2 import PasswordHasher
from argon2.low_level import Type

# OWASP's numbers, and the portal's: epcs_portal/settings/policy.py.
HASHER = PasswordHasher(memory_cost=19 * 1024, time_cost=2, parallelism=1, type=Type.ID)
SECRET = "4827"
HASHED = HASHER.hash(SECRET)
AT_ONCE = 2  # as many as the web server's workers: they share the memory's speed
TIMES = 12


def one_verification_ms(pool: ProcessPoolExecutor) -> float:
    """Return the median CPU time of one verification, while as many run as do when signing."""
    started = [pool.submit(_verify_some) for _ in range(AT_ONCE)]
    return median(took for each in started for took in each.result())


def _verify_some() -> list[float]:
    took = []
    for _ in range(TIMES):
        began = time.process_time()
        HASHER.verify(HASHED, SECRET)
        took.append(1000 * (time.process_time() - began))
    return took
