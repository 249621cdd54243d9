"""The archived record of what was signed, written inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid4

from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import Trail
from epcs_portal.rows import one_or_none
from prescriptions import signing_key
from prescriptions.ceremony import Reviewed
from prescriptions.content import content_of
from prescriptions.models import Prescription, Signature, SigningCertificate
from prescriptions.record import signed_record
from prescriptions.signing_key import ALGORITHM, SigningKey


def write_signatures(
    trail: Trail,
    marked: list[Prescription],
    reviewed: Reviewed,
    *,
    key: SigningKey,
    factors: Mapping[str, str],
    at: datetime,
) -> UUID:
    """Sign each prescription and archive the record. Return the ceremony.

    Raise SigningKeyUnavailable: the caller's transaction then leaves nothing.
    """
    user, ceremony = reviewed.user, uuid4()
    certificate = _certificate_of(key, at=at)
    signatures = []
    for rx in marked:
        record = signed_record(
            content_of(rx, at=at),
            signer=f"{user.full_name} ({user.get_username()})",
            factors=factors,
            ceremony=str(ceremony),
            ready_at=rx.ready_at,
            signed_at=at,
            key_id=certificate.key_id,
        )
        signature = Signature(
            prescription=rx,
            ceremony=ceremony,
            signed_by=user,
            signed_at=at,
            record=record,
            algorithm=ALGORITHM,
            signature=signing_key.sign_and_check(key, record),
            certificate=certificate,
        )
        signatures.append(signature)
    _store(trail, signatures, reviewed, at=at)
    return ceremony


def _store(trail: Trail, signatures: list[Signature], reviewed: Reviewed, *, at: datetime) -> None:
    user = reviewed.user
    for signature in signatures:
        trail.record(
            Event.PRESCRIPTION_SIGNED,
            at=at,
            person=user,
            actor=user,
            subject=str(signature.prescription),
            ceremony=str(signature.ceremony),
            shown_digest=reviewed.marked[signature.prescription.reference],
        )
    Signature.objects.bulk_create(signatures)
    rows = Prescription.objects.filter(pk__in=[each.prescription_id for each in signatures])
    rows.update(status=Prescription.Status.SIGNED, changed_at=at)


def _certificate_of(key: SigningKey, *, at: datetime) -> SigningCertificate:
    key_id = signing_key.key_id_of(key.certificate)
    certificate = one_or_none(SigningCertificate.objects.filter(pk=key_id))
    if certificate is None:
        # The second of two first signers waits here for the first, and inserts nothing.
        certificate = SigningCertificate(key_id=key_id, pem=key.certificate, first_used_at=at)
        SigningCertificate.objects.bulk_create([certificate], ignore_conflicts=True)
    return certificate
