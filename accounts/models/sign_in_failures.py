from __future__ import annotations

from django.db import models


class SignInFailures(models.Model):
    """Sign-in attempts in a row that did not succeed: of one pair, network or known browser.

    The key is a keyed digest. It cannot be turned back into what was typed as a username,
    which may be a password typed into the wrong field.
    """

    key = models.CharField(max_length=64, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(db_index=True)
    delay_recorded = models.BooleanField(default=False)  # is this delay on the trail

    class Meta:
        verbose_name_plural = "sign-in failures"

    def __str__(self) -> str:
        return f"{self.failures} sign-in failures"
