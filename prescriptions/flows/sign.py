"""Sign prescriptions of one patient with two factors (21 CFR 1311.120(b)(11)-(15), 1311.140)."""

from __future__ import annotations

from datetime import datetime

from django.views.decorators.debug import sensitive_variables

from accounts import knowledge, signing_states, two_factors
from accounts.knowledge import Compared
from accounts.models import KnowledgeFactor
from epcs_portal import signing_key
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import Trail, audited_transaction
from epcs_portal.refusals import Refusal
from epcs_portal.signing_key import SigningKey, SigningKeyUnavailable
from prescriptions import archive, ceremony
from prescriptions.archive import MarkTakenBack
from prescriptions.ceremony import Reviewed
from prescriptions.models import Prescription
from prescriptions.refusals import (
    CeremonyVoid,
    PrescriptionChanged,
    SigningBroken,
    SigningUnavailable,
    TokenMissing,
)
from tokens.approvals import Purpose
from tokens.possession import Offered, Possession, possession_of


@sensitive_variables("secret", "offered")
def sign(
    *,
    reviewed: Reviewed,
    secret: str,
    offered: Offered,
    at: datetime,
    knows: KnowledgeFactor.Kind = KnowledgeFactor.Kind.PIN,
) -> None:
    """Sign everything that was marked, or nothing. ``secret``: the EPCS PIN, or the EPCS password.

    Refused, in this order: no usable signing key, no token; locked signing, no access to sign, a
    page from before the PIN or access changed; a prescription that is not as it was shown or not
    covered by its DEA registration (none of these costs a password or an attempt); a token that is
    locked or out of step, a phone that has not approved what is marked; and wrong factors.

    Two durable transactions: the password is spent in the first, so that nothing that goes
    wrong in the second brings it back (ASVS 2.3.3). The second checks again who signs and what.
    """
    key = _usable_key(reviewed, at=at)
    covers = ceremony.covers(reviewed) if offered.request else ""
    by = possession_of(reviewed.user, offered, purpose=Purpose.SIGN, covers=covers)
    if by is None:
        raise TokenMissing
    compared = knowledge.check(user=reviewed.user, kind=knows, secret=secret)
    with audited_transaction() as trail:
        marked = _spend(trail, reviewed, by, compared, knows, at=at)
    if isinstance(marked, Refusal):
        raise marked
    factors = {"knowledge": knows.label, "possession": str(by)}
    try:
        with audited_transaction() as trail:
            refusal = _sign(trail, reviewed, marked, key, factors, at=at)
    except SigningKeyUnavailable as error:
        _record_lost_key(reviewed, error, at=at)
        raise SigningBroken from None
    except MarkTakenBack:
        with audited_transaction() as trail:
            refusal = _recorded(trail, PrescriptionChanged(), reviewed, at=at)
    if refusal is not None:
        raise refusal


def _spend(
    trail: Trail,
    reviewed: Reviewed,
    by: Possession,
    compared: Compared,
    knows: KnowledgeFactor.Kind,
    *,
    at: datetime,
) -> list[Prescription] | Refusal:
    """Decide on both factors, and spend the password whatever the PIN was.

    Return what is marked, if both were right.
    """
    state = signing_states.lock_state(reviewed.user)
    if refusal := two_factors.locked(state.lock, at=at) or ceremony.not_allowed(state, reviewed):
        return _recorded(trail, refusal, reviewed, at=at)
    if compared.generation not in (None, state.generation):
        # The PIN changed while it was compared. The page's generation is the browser's word.
        return _recorded(trail, CeremonyVoid(), reviewed, at=at)
    waiting = ceremony.lock_waiting(reviewed)
    if refusal := ceremony.not_as_shown(waiting, reviewed, at=at):
        return _recorded(trail, refusal, reviewed, at=at)
    ceremony.mark_ready(trail, waiting, reviewed, at=at)
    attempt, known = by.use(at=at), compared.known
    refusal = two_factors.verdict(state, attempt, known, knows=knows, token=by.token, at=at)
    ceremony.record_attempt(trail, reviewed, attempt, known, refusal, knows=knows, by=by, at=at)
    return refusal or ceremony.marked_of(waiting, reviewed)


def _sign(
    trail: Trail,
    reviewed: Reviewed,
    marked: list[Prescription],
    key: SigningKey,
    factors: dict[str, str],
    *,
    at: datetime,
) -> Refusal | None:
    """Check again who signs, and sign what still stands as it was marked.

    Not the lock: both factors were right before whatever led to it.
    """
    state = signing_states.lock_state(reviewed.user)
    if refusal := ceremony.not_allowed(state, reviewed):
        return _recorded(trail, refusal, reviewed, at=at)
    archive.write_signatures(trail, marked, reviewed, key=key, factors=factors, at=at)
    return None


def _usable_key(reviewed: Reviewed, *, at: datetime) -> SigningKey:
    try:
        return signing_key.current(at=at)
    except SigningKeyUnavailable as error:
        _record_lost_key(reviewed, error, at=at)
        raise SigningUnavailable from None


def _record_lost_key(reviewed: Reviewed, error: SigningKeyUnavailable, *, at: datetime) -> None:
    user = reviewed.user
    with audited_transaction() as trail:
        trail.record(
            Event.SIGNING_KEY_UNAVAILABLE, at=at, person=user, actor=user, reason=str(error)
        )


def _recorded(trail: Trail, refusal: Refusal, reviewed: Reviewed, *, at: datetime) -> Refusal:
    is_changed = isinstance(refusal, PrescriptionChanged)
    event = Event.PRESCRIPTION_CHANGED_MEANWHILE if is_changed else Event.SIGNING_NOT_ALLOWED
    subject = f"patient {reviewed.patient_id}"
    user = reviewed.user
    trail.record(event, at=at, person=user, actor=user, subject=subject, outcome=refusal.code)
    return refusal
