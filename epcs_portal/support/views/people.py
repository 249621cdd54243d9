"""What an agent may do for one person. Each has a page, a reason, and a line on the trail."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.text import capfirst

from accounts.flows.suspend_signing import suspend_signing
from billing.flows.order_at_no_cost import order_at_no_cost
from epcs_portal.http import SignedInRequest
from epcs_portal.submissions.once import Done, once
from epcs_portal.support import selectors
from epcs_portal.support.forms import ReasonForm
from epcs_portal.support.pages import order_page, person_page
from epcs_portal.support.views import words
from epcs_portal.support.views.acting import action_page, prescriber_or_404
from epcs_portal.support.views.doors import agent_required
from tokens.consequences import name_of
from tokens.flows.issue_revocation_case import issue_revocation_case
from tokens.flows.unlock_token import unlock_token


@agent_required
def suspend(request: SignedInRequest, person_id: int) -> HttpResponse:
    person, form = prescriber_or_404(person_id), ReasonForm(request.POST or None)

    def act() -> Done:
        agent, at = request.user, timezone.now()
        suspend_signing(user=person, agent=agent, at=at, **form.cleaned_data)
        return Done(to=person_page(person), note="signing-suspended")

    if form.is_valid() and (answer := once(request, form, act)):
        return answer
    return action_page(request, form, person, words.SUSPEND)


@agent_required
def issue_case(request: SignedInRequest, person_id: int) -> HttpResponse:
    person, form = prescriber_or_404(person_id), ReasonForm(request.POST or None)

    def act() -> Done:
        agent, at = request.user, timezone.now()
        case = issue_revocation_case(user=person, agent=agent, at=at, **form.cleaned_data)
        return Done(to=person_page(person), note="case-issued", facts={"number": case.number})

    if form.is_valid() and (answer := once(request, form, act)):
        return answer
    return action_page(request, form, person, words.CASE)


@agent_required
def send_spare(request: SignedInRequest, person_id: int) -> HttpResponse:
    person, form = prescriber_or_404(person_id), ReasonForm(request.POST or None)

    def act() -> Done:
        agent, at = request.user, timezone.now()
        order = order_at_no_cost(user=person, agent=agent, at=at, **form.cleaned_data)
        return Done(to=order_page(order), note="spare-ordered", facts={"number": order.number})

    if form.is_valid() and (answer := once(request, form, act)):
        return answer
    return action_page(request, form, person, words.SPARE)


@agent_required
def unlock(request: SignedInRequest, kind: str, token_id: UUID) -> HttpResponse:
    token, form = selectors.token_by_id(kind, token_id), ReasonForm(request.POST or None)
    if token is None:
        raise Http404

    name = name_of(token)

    def act() -> Done:
        agent, at = request.user, timezone.now()
        unlock_token(token=token, agent=agent, at=at, **form.cleaned_data)
        return Done(to=person_page(token.user), note="token-unlocked", facts={"name": name})

    if form.is_valid() and (answer := once(request, form, act)):
        return answer
    return action_page(request, form, token.user, words.UNLOCK | {"thing": capfirst(name)})
