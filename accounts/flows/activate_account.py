"""Both activation codes come back: the EPCS account opens, and with it the enrollment grant."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.views.decorators.debug import sensitive_variables

from accounts import activation, signing_states
from accounts.activation import Channel, Part
from accounts.activation_refusals import (
    ActivationCodesWrong,
    ActivationTriesUsedUp,
    EmailCodeOver,
    LetterCodeOver,
    NothingToActivate,
    PhoneCodeNotSent,
    PhoneCodeOver,
)
from accounts.models import ActivationPiece, IdentityProofing, User
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import Trail, audited_transaction
from epcs_portal.refusals import Refusal
from tokens import binding, notices
from tokens.models import BindingTries, EnrollmentGrant, SecurityNotice

OVER: Mapping[str, type[Refusal]] = {
    Channel.TEXT: PhoneCodeOver,
    Channel.CALL: PhoneCodeOver,
    Channel.EMAIL: EmailCodeOver,
    Channel.POST: LetterCodeOver,
}


@sensitive_variables("phone_code", "address_code", "typed")
def activate_account(*, user: User, phone_code: str, address_code: str, at: datetime) -> None:
    """Open the account, and give the grant for the first binding (21 CFR 1311.105(c)).

    Refused: a sixth try in an hour, with no proofing that waits (none, activated already, or the
    account was revoked since), one code alone, an expired one, and a wrong one. Which of two is
    wrong is not said; which of them expired is no secret.
    """
    typed = {Part.PHONE: phone_code, Part.ADDRESS: address_code}
    with audited_transaction() as trail:
        signing_states.lock_state(user)
        tries = binding.lock_person(user)
        proofing = activation.open_proofing_of(user.prescriber)
        refusal = _refusal(proofing, typed, tries, at)
        if refusal is None and proofing is not None:
            _open(trail, proofing, tries, at)
        trail.record(
            Event.ACTIVATION_REFUSED if refusal else Event.ACCOUNT_ACTIVATED,
            at=at,
            person=user,
            actor=user,
            subject="EPCS account",
            outcome=refusal.code if refusal else None,
        )
    if refusal is not None:
        raise refusal


def _refusal(
    proofing: IdentityProofing | None,
    typed: Mapping[Part, str],
    tries: BindingTries,
    at: datetime,
) -> Refusal | None:
    """Return why not; or None, and both codes are used up."""
    again_at = binding.count_try(tries, at=at)
    if again_at is not None:
        return ActivationTriesUsedUp(again_at=again_at.isoformat())
    if proofing is None:
        return NothingToActivate()
    pieces = activation.pieces_of(proofing)
    is_right = activation.are_right(pieces, typed)
    if Part.PHONE not in pieces:
        return PhoneCodeNotSent()
    if over := _over(pieces, at):
        return over
    return None if is_right and activation.use(pieces, at=at) else ActivationCodesWrong()


def _over(pieces: Mapping[Part, ActivationPiece], at: datetime) -> Refusal | None:
    """The email or letter first: the phone's code is had again at any time."""
    late = sorted((piece for piece in pieces.values() if piece.is_over(at)), key=lambda p: -p.part)
    return OVER[late[0].channel]() if late else None


def _open(trail: Trail, proofing: IdentityProofing, tries: BindingTries, at: datetime) -> None:
    user, lasts = proofing.prescriber.user, settings.ENROLLMENT_GRANT
    proofing.activated_at = at
    proofing.save(update_fields=["activated_at"])
    EnrollmentGrant.objects.create(user=user, given_at=at, expires_at=at + lasts)
    trail.record(
        Event.ENROLLMENT_GRANT_GIVEN,
        at=at,
        person=user,
        actor=user,
        subject="enrollment grant",
        hours=lasts // timedelta(hours=1),
    )
    binding.forget_tries(tries)
    notices.note(user, SecurityNotice.Change.ACCOUNT_ACTIVATED, at=at)
