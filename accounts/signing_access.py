"""Who may sign. Derived from what happened each time it is asked; no flag anywhere says so."""

from __future__ import annotations

from accounts.models import AccessChange, Prescriber


def may_sign(prescriber: Prescriber) -> bool:
    """Return whether the latest executed access change is a grant (21 CFR 1311.125(c)).

    A superuser, a Django group or a role gives nothing.
    """
    latest = (
        AccessChange.objects.filter(prescriber=prescriber, executed_at__isnull=False)
        .order_by("-executed_at", "-pk")
        .first()
    )
    return latest is not None and latest.kind == AccessChange.Kind.GRANT
