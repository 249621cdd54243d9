"""A person who signs in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.crypto import salted_hmac

from accounts.models.practice import DesignatedIndividual
from accounts.plain_names import plain_name

if TYPE_CHECKING:
    from accounts.models.practice import Membership, Practice

DEFAULT_TIME_ZONE = "America/New_York"  # of support, and of who has no practice


class User(AbstractUser):
    """A person. What they may do follows from their rows, never from Django's groups."""

    credentials = models.CharField(max_length=20, blank=True)  # "MD", "NP"
    # The names in small letters without accents: what people are searched by.
    plain_last_name = models.CharField(max_length=160, db_index=True, editable=False)
    plain_first_name = models.CharField(max_length=160, db_index=True, editable=False)
    # Grows when every session of this person ends at once.
    session_generation = models.PositiveIntegerField(default=0)

    if TYPE_CHECKING:
        membership: Membership

    class Meta:
        verbose_name = "person"
        verbose_name_plural = "people"

    def __str__(self) -> str:
        return self.username

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.plain_last_name = plain_name(self.last_name)
        self.plain_first_name = plain_name(self.first_name)
        if (fields := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*fields, "plain_last_name", "plain_first_name"}
        super().save(*args, **kwargs)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Return what a session carries; one of an earlier generation signs nobody in."""
        generation = f":{self.session_generation}" if self.session_generation else ""
        return salted_hmac(
            "django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash",
            self.password + generation,
            secret=secret,
            algorithm="sha256",
        ).hexdigest()

    @property
    def full_name(self) -> str:
        name = f"{self.first_name} {self.last_name}".strip() or self.username
        return f"{name}, {self.credentials}" if self.credentials else name

    @property
    def is_prescriber(self) -> bool:
        return hasattr(self, "prescriber")

    @property
    def has_membership(self) -> bool:
        return hasattr(self, "membership")

    @property
    def is_erx_administrator(self) -> bool:
        return self.has_membership and self.membership.is_erx_administrator

    @property
    def practice(self) -> Practice | None:
        return self.membership.practice if self.has_membership else None

    @property
    def role(self) -> str:
        """What stands under the name: ``Prescriber · Lakeside Pediatrics``."""
        roles = [
            ("Prescriber", self.is_prescriber),
            ("eRx Administrator", self.is_erx_administrator),
            ("Support", self.is_staff),
        ]
        held = " and ".join(role for role, is_held in roles if is_held)
        return " · ".join(filter(None, [held, self.practice.name if self.practice else ""]))

    @property
    def is_designated(self) -> bool:
        """Whether the registrants of the practice named this person to manage access there."""
        if not self.has_membership:
            return False
        loaded: bool | None = getattr(self, "loaded_designation", None)  # accounts.backends
        return self._designations.filter(user=self).exists() if loaded is None else loaded

    @property
    def is_in_administration(self) -> bool:
        """Whether the administration of the practice is open to this person."""
        return self.is_erx_administrator or self.is_designated

    @property
    def designees(self) -> list[User]:
        """Return who else manages access where this person works (21 CFR 1311.125(a))."""
        if not self.has_membership:
            return []
        others = self._designations.exclude(user=self).select_related("user")
        return [designation.user for designation in others.order_by("pk")]

    @property
    def _designations(self) -> models.QuerySet[DesignatedIndividual]:
        return DesignatedIndividual.standing().filter(practice=self.membership.practice_id)

    @property
    def audit_chain(self) -> str:
        """Name the chain of the trail on which this person's events stand."""
        return f"practice:{self.membership.practice_id}" if self.has_membership else "portal"

    @property
    def time_zone(self) -> str:
        return self.practice.time_zone if self.practice else DEFAULT_TIME_ZONE
