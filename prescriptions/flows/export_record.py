"""Hand out the record of one signed prescription, with what verifies it (21 CFR 1311.305)."""

from __future__ import annotations

from datetime import datetime

from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from epcs_portal.refusals import Refusal
from prescriptions.models import Signature


class NothingSigned(Refusal):
    code = "nothing-signed"
    text = "No signed prescription has this reference. Nothing was written."


def export_record(*, reference: str, at: datetime) -> Signature:
    """Return the signature, and put on the trail that its record was handed out.

    Refused: a reference that is not of a signed prescription.
    """
    signatures = Signature.objects.select_related("certificate", "prescription", "signed_by")
    signature = signatures.filter(prescription__reference=reference).first()
    if signature is None:
        raise NothingSigned
    with audited_transaction() as trail:
        subject, signer = str(signature.prescription), signature.signed_by
        trail.record(Event.RECORD_EXPORTED, at=at, person=signer, subject=subject)
    return signature
