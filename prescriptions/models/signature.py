"""What a signature leaves: the bytes that were signed, and what proves it later."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models

from epcs_portal.append_only import AppendOnlyModel, AppendOnlyQuerySet
from prescriptions.models.prescription import Prescription


class SigningCertificate(AppendOnlyModel):
    """The X.509 certificate of a key that signed here. Kept when the key is retired, so that
    old signatures still verify (21 CFR 1311.305)."""

    only_added_to = "The certificate of a signing key is kept as it is."

    key_id = models.CharField(max_length=64, primary_key=True)  # SHA-256 of the certificate, hex
    pem = models.TextField()
    first_used_at = models.DateTimeField()

    objects = AppendOnlyQuerySet["SigningCertificate"].as_manager()

    def __str__(self) -> str:
        return f"signing certificate {self.key_id[:12]}"


class Signature(AppendOnlyModel):
    """The archived record of one signed prescription (21 CFR 1311.120(b)(15)).

    ``record`` is the exact text that was signed: canonical JSON in ASCII, so its bytes are
    its characters. Pages show a signed prescription from it, never from the rows it came from.
    """

    only_added_to = "A signature is kept as it was made."

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    prescription = models.OneToOneField(Prescription, models.PROTECT, related_name="signature")
    ceremony = models.UUIDField(db_index=True)  # the same for all that were signed together
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()
    record = models.TextField()
    algorithm = models.CharField(max_length=20)
    signature = models.BinaryField()  # DER
    certificate = models.ForeignKey(SigningCertificate, models.PROTECT, related_name="+")

    objects = AppendOnlyQuerySet["Signature"].as_manager()

    def __str__(self) -> str:
        return f"signature of {self.prescription_id}"
