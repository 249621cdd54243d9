"""Choose a new EPCS PIN, or the first one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.views.decorators.debug import sensitive_variables

from accounts import knowledge, knowledge_permits, pin_policy, selectors, signing_states
from accounts.knowledge import Knowledge
from accounts.models import KnowledgeFactor, SigningState, User
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from epcs_portal.refusals import Refusal
from tokens import notices, step_up
from tokens.models import SecurityNotice
from tokens.throttle import Lock

PIN = KnowledgeFactor.Kind.PIN
SUBJECT = "EPCS PIN"
CHANGES = {
    Event.PIN_SET: SecurityNotice.Change.PIN_SET,
    Event.PIN_RESET: SecurityNotice.Change.PIN_RESET,
}
SENTENCES = {rule.name: rule.sentence for rule in pin_policy.RULES}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    """What can be said of the typed PIN before the transaction opens."""

    broken: list[pin_policy.Rule]
    known: Knowledge
    hashed: bytes
    generation: int  # of the signing state, as it was before the PIN was compared


class PinNotPermitted(Refusal):
    """Nothing was proven in this session, or it was used, overtaken, or too long ago."""

    code = "pin-not-permitted"

    @property
    def sentence(self) -> str:
        minutes = settings.PIN_PROOF // timedelta(minutes=1)
        return (
            "The time for choosing a PIN is over, so the PIN was not changed. "
            f"Prove it's you again: you then have {minutes} minutes for one new PIN."
        )


class PinBreaksRule(Refusal):
    """Facts: ``rule``, its name."""

    code = "pin-breaks-rule"
    field = "pin"

    @property
    def sentence(self) -> str:
        return SENTENCES[str(self.facts["rule"])]


class PinIsCurrent(Refusal):
    code = "pin-is-current"
    field = "pin"
    text = "That is your current PIN. Choose a different one."


@sensitive_variables("pin", "candidate")
def reset_pin(*, user: User, pin: str, session_key: str, at: datetime) -> Event:
    """Store the PIN and return PIN_SET for a first one, PIN_RESET for any other.

    From then on the PIN before is dead, signing is unlocked, also from a hold, and no signing page
    that is open signs any more. Refused: a PIN against the rules, one that nothing permits, and
    the current one.
    """
    if not knowledge_permits.may_choose(user, kind=PIN, session_key=session_key, at=at):
        _record_without_permit(user, at=at)  # and nothing is compared: that would be a guess
        raise PinNotPermitted
    candidate = _candidate(user, pin)
    event = Event.PIN_SET if candidate.known is Knowledge.NOT_SET else Event.PIN_RESET
    with audited_transaction() as trail:
        state = signing_states.lock_state(user)
        refusal, authority = None, _spend_permit(user, candidate, state, session_key, at)
        if isinstance(authority, Refusal):
            refusal, authority, event = authority, "", Event.PIN_CHANGE_REFUSED
        else:
            knowledge.store(user=user, kind=PIN, hashed=candidate.hashed, at=at)
            signing_states.store_lock(state, Lock())
            signing_states.void_ceremonies(state)
            notices.note(user, CHANGES[event], at=at)
            step_up.end_after_change(user_id=user.pk, session_key=session_key, at=at)
        if candidate.known is Knowledge.UNREADABLE:
            trail.record(
                Event.KNOWLEDGE_UNREADABLE, at=at, person=user, actor=user, subject=SUBJECT
            )
        trail.record(
            event,
            at=at,
            person=user,
            actor=user,
            subject=SUBJECT,
            authority=authority,
            outcome=refusal.code if refusal else None,
        )
    if refusal:
        raise refusal
    return event


def _record_without_permit(user: User, *, at: datetime) -> None:
    with audited_transaction() as trail:
        trail.record(
            Event.PIN_CHANGE_REFUSED,
            at=at,
            person=user,
            actor=user,
            subject=SUBJECT,
            authority="",
            outcome=PinNotPermitted.code,
        )


@sensitive_variables("pin")
def _candidate(user: User, pin: str) -> _Candidate:
    own, generation = selectors.last_digits_of(user), signing_states.state_of(user).generation
    broken = pin_policy.broken_rules(pin, own=own)
    if broken:
        return _Candidate(broken=broken, known=Knowledge.WRONG, hashed=b"", generation=generation)
    return _Candidate(
        broken=broken,
        known=knowledge.check(user=user, kind=PIN, secret=pin).known,
        hashed=knowledge.hash_of(pin),
        generation=generation,
    )


def _spend_permit(
    user: User, candidate: _Candidate, state: SigningState, session_key: str, at: datetime
) -> str | Refusal:
    """Return under what the PIN is changed, which is then spent; or why it is not changed."""
    if candidate.broken:
        return PinBreaksRule(rule=candidate.broken[0].name)
    if candidate.generation != state.generation:
        return PinNotPermitted()  # the PIN it was compared with may be another by now
    proofs = knowledge_permits.open_proofs(
        user, kind=PIN, session_key=session_key, generation=state.generation, at=at
    )
    if candidate.known is Knowledge.RIGHT:
        # The proof stays unspent, so that its owner can choose another PIN. That is no way to
        # guess: any other guess is saved and spends it, so one proof is one guess all the same.
        return PinIsCurrent() if proofs.exists() else PinNotPermitted()
    if proofs.update(used_at=at):
        return "token proof"
    is_granted = knowledge_permits.is_granted(user, at=at)
    return "enrollment grant" if is_granted else PinNotPermitted()
