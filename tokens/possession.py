"""How somebody shows that they have a token: a password of it, or an answer of their phone.

Either is used up by the transaction that checks it, whatever else goes wrong.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from tokens import device_keys, selectors, verification
from tokens.models import ApprovalRequest, OathToken, SoftToken, StepUp
from tokens.outcomes import Attempt, Outcome

if TYPE_CHECKING:
    from accounts.models import User

State = ApprovalRequest.State
TOKEN, MOBILE, PUSH = SOURCES = ("token", "mobile", "push")


class Possession(Protocol):
    @property
    def token(self) -> OathToken: ...

    @property
    def is_push(self) -> bool: ...

    def use(self, *, at: datetime) -> Attempt:
        """Check it and use it up, inside the caller's transaction."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ByPassword:
    """``otp``: six digits, of a hard token or of Mobile ID."""

    token: OathToken
    otp: str = field(repr=False)
    is_push = False

    def __str__(self) -> str:
        return str(self.token)

    def use(self, *, at: datetime) -> Attempt:
        return verification.spend(self.token, self.otp, at=at)


@dataclass(frozen=True, slots=True, kw_only=True)
class ByPush:
    """An answer to the request of this very page, in the session that asked.

    ``covers``: the digest of what stands on the page now; another one was not approved.
    """

    token: SoftToken
    request: UUID
    purpose: str
    session_key: str = field(repr=False)
    covers: str = ""
    is_push = True

    def __str__(self) -> str:
        return f"{self.token}, approved on the phone (request {self.request})"

    def use(self, *, at: datetime) -> Attempt:
        """Refused: a locked Mobile ID, no answer yet, and all that is not an unspent approval."""
        lock = self.token.lock
        if lock.is_closed(at):
            return Attempt(outcome=Outcome.LOCKED, lock=lock)
        asked = ApprovalRequest.objects.filter(
            pk=self.request,
            user=self.token.user,
            purpose=self.purpose,
            covers=self.covers,
            session_digest=device_keys.digest(self.session_key),
            device__soft_token=self.token,
            device__closed_at=None,
        )
        request = asked.first()
        if request is not None and request.is_open(at):
            return Attempt(outcome=Outcome.NOT_ANSWERED, lock=lock)
        if request is None or not request.may_be_spent(at):
            return Attempt(outcome=Outcome.NOT_APPROVED, lock=lock)
        rows = ApprovalRequest.objects.filter(pk=self.request, state=State.APPROVED, spent_at=None)
        usable = {"status": SoftToken.Status.ACTIVE, "held_at": None}
        live = SoftToken.objects.filter(pk=self.token.pk, **usable)
        if not live.update(last_used_at=at) or not rows.update(spent_at=at):
            return Attempt(outcome=Outcome.NOT_APPROVED, lock=lock)
        return Attempt(outcome=Outcome.ACCEPTED, lock=lock)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """What a page was given, before it is known whose it is. ``source``: one of SOURCES."""

    source: str
    otp: str = field(default="", repr=False)
    request: UUID | None = None
    session_key: str = field(default="", repr=False)


def possession_of(
    user: User, offered: Offered, *, purpose: str, covers: str = ""
) -> Possession | None:
    """Return how this person shows it, or None where they have no such token."""
    if offered.source == TOKEN:
        hard = selectors.hard_token_of(user)
        return None if hard is None else ByPassword(token=hard, otp=offered.otp)
    mobile = selectors.mobile_id_of(user)
    if mobile is None:
        return None
    if offered.request is None:
        return ByPassword(token=mobile, otp=offered.otp)
    return ByPush(
        token=mobile,
        request=offered.request,
        purpose=purpose,
        session_key=offered.session_key,
        covers=covers,
    )


def method_of(by: Possession) -> StepUp.Method:
    """Return what a step-up by it is called."""
    if by.is_push:
        return StepUp.Method.MOBILE_PUSH
    is_soft = isinstance(by.token, SoftToken)
    return StepUp.Method.MOBILE_CODE if is_soft else StepUp.Method.HARD_TOKEN
