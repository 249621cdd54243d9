"""The audit trail's two tables: its events, and the head of each chain."""

from __future__ import annotations

import json
import uuid
from typing import Any, NoReturn

from django.conf import settings
from django.db import models

from epcs_portal.append_only import AppendOnlyModel, AppendOnlyQuerySet
from epcs_portal.audit.event_classes import EventClass

TrailFact = str | int | bool | None

ONLY_ADDED_TO = "The audit trail is only ever added to."


class AuditEvent(AppendOnlyModel):
    """One event: who did what to whose what, when, from where, and with what outcome.

    Written by ``trail`` alone. Every column is part of ``text``, which ``hash`` covers; the
    facts of the event stand in ``text`` only.
    """

    only_added_to = ONLY_ADDED_TO

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    chain = models.CharField(max_length=64)
    sequence = models.PositiveBigIntegerField()
    occurred_at = models.DateTimeField()
    event = models.CharField(max_length=60)
    succeeded = models.BooleanField()
    event_class = models.PositiveSmallIntegerField(choices=EventClass, null=True)
    # Indexed, if at all, together with the time: see Meta.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    actor_text = models.TextField()
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    subject = models.CharField(max_length=200)
    address = models.CharField(max_length=45)
    request_id = models.CharField(max_length=32)
    text = models.TextField()
    hash = models.CharField(max_length=64)

    objects = AppendOnlyQuerySet["AuditEvent"].as_manager()

    class Meta:
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=["chain", "sequence"], name="audit_event_in_chain"),
            models.CheckConstraint(
                condition=models.Q(event_class__isnull=True) | models.Q(event_class__range=(1, 6)),
                name="audit_event_class",
            ),
            models.CheckConstraint(
                condition=models.Q(sequence__gte=1), name="audit_event_sequence"
            ),
        ]
        indexes = [
            models.Index(
                fields=["person", "-occurred_at", "-sequence"], name="audit_event_own_newest"
            ),
            models.Index(fields=["chain", "occurred_at"], name="audit_event_daily"),
        ]

    def __str__(self) -> str:
        return f"{self.chain} {self.sequence}: {self.occurred_at:%Y-%m-%d %H:%M:%S} {self.event}"

    @property
    def facts(self) -> dict[str, TrailFact]:
        facts: dict[str, TrailFact] = json.loads(self.text)["facts"]
        return facts

    def columns(self) -> dict[str, Any]:
        """Return every column that the text repeats."""
        names = (field.attname for field in self._meta.concrete_fields)
        return {name: getattr(self, name) for name in names if name not in ("text", "hash")}


class ChainHead(models.Model):
    """The last link of one chain. Locked, last of all, by whoever adds to the chain."""

    chain = models.CharField(max_length=64, primary_key=True)
    sequence = models.PositiveBigIntegerField()
    hash = models.CharField(max_length=64)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.chain} at {self.sequence}"

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError(ONLY_ADDED_TO)
