"""How signing says no. No sentence tells which of the two factors was wrong."""

from __future__ import annotations

from django.conf import settings

from accounts.signing_access import Access
from epcs_portal.refusals import Refusal


class SigningNotAllowed(Refusal):
    """Facts: ``access``, one of ``accounts.signing_access.Access`` but granted."""

    code = "signing-not-allowed"

    @property
    def sentence(self) -> str:
        return {
            Access.NOT_GIVEN: (
                "Your practice has not given you access to sign, so nothing was signed. Two people "
                "there give it, one after the other."
            ),
            Access.REVOKED: (
                "Your practice has ended your access to sign, so nothing was signed. Two people "
                "there give it, one after the other."
            ),
            Access.SUSPENDED: (
                "A token, PIN or password of yours was reported lost or stolen, so nobody can "
                "sign under your name and nothing was signed. Two people at your practice have "
                "to approve your access again."
            ),
            Access.LAPSED: (
                "A DEA registration of yours was renewed late or added, so nothing was signed. "
                "Two people at your practice have to approve your access again."
            ),
            Access.STOPPED: (
                "Your practice stopped signing under your name, so nothing was signed. Two people "
                "at your practice have to approve your access again."
            ),
            Access.ACCOUNT_REVOKED: (
                "Your EPCS account is revoked, so nothing was signed. You can sign again after a "
                f"new identity proofing. Call support at {settings.SUPPORT_PHONE}."
            ),
            Access.HELD: (
                "A change to your account was reported as not yours, so nobody can sign under "
                "your name until the hold is lifted. Nothing was signed."
            ),
        }[Access(str(self.facts["access"]))]


class TokenMissing(Refusal):
    code = "token-missing"
    text = (
        "You have no such token any more, so nothing was signed. Add a token, then sign. "
        "Your prescriptions are saved in Rx Queue."
    )


class TokenNotSeparate(Refusal):
    """21 CFR 1311.115(a)(3)(b), as far as a browser tells what it runs on."""

    code = "token-not-separate"
    text = (
        "The token must be separate from the device you sign on, so your phone was not asked. "
        "On a phone, use your hardware token."
    )


class CeremonyVoid(Refusal):
    code = "ceremony-void"
    text = (
        "Your EPCS PIN, your EPCS password or your access changed after you opened this page, so "
        "nothing was signed and no attempt was counted. Review the prescriptions again, then sign."
    )


class PrescriptionChanged(Refusal):
    code = "prescription-changed"
    field = "ready"
    text = "This prescription changed after you opened it. Review it again, then mark it ready."


class RegistrationNotInForce(Refusal):
    """Facts: ``number`` of the DEA registration, and ``schedule`` of the drug."""

    code = "registration-not-in-force"
    field = "ready"
    text = (
        "DEA registration {number} is not in force today for schedule {schedule}, so nothing was "
        "signed. Ask an eRx administrator at your practice to update it."
    )


class RulesNotKept(Refusal):
    """Facts: ``reference``. What was right when it was composed may not be any more."""

    code = "rules-not-kept"
    field = "ready"
    text = (
        "Prescription {reference} no longer keeps the rules for its medication, so nothing was "
        "signed. Select Change beside it, mend what the page names, then sign."
    )


class SigningUnavailable(Refusal):
    """Before the factors were checked."""

    code = "signing-unavailable"
    text = (
        "We can't reach the signing key, so we stopped before signing. Nothing was signed and no "
        "attempt was counted. Try again in a few minutes. If the patient can't wait, use a paper "
        "prescription where your state allows it."
    )


class SigningBroken(SigningUnavailable):
    """After the one-time password was spent."""

    code = "signing-broken"
    text = (
        "The signing key stopped answering, so nothing was signed. Your one-time password is used "
        "up: try again with a new one in a few minutes. If the patient can't wait, use a paper "
        "prescription where your state allows it."
    )
