"""An eRx administrator resets the EPCS password of a prescriber, and never sees or chooses one."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from accounts import knowledge, selectors, signing_states
from accounts.models import Membership, PasswordReset, Prescriber, User
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from epcs_portal.local_time import month_day_and_time
from epcs_portal.refusals import Refusal
from tokens import notices, step_up
from tokens.models import SecurityNotice

SUBJECT = "EPCS password"


class OwnPassword(Refusal):
    code = "password-reset-own"
    text = (
        "You can't reset your own EPCS password. Ask another eRx administrator at your practice "
        "to reset it."
    )


class ResetNotAllowed(Refusal):
    """They are no administrator there any more, or the other one no registered prescriber."""

    code = "password-reset-not-allowed"
    text = (
        "Only an eRx administrator of the practice can reset the EPCS password of a registered "
        "prescriber there. Nothing was changed. Open EPCS Setup again to see who works there now."
    )


class ResetStillOpen(Refusal):
    """Facts: ``name``, and ``until``, in ISO 8601."""

    code = "password-reset-still-open"

    @property
    def sentence(self) -> str:
        until = month_day_and_time(str(self.facts["until"]))
        return (
            f"{self.facts['name']} can already set a new EPCS password, until {until}. You can "
            "reset it again when that time is over."
        )


def reset_password(*, user: User, administrator: User, at: datetime) -> PasswordReset:
    """Let the person set a new EPCS password, once and within EPCS_PASSWORD_RESET.

    From then on the old one is dead in every session, no signing page that is open signs any more,
    and whatever was proven has to be proven again. Refused: one's own, who is no eRx administrator
    of the person's practice now, who is no registered prescriber, and while a reset is open.
    """
    reset: PasswordReset | Refusal
    with audited_transaction() as trail:
        state = signing_states.lock_state(user)
        refusal = _not_allowed(user, administrator)
        reset = refusal if refusal else _reset(user, administrator, at=at)
        is_refused = isinstance(reset, Refusal)
        if not is_refused:
            signing_states.void_ceremonies(state)
        trail.record(
            Event.PASSWORD_NOT_RESET if is_refused else Event.PASSWORD_RESET,
            at=at,
            person=user,
            actor=administrator,
            subject=SUBJECT,
            outcome=reset.code if isinstance(reset, Refusal) else None,
        )
    if isinstance(reset, Refusal):
        raise reset
    return reset


def _not_allowed(user: User, administrator: User) -> Refusal | None:
    """Read again who they are: the page may be older than that."""
    if administrator.pk == user.pk:
        return OwnPassword()
    practices = Membership.objects.filter(user=user).values("practice")
    administers = Membership.objects.filter(
        user=administrator,
        user__is_active=True,
        is_erx_administrator=True,
        practice__in=practices,
    )
    prescriber = Prescriber.objects.filter(user=user).first()
    is_registered = prescriber is not None and prescriber.is_registered
    return None if is_registered and administers.exists() else ResetNotAllowed()


def _reset(user: User, administrator: User, *, at: datetime) -> PasswordReset | Refusal:
    if (stands := selectors.open_resets(at=at).filter(user=user).first()) is not None:
        return ResetStillOpen(name=user.full_name, until=stands.expires_at.isoformat())
    PasswordReset.objects.filter(user=user, used_at=None, ended_at=None).update(ended_at=at)
    knowledge.retire_password(user)
    step_up.end_after_change(user_id=user.pk, session_key="", at=at)
    notices.note(user, SecurityNotice.Change.PASSWORD_RESET, at=at)
    reset: PasswordReset = PasswordReset.objects.create(
        user=user,
        reset_by=administrator,
        reset_at=at,
        expires_at=at + settings.EPCS_PASSWORD_RESET,
    )
    return reset
