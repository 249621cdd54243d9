"""`make bench`: production's settings, read from the environment, with one difference.

The load generator stands where the proxy does: it says ``X-Forwarded-Proto: https`` and sends the
cookies back. So secure cookies, the redirect to https and the content security policy stay on.
"""

from __future__ import annotations

from epcs_portal.settings.production import *  # noqa: F403
from epcs_portal.settings.production import BASE_DIR

# Production signs in a validated module, and there is none here: the key is in a file.
SIGNING_BACKEND = "epcs_portal.signing_key.PemFileKey"
SIGNING_KEY_DIR = BASE_DIR / "var" / "bench" / "signing"
CHECKPOINT_DIR = BASE_DIR / "var" / "bench" / "checkpoints"
