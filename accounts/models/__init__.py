"""The tables of accounts."""

from accounts.models.access_change import AccessChange
from accounts.models.hold import Hold
from accounts.models.knowledge_factor import KnowledgeFactor
from accounts.models.knowledge_proof import KnowledgeProof
from accounts.models.password_reset import PasswordReset
from accounts.models.practice import DesignatedIndividual, Membership, Practice
from accounts.models.prescriber import DeaRegistration, Prescriber
from accounts.models.registration import ActivationPiece, Attestation, IdentityProofing
from accounts.models.sign_in_failures import SignInFailures
from accounts.models.signing_state import SigningState
from accounts.models.user import User

__all__ = [
    "AccessChange",
    "ActivationPiece",
    "Attestation",
    "DeaRegistration",
    "DesignatedIndividual",
    "Hold",
    "IdentityProofing",
    "KnowledgeFactor",
    "KnowledgeProof",
    "Membership",
    "PasswordReset",
    "Practice",
    "Prescriber",
    "SignInFailures",
    "SigningState",
    "User",
]
