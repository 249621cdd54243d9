"""Set up my EPCS password: after a reset, or for the first time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.views.decorators.debug import sensitive_variables

from accounts import knowledge, knowledge_permits, password_criteria, selectors, signing_states
from accounts.knowledge import Knowledge
from accounts.models import KnowledgeFactor, SigningState, User
from accounts.password_criteria import NOT_FORMER, NOT_SIGN_IN, RULES, Rule
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from epcs_portal.refusals import Refusal
from tokens import notices, step_up
from tokens.models import SecurityNotice

Kind = KnowledgeFactor.Kind
SUBJECT = "EPCS password"
SENTENCES = {rule.name: rule.sentence for rule in RULES}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    """What can be said of the typed password before the transaction opens."""

    broken: Rule | None
    hashed: bytes = field(repr=False)
    generation: int  # of the signing state, as it was before the password was compared


class PasswordNotPermitted(Refusal):
    """Nothing was proven in this session, or it was used, overtaken or too long ago; or there is no
    reset that is open."""

    code = "password-not-permitted"

    @property
    def sentence(self) -> str:
        minutes = settings.PIN_PROOF // timedelta(minutes=1)
        return (
            "This page is over, so no password was set by it: the reset was used, or it is more "
            f"than {minutes} minutes since your one-time password. My Settings says what stands."
        )


class PasswordBreaksRule(Refusal):
    """Facts: ``rule``, its name."""

    code = "password-breaks-rule"
    field = "password"

    @property
    def sentence(self) -> str:
        return SENTENCES[str(self.facts["rule"])]


@sensitive_variables("password", "candidate")
def set_password(*, user: User, password: str, session_key: str, at: datetime) -> None:
    """Store the EPCS password, which spends the reset or is the first one of an enrollment grant.

    From then on no signing page that is open signs any more. A lock of signing stays as it is: a
    new PIN alone ends it. Refused: a password against the criteria, the one of sign-in, the last
    EPCS password, and one that nothing permits.
    """
    kind = Kind.PASSWORD
    if not knowledge_permits.may_choose(user, kind=kind, session_key=session_key, at=at):
        _record(user, PasswordNotPermitted(), at=at)  # and nothing is compared: that were a guess
        raise PasswordNotPermitted
    candidate = _candidate(user, password)
    with audited_transaction() as trail:
        state = signing_states.lock_state(user)
        authority = _spend_permit(user, candidate, state, session_key, at)
        refusal = authority if isinstance(authority, Refusal) else None
        if refusal is None:
            knowledge.store(user=user, kind=kind, hashed=candidate.hashed, at=at)
            signing_states.void_ceremonies(state)
            notices.note(user, SecurityNotice.Change.PASSWORD_SET, at=at)
            step_up.end_after_change(user_id=user.pk, session_key=session_key, at=at)
        trail.record(
            Event.PASSWORD_CHANGE_REFUSED if refusal else Event.PASSWORD_SET,
            at=at,
            person=user,
            actor=user,
            subject=SUBJECT,
            authority="" if refusal else str(authority),
            outcome=refusal.code if refusal else None,
        )
    if refusal:
        raise refusal


def _record(user: User, refusal: Refusal, *, at: datetime) -> None:
    with audited_transaction() as trail:
        trail.record(
            Event.PASSWORD_CHANGE_REFUSED,
            at=at,
            person=user,
            actor=user,
            subject=SUBJECT,
            authority="",
            outcome=refusal.code,
        )


@sensitive_variables("password", "spellings")
def _candidate(user: User, password: str) -> _Candidate:
    """Compare it. Argon2id takes 20 ms each time, so no transaction is open."""
    generation, own = signing_states.state_of(user).generation, password_criteria.names_of(user)
    broken = password_criteria.broken_rules(password, own=own)
    if broken:
        return _Candidate(broken=broken[0], hashed=b"", generation=generation)
    spellings = {password, knowledge.normalized(password, Kind.PASSWORD)}
    # All of it each time: of many at once, the one that is right must not be the first to be done.
    is_sign_in = [check_password(spelling, user.password) for spelling in spellings]
    kinds = (Kind.FORMER, Kind.PASSWORD)
    known = [knowledge.check(user=user, kind=kind, secret=password).known for kind in kinds]
    hashed = knowledge.hash_of(password, Kind.PASSWORD)
    rule = NOT_FORMER if Knowledge.RIGHT in known else None
    rule = NOT_SIGN_IN if any(is_sign_in) else rule
    return _Candidate(broken=rule, hashed=hashed, generation=generation)


def _spend_permit(
    user: User, candidate: _Candidate, state: SigningState, session_key: str, at: datetime
) -> str | Refusal:
    """Return under what the password is set, which is then spent; or why it is not set.

    A refused one leaves the proof unspent. That is no way to guess: any other guess is saved and
    spends it, so one proof is one guess all the same.
    """
    kind = Kind.PASSWORD
    if candidate.generation != state.generation:
        return PasswordNotPermitted()  # what it was compared with may be another by now
    generation = state.generation
    proofs = knowledge_permits.open_proofs(
        user, kind=kind, session_key=session_key, generation=generation, at=at
    )
    resets = selectors.open_resets(at=at).filter(user=user)
    is_granted = knowledge_permits.is_granted(user, at=at)
    is_proven = proofs.exists() and resets.exists()
    if not is_granted and not is_proven:
        return PasswordNotPermitted()
    if candidate.broken is not None:
        return PasswordBreaksRule(rule=candidate.broken.name)
    if is_granted:
        return "enrollment grant"
    is_spent = proofs.update(used_at=at) and resets.update(used_at=at)
    return "token proof" if is_spent else PasswordNotPermitted()
