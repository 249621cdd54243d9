"""The auditable events of 21 CFR 1311.150(a), and what each event of the trail has."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from django.db.models import IntegerChoices


class EventClass(IntegerChoices):
    """By their numbers there."""

    UNAUTHORIZED_ACCESS = 1, "Unauthorized access"
    UNAUTHORIZED_MODIFICATION = 2, "Unauthorized change"
    INTERFERENCE_WITH_OPERATION = 3, "Interference with operation"
    ACCESS_CONTROL = 4, "Change of who may do what"
    INTERFERENCE_WITH_TRAIL = 5, "Interference with the trail"
    PROVIDER_STAFF = 6, "Our own staff and machinery"


class AuditedEvent(StrEnum):
    """A kind of event, with its outcome and class.

    They belong to the event and are set beside its name alone: 21 CFR 1311.120(b)(24)(iv) and
    1311.150(a).
    """

    succeeded: bool
    event_class: EventClass | None

    def __new__(cls, value: str, succeeded: bool, event_class: EventClass | None = None) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.succeeded = succeeded
        member.event_class = event_class
        return member
