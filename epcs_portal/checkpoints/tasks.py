from __future__ import annotations

import logging

from celery import shared_task
from django.utils import timezone

from epcs_portal.checkpoints.flows.sign_heads import HeadsNotSigned
from epcs_portal.checkpoints.flows.sign_heads import sign_heads as sign

log = logging.getLogger(__name__)


@shared_task(time_limit=300)
def sign_heads(**_later: object) -> bool:
    """Make the checkpoint of the day unless there is one. It may run twice."""
    try:
        return sign(at=timezone.now())
    except HeadsNotSigned as refusal:
        log.error("%s", refusal)  # noqa: TRY400  (it is on the trail, and no fault of the portal)
        return False
