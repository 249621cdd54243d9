"""The things a prescriber holds. Nothing here imports the portal: pyotp plays the token."""

from __future__ import annotations

import base64

import pyotp


class FobInHand:
    """A hard token as its owner knows it: a serial on the back, a button, and six digits."""

    def __init__(self, seed: bytes, *, serial: str = "", presses: int = 0) -> None:
        self._hotp = pyotp.HOTP(base64.b32encode(seed).decode())
        self._presses = presses
        self.serial = serial

    def press(self, times: int = 1) -> str:
        """Press the button, and read the last password shown."""
        self._presses += times
        return self._hotp.at(self._presses - 1)

    def press_twice(self) -> dict[str, str]:
        """Two passwords in a row, as the form wants them."""
        return {"otp1": self.press(), "otp2": self.press()}

    def wrong(self) -> str:
        """Six digits that are nowhere near what the token shows."""
        near = {self._hotp.at(n) for n in range(max(0, self._presses - 60), self._presses + 1100)}
        return next(otp for otp in (f"{n:06}" for n in range(1_000_000)) if otp not in near)
