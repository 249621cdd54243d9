"""How sign-in passwords are stored."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher


class SignInPasswordHasher(Argon2PasswordHasher):
    """Argon2id with OWASP's parameters: 19 MiB, two passes, one lane.

    Django's own (100 MiB, 8 lanes) cost ten times the CPU and 100 MiB for every request.
    """

    memory_cost = settings.ARGON2_MEMORY
    time_cost = settings.ARGON2_PASSES
    parallelism = settings.ARGON2_LANES
