"""Recording an identity proofing, and the letters with an activation code."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from accounts.flows.print_activation_letter import print_activation_letter
from accounts.flows.record_proofing import Proofing, record_proofing
from accounts.flows.send_activation_letter import send_activation_letter
from epcs_portal.http import SignedInRequest
from epcs_portal.local_time import day_at
from epcs_portal.refusals import Refusal
from epcs_portal.submissions.once import Done, once
from epcs_portal.support import selectors
from epcs_portal.support.forms import ReasonForm
from epcs_portal.support.pages import letter_page, person_page
from epcs_portal.support.proofing_forms import ProofingForm
from epcs_portal.support.views import words
from epcs_portal.support.views.acting import action_page, prescriber_or_404
from epcs_portal.support.views.doors import agent_required


@sensitive_post_parameters("phone")
@agent_required
def record(request: SignedInRequest, person_id: int) -> HttpResponse:
    person, at = prescriber_or_404(person_id), timezone.now()
    form = ProofingForm(request.POST or None, today=day_at(person.time_zone, at))

    def act() -> Done:
        proofing = Proofing(**form.cleaned_data)
        recorded = record_proofing(user=person, agent=request.user, proofing=proofing, at=at)
        facts = {"letter": letter_page(selectors.letter_of(recorded))}
        return Done(to=person_page(person), note="proofing-recorded", facts=facts)

    if form.is_valid() and (answer := once(request, form, act)):
        return answer
    return action_page(request, form, person, words.PROOFING)


@agent_required
def begin_letter(request: SignedInRequest, person_id: int) -> HttpResponse:
    person, form = prescriber_or_404(person_id), ReasonForm(request.POST or None)

    def act() -> Done:
        agent, at = request.user, timezone.now()
        begun = send_activation_letter(user=person, agent=agent, at=at, **form.cleaned_data)
        facts = {"letter": letter_page(begun)}
        return Done(to=person_page(person), note="letter-begun", facts=facts)

    if form.is_valid() and (answer := once(request, form, act)):
        return answer
    return action_page(request, form, person, words.LETTER)


@sensitive_variables("code", "context")
@agent_required
def letter(request: SignedInRequest, piece_id: UUID) -> HttpResponse:
    """Print a letter, once. Its form has no form key: what it answers with is kept nowhere, so a
    second click is told that the letter was printed."""
    piece = selectors.letter_by_id(piece_id)
    if piece is None:
        raise Http404
    person = piece.proofing.prescriber.user
    context = {
        "person": person,
        "expires_at": piece.expires_at,
        "back": {"label": person.full_name, "url": person_page(person)},
    }
    if request.method != "POST":
        return render(request, "support/letter.html", context)
    try:
        code = print_activation_letter(piece=piece, agent=request.user, at=timezone.now())
    except Refusal as refusal:
        return render(request, "support/letter.html", context | {"refusal": refusal.sentence})
    return render(request, "support/letter_printed.html", context | {"code": code})
