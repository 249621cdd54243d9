"""Ask the phone that has Mobile ID to approve what a page is about to do."""

from __future__ import annotations

from datetime import datetime

from epcs_portal.audit.trail import audited_transaction
from epcs_portal.refusals import Refusal
from tokens import approvals
from tokens.approvals import Question
from tokens.models import ApprovalRequest, SoftToken


def ask_phone(*, token: SoftToken, question: Question, at: datetime) -> ApprovalRequest:
    """Return the request, whose two digits the page shows. It supersedes the one before.

    Refused: a Mobile ID that is locked or has no phone, too many requests, and any after
    "It wasn't me".
    """
    with audited_transaction() as trail:
        asked = approvals.ask_owner(trail, token, question, at=at)
    if isinstance(asked, Refusal):
        raise asked
    return asked
