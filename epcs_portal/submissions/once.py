"""A second click gets the first answer.

    if form.is_valid() and (answer := once(request, form, act)):
        return answer
    return render(...)

``act`` runs the flow and returns ``Done``, or raises a Refusal. It runs at most once for each form
that was shown, however often that is posted: the first post claims the form's key, every other
gives the first one's answer. While there is none yet, the newest of them waits for it, and the
others say that the form is still being worked on.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode, urlsplit, urlunsplit

from django.http import HttpResponseRedirect
from django.utils import timezone

from epcs_portal.forms import PortalForm
from epcs_portal.http import SignedInRequest
from epcs_portal.refusals import Refusal
from epcs_portal.submissions import claims, keys
from epcs_portal.submissions.claims import Done
from epcs_portal.submissions.models import FormSubmission

__all__ = ["Done", "once"]


class FormNotTaken(Refusal):
    code = "form-not-taken"
    text = "This page was open too long or in another session, so nothing was done. Enter it again."


class FormStillRunning(Refusal):
    code = "form-still-running"
    text = (
        "That form was already sent and is still being worked on. "
        "Check the card before trying again."
    )


class FormOutcomeUnknown(Refusal):
    code = "form-outcome-unknown"
    text = (
        "That form was already sent and we can't tell yet how it ended. "
        "Check the card before trying again."
    )


class PortalBusy(Refusal):
    code = "portal-busy"
    text = "The portal is very busy, so nothing was done. Enter it again."


def once(
    request: SignedInRequest, form: PortalForm, act: Callable[[], Done]
) -> HttpResponseRedirect | None:
    """Run ``act`` unless this form was sent before, and return the redirect to its result.

    None after a refusal: its sentence is then on the form. What else ``act`` raises is
    raised again, and the key stays claimed without an answer. Costs two statements.
    """
    try:
        page, submission = _run_or_repeat(request, act)
    except Refusal as refusal:
        form.refuse(refusal)
        return None
    return _go_to(page, submission)


def _run_or_repeat(request: SignedInRequest, act: Callable[[], Done]) -> tuple[str, FormSubmission]:
    key_digest = keys.digest_of(request)
    if key_digest is None:
        raise FormNotTaken
    at = timezone.now()
    submission = claims.claim(key_digest=key_digest, user=request.user, page=request.path, at=at)
    if submission is None:
        first = claims.wait_for_answer(key_digest=key_digest, user=request.user, at=at)
        return _repeat(first)
    try:
        done = act()
    except Refusal as refusal:
        claims.record_refusal(submission, refusal, at=timezone.now())
        raise
    claims.record_done(submission, done, at=timezone.now())
    return done.to, submission


def _repeat(first: FormSubmission | None) -> tuple[str, FormSubmission]:
    if first is None:
        raise PortalBusy
    if claims.is_abandoned(first, at=timezone.now()):
        raise FormOutcomeUnknown
    if first.answered_at is None:
        raise FormStillRunning
    if first.refusal:
        raise Refusal.from_record(first.refusal, first.facts)
    return first.result_page, first


def _go_to(page: str, submission: FormSubmission) -> HttpResponseRedirect:
    parts = urlsplit(page)
    query = "&".join(filter(None, [parts.query, urlencode({"done": submission.uuid})]))
    return HttpResponseRedirect(urlunsplit(parts._replace(query=query)))
