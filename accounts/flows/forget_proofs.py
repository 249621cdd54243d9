"""Forget proofs that permit no new PIN any more. The trail keeps what they were used for."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from accounts.models import KnowledgeProof
from epcs_portal.submissions.batches import BATCH, BATCHES, delete_in_batches


def forget_proofs(*, at: datetime, batch: int = BATCH, batches: int = BATCHES) -> int:
    """Delete proofs made PIN_PROOF_FORGOTTEN_AFTER ago or earlier, used or not; return how many."""
    rows = KnowledgeProof.objects.filter(proven_at__lte=at - settings.PIN_PROOF_FORGOTTEN_AFTER)
    return delete_in_batches(rows, batch=batch, batches=batches)
