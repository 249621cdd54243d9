"""The archived record of what was signed, written inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID, uuid4

from django.db.models import Q, QuerySet

from epcs_portal import signing_key
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import Trail
from epcs_portal.compiled import Insert, Select, Update
from epcs_portal.signing_key import ALGORITHM, SigningKey
from prescriptions.ceremony import Reviewed
from prescriptions.content import content_of
from prescriptions.models import Prescription, Signature, SigningCertificate
from prescriptions.record import signed_record


class MarkTakenBack(Exception):
    """Another page of this person took a mark back, or the prescription, after it was checked."""


def _as_marked(at: Any, **marks: Any) -> tuple[QuerySet[Prescription], dict[str, Any]]:
    """``marks`` are rx0, digest0, rx1, digest1 …"""
    each = [Q(pk=marks[f"rx{n}"], ready_digest=marks[f"digest{n}"]) for n in range(len(marks) // 2)]
    ready = Prescription.objects.filter(reduce(or_, each), status=Prescription.Status.READY)
    return ready, {"status": Prescription.Status.SIGNED.value, "changed_at": at}


_CLOSE = Update(_as_marked)
_SIGNATURES = Insert(Signature)
_CERTIFICATE = Select(lambda key_id: SigningCertificate.objects.filter(pk=key_id))


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

    Raise SigningKeyUnavailable or MarkTakenBack: the caller's transaction then leaves nothing.
    """
    user, ceremony = reviewed.user, uuid4()
    _close(marked, reviewed, at=at)
    key_id = _keep_certificate(key, at=at)
    signatures = []
    for rx in marked:
        record = signed_record(
            content_of(rx, at=at),
            signer=f"{user.full_name} ({user.get_username()})",
            factors=factors,
            ceremony=str(ceremony),
            ready_at=rx.ready_at,
            signed_at=at,
            key_id=key_id,
        )
        signature = Signature(
            prescription=rx,
            ceremony=ceremony,
            signed_by=user,
            signed_at=at,
            record=record,
            algorithm=ALGORITHM,
            signature=signing_key.sign_and_check(key, record),
            certificate_id=key_id,
        )
        signatures.append(signature)
    _store(trail, signatures, reviewed, factors=factors, at=at)
    return ceremony


def _store(
    trail: Trail,
    signatures: list[Signature],
    reviewed: Reviewed,
    *,
    factors: Mapping[str, str],
    at: datetime,
) -> None:
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
            **factors,
        )
    _SIGNATURES(signatures)


def _close(marked: list[Prescription], reviewed: Reviewed, *, at: datetime) -> None:
    """Whatever changes one takes its mark back: a mark that stands is what was shown."""
    marks: dict[str, Any] = {}
    for number, rx in enumerate(marked):
        marks |= {f"rx{number}": rx.pk, f"digest{number}": reviewed.marked[rx.reference]}
    if _CLOSE(at=at, **marks) != len(marked):
        raise MarkTakenBack


def _keep_certificate(key: SigningKey, *, at: datetime) -> str:
    """Return the key's id; its certificate is stored."""
    key_id = signing_key.key_id_of(key.certificate)
    if _CERTIFICATE.one_or_none(key_id=key_id) is None:
        # The second of two first signers waits here for the first, and inserts nothing.
        certificate = SigningCertificate(key_id=key_id, pem=key.certificate, first_used_at=at)
        SigningCertificate.objects.bulk_create([certificate], ignore_conflicts=True)
    return key_id
