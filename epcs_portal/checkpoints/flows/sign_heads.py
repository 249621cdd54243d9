"""Sign where every chain of the trail ends, once a day, and keep that outside the database."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, time

from django.conf import settings
from django.template.loader import render_to_string

from epcs_portal import signing_key
from epcs_portal.audit.events import Event
from epcs_portal.audit.models import AuditEvent, ChainHead
from epcs_portal.audit.trail import PORTAL_CHAIN, audited_transaction, locked_head
from epcs_portal.checkpoints import checkpoint, folder
from epcs_portal.checkpoints.checkpoint import Checkpoint
from epcs_portal.delivery.models import Message
from epcs_portal.delivery.postbox import post
from epcs_portal.refusals import Refusal
from epcs_portal.signing_key import SigningKeyUnavailable


class HeadsNotSigned(Refusal):
    code = "heads-not-signed"
    text = "The heads of the audit trail were not signed: {reason} The next turn tries again."


def sign_heads(*, at: datetime) -> bool:
    """Make the checkpoint of the day (UTC) unless there is one; return whether this did it.

    The file comes first, then the event and the letters that tell of it, in one transaction: what
    a crash leaves undone in between is done by the next turn, with the same file. Refused
    (HeadsNotSigned, on the trail): a signing key or a folder that cannot be used now.
    """
    day = at.astimezone(UTC).date()
    try:
        content = folder.of_day(day) or folder.keep(day, _signed(at=at))
    except (SigningKeyUnavailable, OSError) as error:
        is_key = isinstance(error, SigningKeyUnavailable)
        reason = str(error) if is_key else f"CHECKPOINT_DIR cannot be used: {type(error).__name__}."
        with audited_transaction() as trail:
            subject = f"checkpoint of {day}"
            trail.record(Event.HEADS_NOT_SIGNED, at=at, subject=subject, reason=reason)
        raise HeadsNotSigned(reason=reason) from None
    digest = hashlib.sha256(content).hexdigest()
    subject = f"checkpoint of {day}, {digest[:12]}"
    with audited_transaction() as trail:
        locked_head(PORTAL_CHAIN)  # two at once tell of it one after the other, and once
        is_told = _is_told(subject, since=datetime.combine(day, time.min, tzinfo=UTC))
        if not is_told:
            trail.record(Event.HEADS_SIGNED, at=at, subject=subject, sha_of_file=digest)
            _post(content.decode("ascii", errors="replace"), day, at=at)
    return not is_told


def _signed(*, at: datetime) -> bytes:
    key = signing_key.current(at=at)
    rows = ChainHead.objects.filter(sequence__gt=0).values_list("chain", "sequence", "hash")
    heads = {chain: (sequence, hashed) for chain, sequence, hashed in rows}
    return f"{checkpoint.sign(Checkpoint(at, heads), key=key)}\n".encode("ascii")


def _is_told(subject: str, *, since: datetime) -> bool:
    of_today = AuditEvent.objects.filter(chain=PORTAL_CHAIN, occurred_at__gte=since)
    return of_today.filter(event=Event.HEADS_SIGNED, subject=subject).exists()


def _post(content: str, day: date, *, at: datetime) -> None:
    words = {"content": content, "day": day.isoformat(), "portal": settings.PORTAL_URL}
    for address in settings.CHECKPOINT_EMAILS:
        post(
            Message.Channel.EMAIL,
            to=address,
            subject=f"EPCS Portal: checkpoint of the audit trail, {day}",
            text=render_to_string("messages/checkpoint.email.txt", words),
            at=at,
            expires_at=at + settings.CHECKPOINT_LETTER,
        )
