"""Is this session freshly proven, and by what?

Once per session, 15 minutes idle and 60 in all; signing never counts it (21 CFR 1311.140).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Q
from django.utils.crypto import constant_time_compare, salted_hmac

from epcs_portal.http import SignedInRequest
from tokens import selectors
from tokens.models import BackupPhone, HardToken, OathToken, SoftToken, StepUp
from tokens.step_up_matrix import ASKED_AGAIN, BY_GRANT, Action, Answer, Proof, answer, permits

if TYPE_CHECKING:
    from accounts.models import User

GRANT = "enrollment grant"


class StepUpRequired(Exception):
    """The page needs a fresh proof of possession. The middleware asks for it, then returns."""

    def __init__(self, action: Action) -> None:
        super().__init__(action.value)
        self.action = action


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """Under what somebody changes their factors, and where: the name goes on the trail."""

    name: str
    session_key: str
    step_up: StepUp | None = None  # None under an enrollment grant
    is_phone_bound: bool = False  # what is added under it carries the mark


def proof_of_token(token: OathToken) -> Proof:
    if token.is_phone_bound:
        return Proof.PHONE_BOUND_TOKEN
    return Proof.MOBILE_ID if isinstance(token, SoftToken) else Proof.HARD_TOKEN


def proof_of(row: StepUp) -> Proof:
    """Return what the step-up counts as in the matrix."""
    token = row.hard_token or row.soft_token
    return proof_of_token(token) if token else Proof.BACKUP_PHONE


def cookie_value(form_key: str, session_key: str) -> str:
    """Return the value of the cookie that names the step-up opened by this form.

    It follows from the form, so that the answer to a second click carries it too; and from
    our key, so that nobody can make it from a copied session cookie.
    """
    return salted_hmac("step-up", f"{session_key}:{form_key}", algorithm="sha256").hexdigest()


def begin(
    *,
    by: OathToken | BackupPhone,
    method: StepUp.Method,
    session_key: str,
    cookie: str,
    at: datetime,
) -> None:
    """Open a step-up for this session, named by the cookie."""
    StepUp.objects.create(
        user=by.user,
        cookie_digest=_digest(cookie),
        session_digest=_digest(session_key),
        method=method,
        hard_token=by if isinstance(by, HardToken) else None,
        soft_token=by if isinstance(by, SoftToken) else None,
        backup_phone=by if isinstance(by, BackupPhone) else None,
        proven_at=at,
        seen_at=at,
    )


def current(request: SignedInRequest, *, at: datetime) -> StepUp | None:
    """Return the step-up this request stands on, and keep it from falling idle."""
    value = request.COOKIES.get(settings.STEP_UP_COOKIE_NAME, "")
    if not value:
        return None
    rows = StepUp.objects.filter(
        _still_there(at),
        cookie_digest=_digest(value),
        user=request.user,
        ended_at=None,
        seen_at__gt=at - settings.STEP_UP_IDLE,
        proven_at__gt=at - settings.STEP_UP_TOTAL,
    )
    row = rows.select_related("hard_token", "soft_token", "backup_phone").first()
    session_digest = _digest(request.session.session_key or "")
    if row is None or not constant_time_compare(row.session_digest, session_digest):
        return None
    if at - row.seen_at >= settings.STEP_UP_SEEN_EVERY:
        StepUp.objects.filter(pk=row.pk, ended_at=None).update(seen_at=at)
    return row


def still_stands(step_up_id: int, *, at: datetime) -> bool:
    """Whether what was begun under this step-up may go on: nothing has ended it since."""
    return StepUp.objects.filter(_still_there(at), pk=step_up_id, ended_at=None).exists()


def opens(row: StepUp | None, action: Action, *, at: datetime) -> bool:
    """Whether the step-up is there, of a kind that opens this, and young enough for it."""
    if row is None or not permits(action, proof_of(row)):
        return False
    return action not in ASKED_AGAIN or row.proven_at > at - settings.FRESH_STEP_UP


def authority_of(request: SignedInRequest, action: Action, *, at: datetime) -> Authority:
    """Return the enrollment grant or step-up that lets this person change a factor.

    Raise StepUpRequired when there is neither, or when the proof does not open this.
    """
    session_key = request.session.session_key or ""
    if _is_granted(request, action, at=at):
        return Authority(name=GRANT, session_key=session_key)
    proven = current(request, at=at)
    if proven is None or not opens(proven, action, at=at):
        raise StepUpRequired(action)
    return Authority(
        name=f"step-up by {proven.method}",
        session_key=session_key,
        step_up=proven,
        is_phone_bound=answer(action, proof_of(proven)) is Answer.PHONE_BOUND,
    )


def was_taken_away(authority: Authority, user: User, *, at: datetime) -> bool:
    """Whether a change ended it since the page looked: asked again once the person is locked."""
    if authority.step_up is not None:
        return not still_stands(authority.step_up.pk, at=at)
    return authority.name == GRANT and selectors.open_grant_of(user, at=at) is None


def end_for_session(*, session_key: str, at: datetime) -> None:
    """End what was proven in this session: it is over."""
    rows = StepUp.objects.filter(session_digest=_digest(session_key), ended_at=None)
    rows.update(ended_at=at)


def end_after_change(*, user_id: int, session_key: str, at: datetime) -> None:
    """A factor was changed: whatever another session had proven is over."""
    end_elsewhere(user_id=user_id, session_digest=_digest(session_key), at=at)


def end_elsewhere(*, user_id: int, session_digest: str, at: datetime) -> None:
    """End what every session but this one had proven. "" is no session: all of it ends."""
    rows = StepUp.objects.filter(user=user_id, ended_at=None)
    rows.exclude(session_digest=session_digest).update(ended_at=at)


def _still_there(at: datetime) -> Q:
    """What proved it still has to be the person's, and be working.

    Fifteen minutes of a lock end nothing: whoever guesses its codes would end its owner's session.
    """
    hard_token = Q(hard_token__status=HardToken.Status.ACTIVE, hard_token__held_at__isnull=True)
    return (
        (hard_token & ~Q(hard_token__seed_record__expires_at__lte=at))
        | Q(soft_token__status=SoftToken.Status.ACTIVE, soft_token__held_at__isnull=True)
        | Q(backup_phone__status=BackupPhone.Status.ACTIVE)
    )


def _is_granted(request: SignedInRequest, action: Action, *, at: datetime) -> bool:
    """Whether factors may be changed without a proof: there is nothing to prove with.

    That is so before the first token, and for who lost all and was proofed again: a grant is worth
    more than the tokens from before it (21 CFR 1311.105(c)). It has done its work once a token was
    bound under it, also when that one was removed since.
    """
    if action not in BY_GRANT:
        return False
    grant = selectors.open_grant_of(request.user, at=at)
    if grant is None:
        return False
    hard = HardToken.objects.all()
    if action is Action.ADD_HARD_TOKEN:
        # A second click that adds the hard token finds it added, and still gets its answer.
        hard = hard.exclude(pk__in=HardToken.live().values("pk"))
    since = {"user": request.user, "bound_at__gte": grant.given_at}
    return not any(rows.filter(**since).exists() for rows in (hard, SoftToken.objects.all()))


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()
