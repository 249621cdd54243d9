"""The methods of "Verify it's you", and why one cannot be used now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from epcs_portal.local_time import clock_time
from epcs_portal.phone_numbers import masked
from tokens import approvals, selectors, step_up
from tokens.models import BackupPhone, Condition, HardToken, PhoneCodes, SoftToken, StepUp
from tokens.step_up_matrix import Action, Proof, permits

if TYPE_CHECKING:
    from accounts.models import User

LABELS = {BackupPhone.Delivery.TEXT: "Text message", BackupPhone.Delivery.CALL: "Phone call"}
TEXTS = {
    BackupPhone.Delivery.TEXT: "6-digit code sent to {}",
    BackupPhone.Delivery.CALL: "We read a 6-digit code to {}",
}
HELD = "Locked until a designated individual at your practice unlocks it."
REPORTED = "Reported lost. Nobody can use it."
NOT_CONFIRMED = "Not for this, until your practice confirms it."
FROZEN = 'A request was answered "It wasn\'t me", so no more are sent until a code was right.'
OF_AGENT = "It can't be used now. A lock ends by itself; else an operator binds it anew."


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """One choice on the page. ``way_out``: {label, url} for one that can be mended."""

    value: str
    kind: str  # "token", "mobile", "push", "text" or "call"
    label: str
    text: str
    available: bool
    way_out: dict[str, str] | None = None
    phone_id: UUID | None = None

    @property
    def icon(self) -> str:
        icons = {"call": "phone", "push": "mobile"}
        return f"icons/{icons.get(self.kind, self.kind)}.svg"


def methods_of(person: User, action: Action, *, at: datetime) -> list[Method]:
    """Return everything the person could verify with, whether it can be used now or not."""
    token = selectors.hard_token_of(person)
    methods = [_by_token(token, action, at=at)] if token else []
    mobile = selectors.mobile_id_of(person)
    methods += _by_mobile_id(mobile, action, at=at) if mobile else []
    phones = selectors.active_phones_of(person)
    state = selectors.phone_codes_of(person) if phones else PhoneCodes()
    for phone in phones:
        takes_texts = phone.delivery == BackupPhone.Delivery.TEXT
        channels = list(BackupPhone.Delivery) if takes_texts else [BackupPhone.Delivery.CALL]
        methods += [_by_phone(phone, channel, state, action, at=at) for channel in channels]
    return methods


def preselected(person: User, methods: list[Method]) -> Method | None:
    """Return the method used last if it is open, else the first that is."""
    usable = [method for method in methods if method.available]
    last = selectors.last_step_up_of(person)
    used = [method for method in usable if last is not None and _is_of(method, last)]
    return next(iter(used or usable), None)


def _by_token(token: HardToken, action: Action, *, at: datetime) -> Method:
    condition = token.condition(at)
    failures, until = settings.OTP_FAILURES_TO_LOCK, clock_time(token.locked_until or at)
    texts = {
        Condition.ACTIVE: f"Press the button on token {token.serial}",
        Condition.OUT_OF_STEP: "Out of sync. Resync it first, then verify with it.",
        Condition.LOCKED: (
            f"Locked until {until} after {failures} incorrect codes. A resync unlocks it now."
        ),
        Condition.HELD: HELD,
        Condition.EXPIRED: "Expired. Its codes are no longer accepted.",
        Condition.REPORTED: REPORTED,
    }
    if not token.user.is_prescriber:  # nor is there a page for them that resyncs
        texts |= dict.fromkeys(texts.keys() - {Condition.ACTIVE}, OF_AGENT)
    is_permitted = permits(action, step_up.proof_of_token(token))
    resync = {"label": "Resync your token", "url": reverse("token_resync", args=[token.pk])}
    can_be_resynced = condition in {Condition.OUT_OF_STEP, Condition.LOCKED}
    return Method(
        value="token",
        kind="token",
        label="Hardware token",
        text=texts[condition] if is_permitted else _not_for(action),
        available=is_permitted and condition is Condition.ACTIVE,
        way_out=resync if can_be_resynced and token.user.is_prescriber else None,
    )


def _not_for(action: Action) -> str:
    if action is Action.SUPPORT:
        return "The support site opens with a hardware token."
    return NOT_CONFIRMED


def _by_mobile_id(token: SoftToken, action: Action, *, at: datetime) -> list[Method]:
    """The code, and the push notification where a phone was paired."""
    condition, until = token.condition(at), clock_time(token.locked_until or at)
    failures = settings.OTP_FAILURES_TO_LOCK
    closed = {
        Condition.LOCKED: f"Locked until {until} after {failures} incorrect codes.",
        Condition.HELD: HELD,
        Condition.REPORTED: REPORTED,
    }.get(condition)
    if not permits(action, step_up.proof_of_token(token)):
        closed = _not_for(action)
    phone = selectors.phone_of(token)
    if phone is None and selectors.was_left(token):
        closed = "It was removed from the phone itself, so no phone makes its codes."
    not_asked = FROZEN if approvals.is_frozen(token.user) else None
    app = settings.SOFT_TOKEN_APP
    code = Method(
        value="mobile",
        kind="mobile",
        label=f"Mobile ID ({app})",
        text=closed or f"Code generator: the 6 digits on the phone ending {token.number[-4:]}",
        available=closed is None,
    )
    push = Method(
        value="push",
        kind="push",
        label="Push notification",
        text=closed
        or not_asked
        or f"Approve with Mobile ID on the phone ending {token.number[-4:]}",
        available=closed is None and not_asked is None,
    )
    return [code] if phone is None else [code, push]


def _by_phone(
    phone: BackupPhone, channel: str, state: PhoneCodes, action: Action, *, at: datetime
) -> Method:
    delivery, lock = BackupPhone.Delivery(channel), state.lock
    text, is_open = TEXTS[delivery].format(masked(phone.number)), not lock.is_closed(at)
    if lock.held_at is not None:
        text = "Phone codes are locked until you verify with a token."
    elif not is_open:
        until, failures = clock_time(lock.locked_until or at), settings.CODE_FAILURES_TO_LOCK
        text = f"Locked until {until} after {failures} incorrect codes."
    elif not permits(action, Proof.BACKUP_PHONE):
        text, is_open = "A phone can't be used for this.", False
    return Method(
        value=f"{channel}:{phone.pk}",
        kind=channel,
        label=LABELS[delivery],
        text=text,
        available=is_open,
        phone_id=phone.pk,
    )


def _is_of(method: Method, last: StepUp) -> bool:
    kinds = {
        StepUp.Method.HARD_TOKEN: "token",
        StepUp.Method.MOBILE_CODE: "mobile",
        StepUp.Method.MOBILE_PUSH: "push",
    }
    if last.method in kinds:
        return method.kind == kinds[StepUp.Method(last.method)]
    return method.kind == last.method and method.phone_id == last.backup_phone_id
