"""The tables of prescriptions."""

from prescriptions.models.catalogue import Drug, Pharmacy
from prescriptions.models.patient import Patient
from prescriptions.models.prescription import Prescription
from prescriptions.models.signature import Signature, SigningCertificate

__all__ = [
    "Drug",
    "Patient",
    "Pharmacy",
    "Prescription",
    "Signature",
    "SigningCertificate",
]
