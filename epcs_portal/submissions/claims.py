"""Claiming a form key, recording how it ended, and waiting for another post's answer."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, OperationalError, connection, transaction

from epcs_portal.compiled import Insert, Update
from epcs_portal.refusals import Fact, Refusal
from epcs_portal.submissions.models import FormSubmission
from epcs_portal.submissions.waiting import newest_of

if TYPE_CHECKING:
    from accounts.models import User

LOOK_AGAIN_AFTER = 0.075  # seconds
GAVE_UP_WAITING = ("is locked", "lock timeout")  # SQLite, PostgreSQL
_CLAIM = Insert(FormSubmission)
_ANSWER = Update(
    lambda submission, **answer: (
        FormSubmission.objects.filter(pk=submission, answered_at=None),
        answer,
    )
)


@dataclass(frozen=True)
class Done:
    """How a form ended well: the page to go to, and the note to show there.

    ``note`` names a template in ``templates/notes``. Facts are kept for a day, so they are
    never what a person typed into a secret field.
    """

    to: str
    note: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict)


def claim(*, key_digest: str, user: User, page: str, at: datetime) -> FormSubmission | None:
    """Return the submission if this post is the first with its key; None if it is not.

    The claim is committed when this returns, so a crash afterwards cannot free the key.
    None as well where the database gave up waiting for its turn to write.
    """
    # A lone insert commits by itself; a transaction around it would cost two statements more.
    # Inside somebody's transaction it could be rolled back, which ``durable`` refuses.
    alone = connection.get_autocommit()
    submission = FormSubmission(key_digest=key_digest, user=user, page=page, claimed_at=at)
    try:
        with nullcontext() if alone else transaction.atomic(durable=True):
            _CLAIM([submission])
    except IntegrityError:
        return None
    except OperationalError as error:
        if not any(reason in str(error) for reason in GAVE_UP_WAITING):
            raise
        return None
    return submission


def record_done(submission: FormSubmission, done: Done, *, at: datetime) -> None:
    _record(submission, at=at, result_page=done.to, note=done.note, facts=dict(done.facts))


def record_refusal(submission: FormSubmission, refusal: Refusal, *, at: datetime) -> None:
    _record(submission, at=at, refusal=refusal.code, facts=refusal.facts)


def wait_for_answer(*, key_digest: str, user: User, at: datetime) -> FormSubmission | None:
    """Return the first post's submission, answered if it is within FORM_ANSWER_WAIT_SECONDS.

    A claim older than FORM_CLAIM_SECONDS is not waited for: whoever made it is gone. Nor does
    a post wait on when the same person sends a newer one that has to. None when there is none.
    """
    first = FormSubmission.objects.filter(key_digest=key_digest, user=user)
    submission = first.first()
    if not _is_running(submission, at=at):
        return submission
    ends = time.monotonic() + settings.FORM_ANSWER_WAIT_SECONDS
    with newest_of(user.pk) as is_newest:
        while _is_running(submission, at=at) and is_newest() and time.monotonic() < ends:
            time.sleep(LOOK_AGAIN_AFTER)
            submission = first.first()
    return submission


def is_abandoned(submission: FormSubmission, *, at: datetime) -> bool:
    age = (at - submission.claimed_at).total_seconds()
    return submission.answered_at is None and age > settings.FORM_CLAIM_SECONDS


def _is_running(submission: FormSubmission | None, *, at: datetime) -> bool:
    if submission is None or submission.answered_at:
        return False
    return not is_abandoned(submission, at=at)


def _record(submission: FormSubmission, *, at: datetime, **answer: object) -> None:
    _ANSWER(submission=submission.pk, answered_at=at, **answer)
