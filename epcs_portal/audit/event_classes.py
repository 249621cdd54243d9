"""The auditable events of 21 CFR 1311.150(a)."""

from __future__ import annotations

from django.db.models import IntegerChoices


class EventClass(IntegerChoices):
    """By their numbers there."""

    UNAUTHORIZED_ACCESS = 1, "Unauthorized access"
    UNAUTHORIZED_MODIFICATION = 2, "Unauthorized change"
    INTERFERENCE_WITH_OPERATION = 3, "Interference with operation"
    ACCESS_CONTROL = 4, "Change of who may do what"
    INTERFERENCE_WITH_TRAIL = 5, "Interference with the trail"
    PROVIDER_STAFF = 6, "Our own staff and machinery"
