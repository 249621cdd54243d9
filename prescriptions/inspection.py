"""Whether everything that was signed still stands as it was signed (21 CFR 1311.305)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.db import connection

from accounts import guards as access_guards
from epcs_portal import signing_key
from prescriptions import guards
from prescriptions.models import Prescription, Signature
from prescriptions.record import read

TELL_EVERY = 1000
Progress = Callable[[int, int], None]


def is_whole(signature: Signature) -> bool:
    """Return whether the key that the record names signed it, for the prescription it is kept with.

    Reads the certificate and the prescription: select them with the signature.
    """
    pem = signature.certificate.pem
    if not signing_key.verifies(signature.record, bytes(signature.signature), certificate=pem):
        return False
    try:
        record = read(signature.record)
        named, reference = record["key_id"], record["prescription"]["reference"]
    except (ValueError, LookupError, TypeError):  # somebody else's words, signed with another key
        return False
    return (
        signing_key.key_id_of(pem) == signature.certificate_id == named
        and reference == signature.prescription.reference
        and signature.prescription.status == Prescription.Status.SIGNED
    )


def faults(progress: Progress) -> Iterator[str]:
    """Yield a sentence for each thing that is not as it must be.

    ``progress`` is told how many signatures were looked at, and how many there are.
    """
    for name in access_guards.faulty(connection):
        yield f"The database does not guard access changes: trigger {name} is not as it was made."
    for name in guards.faulty(connection):
        yield f"The database does not guard what was signed: trigger {name} is not as it was made."
    unsigned = Prescription.objects.filter(status=Prescription.Status.SIGNED, signature=None)
    for reference in unsigned.values_list("reference", flat=True).order_by("reference").iterator():
        yield f"{reference} is signed by its status, and there is no signature."
    signatures = Signature.objects.select_related("certificate", "prescription")
    counted = signatures.count()
    for number, signature in enumerate(signatures.order_by("signed_at", "pk").iterator(), start=1):
        if not is_whole(signature):
            yield f"{signature.prescription.reference} does not verify."
        if number % TELL_EVERY == 0 or number == counted:
            progress(number, counted)
