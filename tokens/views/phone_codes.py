"""Answer a code that came by text or call, ask for another, and see where it is."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from epcs_portal.access import prescriber_required
from epcs_portal.http import SignedInRequest
from epcs_portal.phone_numbers import masked
from epcs_portal.submissions.once import Done, once
from tokens import code_words, selectors
from tokens.flows.answer_by_phone import answer_by_phone
from tokens.flows.send_code import send_code
from tokens.out_of_band import Purpose
from tokens.phone_forms import CodeForms
from tokens.views.proving import action_of, context_of, page_of, verified, wanted_page


@sensitive_post_parameters("code")
@prescriber_required
def verify_code(request: SignedInRequest, channel: str) -> HttpResponse:
    """Verify it's you, by a phone. The phone stands in the query: it was chosen a page before."""
    at, wanted = timezone.now(), wanted_page(request)
    phone_id = _phone_id(request)
    phone = selectors.phone_by_id(request.user, phone_id) if phone_id else None
    if phone is None or (not phone.is_active and request.method != "POST"):
        return redirect(page_of(request, "verify"))
    forms = CodeForms(request.POST, label="One-Time Password Code")

    def answer_it(session_key: str, cookie: str) -> None:
        proof: dict[str, Any] = {"phone": phone, "channel": channel, "code": forms.typed}
        answer_by_phone(**proof, session_key=session_key, cookie=cookie, at=at)

    def send_again() -> Done:
        send_code(phone=phone, purpose=Purpose.STEP_UP, channel=channel, is_resend=True, at=at)
        this_page = page_of(request, f"verify_{channel}", phone=str(phone.pk))
        return Done(to=this_page, note="code-sent")

    if forms.is_resend and (again := once(request, forms.sent, send_again)):
        return again
    if forms.is_answer and (answer := verified(request, forms.sent, answer_it, wanted)):
        return answer
    context = forms.context | {
        "number": masked(phone.number),
        "channel": channel,
        "awaited": code_words.awaited(phone, Purpose.STEP_UP, at=at),
        "locked": code_words.locked(phone.user, at=at),
        "methods_url": page_of(request, "verify"),
        **context_of(wanted, action_of(request)),
    }
    template = "tokens/codes_locked.html" if context["locked"] else "tokens/verify_code.html"
    return render(request, template, context)


@prescriber_required
@require_safe
def code_progress(request: SignedInRequest, code_id: UUID) -> JsonResponse:
    """Say what the page shows beside the field, so that it can keep it up to date."""
    code = selectors.code_by_id(request.user, code_id)
    if code is None:
        raise Http404
    return JsonResponse(code_words.progress_of(code))


def _phone_id(request: SignedInRequest) -> UUID | None:
    try:
        return UUID(request.GET.get("phone", ""))
    except ValueError:
        return None
