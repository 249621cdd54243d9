"""Sign where every chain of the trail ends, once a day, and keep that outside the database."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from django.conf import settings
from django.template.loader import render_to_string

from epcs_portal import signing_key
from epcs_portal.audit.events import Event
from epcs_portal.audit.models import AuditEvent, ChainHead
from epcs_portal.audit.trail import PORTAL_CHAIN, audited_transaction, locked_head
from epcs_portal.checkpoints import checkpoint, folder
from epcs_portal.checkpoints.checkpoint import DIGITS, Checkpoint, CheckpointRefused, digest_of
from epcs_portal.delivery.models import Message
from epcs_portal.delivery.postbox import post
from epcs_portal.refusals import Refusal
from epcs_portal.signing_key import SigningKey, SigningKeyUnavailable


class HeadsNotSigned(Refusal):
    code = "heads-not-signed"
    text = "The heads of the audit trail were not signed: {reason} The next turn tries again."


def sign_heads(*, at: datetime) -> bool:
    """Make the checkpoint of the day (UTC) unless there is one; return whether this did it.

    The file comes first, then the event and the letters that tell of it, in one transaction: what
    a crash leaves undone in between is done by the next turn, with the same file. Refused
    (HeadsNotSigned, on the trail): a signing key or a folder that cannot be used now, and a file
    of the day that stands there untold and is not this day's checkpoint, signed by the key in use.
    """
    day = at.astimezone(UTC).date()
    try:
        content = folder.of_day(day)
        if content is not None and _is_told(day, content):
            return False
        key = signing_key.current(at=at)
        if content is None:
            content = folder.keep(day, _signed(key, at=at))
        _refuse_foreign(content, day, key)
    except (SigningKeyUnavailable, OSError, CheckpointRefused) as error:
        reason = _reason(error, day)
        with audited_transaction() as trail:
            subject = f"checkpoint of {day}"
            trail.record(Event.HEADS_NOT_SIGNED, at=at, subject=subject, reason=reason)
        raise HeadsNotSigned(reason=reason) from None
    with audited_transaction() as trail:
        locked_head(PORTAL_CHAIN)  # two at once tell of it one after the other, and once
        is_told = _is_told(day, content)
        if not is_told:
            subject, digest = _subject(day, content), digest_of(content)
            trail.record(Event.HEADS_SIGNED, at=at, subject=subject, sha_of_file=digest)
            _post(content.decode("ascii"), day, at=at)
    return not is_told


def _refuse_foreign(content: bytes, day: date, key: SigningKey) -> None:
    """Raise CheckpointRefused for a file that somebody put there: it must not pass for ours."""
    trusted = {signing_key.key_id_of(key.certificate): key.certificate}
    checkpoint.read(content, trusted=trusted, of=day.isoformat())


def _reason(error: Exception, day: date) -> str:
    if isinstance(error, SigningKeyUnavailable):
        return str(error)
    if isinstance(error, CheckpointRefused):
        return f"{folder.path_of(day).name} is not to be believed: {error}. Move it away."
    return f"CHECKPOINT_DIR cannot be used: {type(error).__name__}."


def _signed(key: SigningKey, *, at: datetime) -> bytes:
    rows = ChainHead.objects.filter(sequence__gt=0).values_list("chain", "sequence", "hash")
    heads = {chain: (sequence, hashed) for chain, sequence, hashed in rows}
    return f"{checkpoint.sign(Checkpoint(at, heads), key=key)}\n".encode("ascii")


def _subject(day: date, content: bytes) -> str:
    return f"checkpoint of {day}, {digest_of(content)[:DIGITS]}"


def _is_told(day: date, content: bytes) -> bool:
    since = datetime.combine(day, time.min, tzinfo=UTC)
    of_today = AuditEvent.objects.filter(chain=PORTAL_CHAIN, occurred_at__gte=since)
    told = of_today.filter(event=Event.HEADS_SIGNED, subject=_subject(day, content))
    return told.exists()


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
