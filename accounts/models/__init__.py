"""The tables of accounts."""

from accounts.models.access_change import AccessChange
from accounts.models.hold import Hold
from accounts.models.knowledge_factor import KnowledgeFactor
from accounts.models.pin_proof import PinProof
from accounts.models.practice import DesignatedIndividual, Membership, Practice
from accounts.models.prescriber import DeaRegistration, IdentityProofing, Prescriber
from accounts.models.sign_in_failures import SignInFailures
from accounts.models.signing_state import SigningState
from accounts.models.user import User

__all__ = [
    "AccessChange",
    "DeaRegistration",
    "DesignatedIndividual",
    "Hold",
    "IdentityProofing",
    "KnowledgeFactor",
    "Membership",
    "PinProof",
    "Practice",
    "Prescriber",
    "SignInFailures",
    "SigningState",
    "User",
]
