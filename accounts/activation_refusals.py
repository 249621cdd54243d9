"""What can be wrong with an identity proofing, an activation and an attestation."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings

from epcs_portal.local_time import clock_time
from epcs_portal.refusals import Refusal


class NotAPrescriber(Refusal):
    code = "not-a-prescriber"
    text = "Only a prescriber has an EPCS account, so nothing was recorded."


class AlreadyRegistered(Refusal):
    code = "already-registered"
    text = (
        "This prescriber completed EPCS registration and has a token or phone to verify with, so "
        "nothing was recorded. A new proofing follows a revocation, or the loss of all factors."
    )


class ProofingRecordedAlready(Refusal):
    code = "proofing-recorded-already"
    field = "reference"
    text = (
        "This reference of this provider was recorded already, so nothing was recorded. Check the "
        "reference: each proofing counts once."
    )


class ProofingBeforeRevocation(Refusal):
    code = "proofing-before-revocation"
    field = "completed_on"
    text = (
        "The EPCS account was revoked on that day or after it, so this proofing does not count. "
        "The prescriber repeats identity proofing first."
    )


class NoEmailOfRecord(Refusal):
    code = "no-email-of-record"
    field = "channel"
    text = "There is no email of record, so nothing was recorded. Choose the letter."


class NoPracticeAddress(Refusal):
    code = "no-practice-address"
    field = "channel"
    text = (
        "There is no practice whose address a letter could go to, so nothing was recorded. Choose "
        "the email."
    )


class NothingToActivate(Refusal):
    code = "nothing-to-activate"
    text = (
        "There is no identity proofing that waits for its codes, so nothing was changed. Set up "
        "your EPCS account says what comes next."
    )


class LetterAlone(Refusal):
    code = "letter-alone"

    @property
    def sentence(self) -> str:
        return (
            "Your second code comes by letter, so no email was sent. If the letter does not "
            f"arrive, call support at {settings.SUPPORT_PHONE}: support sends a new one."
        )


class EmailsUsedUp(Refusal):
    code = "emails-used-up"

    @property
    def sentence(self) -> str:
        minutes = settings.CODE_SENDS_PERIOD // timedelta(minutes=1)
        return (
            f"We sent {settings.CODE_SENDS} emails within {minutes} minutes, so no other was sent. "
            f"The newest code works. If none arrives, call support at {settings.SUPPORT_PHONE}."
        )


class ActivationTriesUsedUp(Refusal):
    code = "activation-tries-used-up"

    @property
    def sentence(self) -> str:
        return (
            f"You have tried {settings.PAIR_TRIES} times within an hour, so these codes were not "
            f"checked. Try again at {clock_time(str(self.facts['again_at']))}, or call support at "
            f"{settings.SUPPORT_PHONE}."
        )


class PhoneCodeNotSent(Refusal):
    code = "phone-code-not-sent"
    field = "phone_code"
    text = "No code was sent to your phone yet. It takes both codes: ask for a text or call first."


class PhoneCodeOver(Refusal):
    code = "activation-phone-code-over"
    field = "phone_code"

    @property
    def sentence(self) -> str:
        minutes = settings.ACTIVATION_BY_PHONE // timedelta(minutes=1)
        return (
            f"The code from the text message or call expired after {minutes} minutes. "
            "Ask for a new one."
        )


class EmailCodeOver(Refusal):
    code = "activation-email-code-over"
    field = "address_code"

    @property
    def sentence(self) -> str:
        hours = settings.ACTIVATION_BY_EMAIL // timedelta(hours=1)
        return f"The code from the email expired after {hours} hours. Ask for a new email."


class LetterCodeOver(Refusal):
    code = "activation-letter-code-over"
    field = "address_code"

    @property
    def sentence(self) -> str:
        days = settings.ACTIVATION_BY_POST.days
        return (
            f"The code from the letter expired after {days} days. Call support at "
            f"{settings.SUPPORT_PHONE}: support sends a new one."
        )


class ActivationCodesWrong(Refusal):
    """One sentence for whichever is wrong: it must not be told which code was right."""

    code = "activation-codes-wrong"
    text = (
        "These codes don't match the newest ones we sent, so nothing was activated. Check both, "
        "and enter them again."
    )


class NotActivated(Refusal):
    code = "not-activated"
    text = (
        "Your EPCS account is not activated, so nothing was attested. Set up your EPCS account "
        "says what comes first."
    )


class LetterOver(Refusal):
    code = "letter-over"
    text = (
        "This letter was printed already, used, or another took its place, so there is no code to "
        "print. If it was lost, send a new letter from the page of the prescriber."
    )


class LetterUnreadable(Refusal):
    code = "letter-unreadable"
    text = (
        "The code of this letter can't be read any more, so nothing was printed. Send a new letter "
        "from the page of the prescriber."
    )


class NoLetterToSend(Refusal):
    code = "no-letter-to-send"
    text = (
        "No identity proofing of this prescriber waits for its codes, so no letter was begun. "
        "Record a proofing first."
    )


class OwnProofing(Refusal):
    code = "own-proofing"
    text = (
        "You recorded this proofing, and with it the phone that gets the other code, so another "
        "support agent prints the letter. Nothing was printed."
    )
