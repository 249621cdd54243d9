from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from accounts.flows.forget_proofs import forget_proofs as forget_old_proofs
from accounts.flows.forget_sign_in_failures import forget_sign_in_failures as forget
from accounts.flows.record_reports import record_reports as record


@shared_task
def forget_sign_in_failures(**_later: object) -> int:
    """Delete sign-in counts that are over. It may run twice."""
    return forget(at=timezone.now())


@shared_task
def forget_proofs(**_later: object) -> int:
    """Delete proofs for a PIN or password that are long over. It may run twice."""
    return forget_old_proofs(at=timezone.now())


@shared_task
def record_reports(**_later: object) -> int:
    """Write on the trail what was reported while it could not be written. It may run twice."""
    return record(at=timezone.now())
