"""An authenticator app that is not ours: oathtool (liboath) where it is, else pyotp's own hand."""

from __future__ import annotations

import subprocess
import sys

from tests.services.installing import by_apt, on_path

PLAYED = "import sys, pyotp; print(pyotp.TOTP(sys.stdin.read().strip()).now())"


def code_of(key: str) -> str:
    """Return the code of now for a key in base32. It goes in on stdin, and stands in no list."""
    program = on_path("oathtool")
    if program is None and by_apt("oathtool"):
        program = on_path("oathtool")
    command = (
        [str(program), "--totp", "--base32", "-"] if program else [sys.executable, "-c", PLAYED]
    )
    said = subprocess.run(command, input=key, capture_output=True, text=True, check=True)
    return said.stdout.strip()
