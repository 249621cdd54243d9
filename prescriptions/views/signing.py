"""Review and sign the prescriptions of one patient, and see what was signed."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_safe

from accounts import signing_states
from accounts.knows import knows_of, knows_posted, other_link
from accounts.standing import standing_of
from epcs_portal.access import prescriber_required
from epcs_portal.http import SignedInRequest
from epcs_portal.submissions.once import Done, once
from prescriptions import charts, selectors
from prescriptions.ceremony import Reviewed
from prescriptions.charts import RecordUnreadable
from prescriptions.closed import closed, unreadable
from prescriptions.flows.ask_phone_to_sign import ask_phone_to_sign
from prescriptions.flows.sign import sign as sign_with_two_factors
from prescriptions.record import DECLARATION
from prescriptions.refusals import TokenNotSeparate
from prescriptions.sign_forms import MarkedForm, SignForm
from prescriptions.sign_pages import factors, is_on_phone
from prescriptions.views.patients import patient_id_of, patient_of, prescription_of
from tokens import selectors as token_selectors
from tokens.flows.resynchronize_hard_token import resynchronize_hard_token
from tokens.forms import PairForm


@sensitive_post_parameters("pin", "password", "otp", "otp1", "otp2")
@prescriber_required
def sign(request: SignedInRequest) -> HttpResponse:
    """Facts, declaration and both factors on one page, which a refusal shows again whole."""
    at, patient_id = timezone.now(), patient_id_of(request)
    if "resync" in request.POST:
        return _resync(request, patient_id, at=at)
    if "ask" in request.POST:
        return _ask(request, patient_id, at=at)
    knows = knows_posted(request)
    form = SignForm(request.POST or None, on_phone=is_on_phone(request), knows=knows)

    @sensitive_variables()
    def act() -> Done:
        reviewed = _reviewed(request, form, patient_id)
        offered = form.offered(request.session.session_key or "")
        sign_with_two_factors(
            reviewed=reviewed, knows=knows, secret=form.secret, offered=offered, at=at
        )
        return Done(to=reverse("rx_detail", args=[min(reviewed.marked)]))

    if form.is_valid() and (answer := once(request, form, act)):
        return answer
    return _review(request, form, at=at)


@prescriber_required
@require_safe
def detail(request: SignedInRequest, reference: str) -> HttpResponse:
    """Show what was signed, together with all that was signed at once with it."""
    rx = prescription_of(request, reference, at=timezone.now())
    if rx.status in selectors.WAITING:
        return redirect(f"{reverse('rx_sign')}?patient={rx.patient_id}")
    if rx.status == rx.Status.CANCELED:
        return redirect("queue")
    together = selectors.signed_together(request.user.prescriber, reference)
    try:
        signed = [charts.signed(each.signature) for each in together]
    except RecordUnreadable:
        return render(request, "prescriptions/sign_closed.html", {"page": unreadable(reference)})
    context = {"signed": signed, "first": signed[0]}
    return render(request, "prescriptions/signed.html", context)


def _ask(request: SignedInRequest, patient_id: UUID, *, at: datetime) -> HttpResponse:
    """Send what is marked to the phone. The PIN is asked for when the phone has answered."""
    form = MarkedForm(request.POST)

    def act() -> Done:
        reviewed, session_key = _reviewed(request, form, patient_id), request.session.session_key
        if is_on_phone(request):
            raise TokenNotSeparate
        asked = ask_phone_to_sign(reviewed=reviewed, session_key=session_key or "", at=at)
        return Done(to=f"{request.path}?patient={patient_id}&push={asked.pk}")

    if form.is_valid() and (answer := once(request, form, act)):
        return answer
    return _review(request, SignForm(), other=form, at=at)


def _reviewed(request: SignedInRequest, form: MarkedForm, patient_id: UUID) -> Reviewed:
    return Reviewed(
        user=request.user,
        patient_id=patient_id,
        marked=form.cleaned_data["ready"],
        generation=form.cleaned_data["ceremony"],
    )


def _resync(request: SignedInRequest, patient_id: UUID, *, at: datetime) -> HttpResponse:
    """Bring the token back in step without leaving the prescription (F3)."""
    form, token = PairForm(request.POST), token_selectors.hard_token_of(request.user)
    if token is None:
        return _review(request, SignForm(), at=at)

    @sensitive_variables()
    def act() -> Done:
        pair = {"first": form.cleaned_data["otp1"], "second": form.cleaned_data["otp2"]}
        resynchronize_hard_token(token=token, **pair, at=at)
        here = f"{request.path}?patient={patient_id}"  # without the ?done= of something before
        return Done(to=here, note="token-resynced-sign", facts={"serial": token.serial})

    if form.is_valid() and (answer := once(request, form, act)):
        return answer
    return _review(request, SignForm(), other=form, at=at)


def _review(
    request: SignedInRequest,
    form: SignForm,
    *,
    other: PairForm | MarkedForm | None = None,
    at: datetime,
) -> HttpResponse:
    """``other``: the form that was posted instead of the factors, whose errors are listed."""
    patient = patient_of(request, at=at)
    standing = standing_of(request.user.prescriber)
    if page := closed(standing, at=at, is_answer=form.is_bound):
        return render(request, "prescriptions/sign_closed.html", {"page": page})
    waiting = selectors.waiting_for(request.user.prescriber, patient.pk)
    reviewed = [charts.to_review(rx, at=at) for rx in waiting]
    if not reviewed:
        return redirect("queue")
    if not form.is_bound:
        form = SignForm(on_phone=form.on_phone, knows=knows_of(request, standing.knowledge))
    panel = factors(request, form, standing, at=at)
    marked = _marked(form, other, panel["asked_for"])
    context: dict[str, Any] = {
        "form": other or form,
        "sign_form": form,
        "pair_form": other if isinstance(other, PairForm) else PairForm(),
        "prescriptions": [each | {"is_ticked": _is_ticked(each, marked)} for each in reviewed],
        "generation": signing_states.state_of(request.user).generation,
        "declaration": DECLARATION,
        "other": other_link(request, form.knows, standing.knowledge),
        **panel,
        "patient_id": patient.pk,
        **charts.people(reviewed, today=timezone.localdate(at)),
    }
    return render(request, "prescriptions/sign.html", context)


def _marked(
    form: SignForm, other: PairForm | MarkedForm | None, asked_for: dict[str, str] | None
) -> set[str] | None:
    """Return the boxes that were ticked, or that the phone was asked for; None on arrival."""
    posted = other if isinstance(other, MarkedForm) else form
    if posted.is_bound:
        return posted.marked
    if asked_for is None:
        return None
    return {f"{reference}:{digest}" for reference, digest in asked_for.items()}


def _is_ticked(chart: dict[str, Any], marked: set[str] | None) -> bool:
    """Keep what was ticked, and what was marked before; never for facts that have changed."""
    return bool(chart["is_ready"]) if marked is None else chart["mark"] in marked
