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
from accounts.readiness import standing_of
from epcs_portal.access import prescriber_required
from epcs_portal.http import SignedInRequest
from epcs_portal.submissions.once import Done, once
from prescriptions import charts, selectors
from prescriptions.ceremony import Reviewed
from prescriptions.charts import RecordUnreadable
from prescriptions.closed import closed, unreadable
from prescriptions.flows.sign import sign as sign_with_two_factors
from prescriptions.record import DECLARATION
from prescriptions.sign_forms import SignForm
from prescriptions.views.patients import patient_id_of, patient_of, prescription_of
from tokens import selectors as token_selectors
from tokens.cards import hard_token_trouble
from tokens.flows.resynchronize_hard_token import resynchronize_hard_token
from tokens.forms import PairForm


@sensitive_post_parameters("pin", "otp", "otp1", "otp2")
@prescriber_required
def sign(request: SignedInRequest) -> HttpResponse:
    """Facts, declaration and both factors on one page, which a refusal shows again whole."""
    at, patient_id = timezone.now(), patient_id_of(request)
    if "resync" in request.POST:
        return _resync(request, patient_id, at=at)
    form = SignForm(request.POST or None)

    @sensitive_variables()
    def act() -> Done:
        reviewed = Reviewed(
            user=request.user,
            patient_id=patient_id,
            marked=form.cleaned_data["ready"],
            generation=form.cleaned_data["ceremony"],
        )
        pin, otp = form.cleaned_data["pin"], form.cleaned_data["otp"]
        sign_with_two_factors(reviewed=reviewed, pin=pin, otp=otp, at=at)
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
    return _review(request, SignForm(), pair=form, at=at)


def _review(
    request: SignedInRequest,
    form: SignForm,
    *,
    pair: PairForm | None = None,
    at: datetime,
) -> HttpResponse:
    patient = patient_of(request, at=at)
    token = token_selectors.hard_token_of(request.user)
    standing = standing_of(request.user.prescriber, token)
    if page := closed(standing, at=at, is_answer=form.is_bound):
        return render(request, "prescriptions/sign_closed.html", {"page": page})
    waiting = selectors.waiting_for(request.user.prescriber, patient.pk)
    reviewed = [charts.to_review(rx, at=at) for rx in waiting]
    if not reviewed:
        return redirect("queue")
    context: dict[str, Any] = {
        "form": pair or form,
        "sign_form": form,
        "pair_form": pair or PairForm(),
        "prescriptions": [each | {"is_ticked": _is_ticked(each, form)} for each in reviewed],
        "generation": signing_states.state_of(request.user).generation,
        "declaration": DECLARATION,
        "token": token,
        "trouble": hard_token_trouble(token, at=at) if token else None,
        **charts.people(reviewed, today=timezone.localdate(at)),
    }
    return render(request, "prescriptions/sign.html", context)


def _is_ticked(chart: dict[str, Any], form: SignForm) -> bool:
    """Keep what was ticked, and what was marked before; never for facts that have changed."""
    if not form.is_bound:
        return bool(chart["is_ready"])
    return chart["mark"] in form.marked
