"""OATH one-time passwords: RFC 4226 (HOTP) and RFC 6238 (TOTP).

This package is arithmetic. It has no clock, no database and no settings, and it
imports nothing but the standard library: the caller supplies the time, and
stores the state that comes back.
"""

from tokens.oath.hotp import Algorithm, hotp
from tokens.oath.state import OathState, Windows
from tokens.oath.tokens import CounterToken, TimeToken, presses_skipped

__all__ = [
    "Algorithm",
    "CounterToken",
    "OathState",
    "TimeToken",
    "Windows",
    "hotp",
    "presses_skipped",
]
