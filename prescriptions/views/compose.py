"""Compose Rx: choose the patient, write, change what is not signed yet, discard it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from accounts.readiness import verdict
from accounts.standing import standing_of
from epcs_portal.access import prescriber_required
from epcs_portal.forms import PortalForm
from epcs_portal.http import SignedInRequest
from epcs_portal.submissions.once import Done, once
from prescriptions import charts, selectors, waiting
from prescriptions.flows.cancel import cancel
from prescriptions.flows.compose import compose as compose_prescription
from prescriptions.flows.revise import revise
from prescriptions.forms import ComposeForm, PatientSearchForm
from prescriptions.views.patients import patient_of, prescription_of

if TYPE_CHECKING:
    from epcs_portal.refusals import Refusal
    from prescriptions.models import Patient, Prescription

SHOWN_AT_ONCE = 50  # patients
SEARCHED_FROM = 11  # patients; fewer are looked through


@prescriber_required
def compose(request: SignedInRequest) -> HttpResponse:
    """Write for ``?patient=``, or change ``?rx=``; without either the patient is chosen first."""
    at = timezone.now()
    if not request.user.prescriber.is_registered:
        return render(request, "prescriptions/compose_closed.html")
    if "rx" in request.GET:
        return _change(request, at=at)
    if "patient" in request.GET:
        return _write(request, at=at)
    return _choose_patient(request)


@prescriber_required
def discard(request: SignedInRequest, reference: str) -> HttpResponse:
    at = timezone.now()
    prescription = prescription_of(request, reference, at=at)
    form = PortalForm(request.POST or None)

    def act() -> Done:
        cancel(prescription=prescription, at=at)
        facts = {"reference": reference}
        return Done(to=reverse("queue"), note="prescription-discarded", facts=facts)

    if form.is_valid() and (answer := once(request, form, act)):
        return answer
    if refusal := _why_closed(prescription, form, doing="discarded"):
        return _closed(request, refusal)
    change = f"{reverse('rx_compose')}?rx={reference}"
    back = {"label": "the prescription", "url": change}
    context = {"form": form, "rx": prescription, "back": back}
    return render(request, "prescriptions/discard.html", context)


def _choose_patient(request: SignedInRequest) -> HttpResponse:
    form = PatientSearchForm(request.GET)
    wanted = form.cleaned_data["q"] if form.is_valid() else ""
    found = selectors.patients_of(request.user, named=wanted)[: SHOWN_AT_ONCE + 1]
    context = {
        "form": form,
        "wanted": wanted,
        "patients": found[:SHOWN_AT_ONCE],
        "is_searched": bool(form.errors or wanted) or len(found) >= SEARCHED_FROM,
        "shown": SHOWN_AT_ONCE if len(found) > SHOWN_AT_ONCE else None,
    }
    return render(request, "prescriptions/choose_patient.html", context)


def _write(request: SignedInRequest, *, at: datetime) -> HttpResponse:
    patient = patient_of(request, at=at)
    form = _form(request, at=at)

    def act() -> Done:
        new = compose_prescription(
            user=request.user, patient=patient, written=form.written(), at=at
        )
        return _saved(request, patient, new.reference)

    if form.is_valid() and (answer := once(request, form, act)):
        return answer
    context = {"heading": "Compose Rx", "back": _back("patients", "rx_compose")}
    return _page(request, form, patient, context, at=at)


def _change(request: SignedInRequest, *, at: datetime) -> HttpResponse:
    prescription = prescription_of(request, request.GET["rx"], at=at)
    form = _form(request, initial=charts.to_change(prescription), at=at)

    def act() -> Done:
        revise(prescription=prescription, written=form.written(), at=at)
        return _saved(request, prescription.patient, prescription.reference)

    if form.is_valid() and (answer := once(request, form, act)):
        return answer
    if refusal := _why_closed(prescription, form, doing="changed"):
        return _closed(request, refusal)
    context = {
        "heading": "Change prescription",
        "back": _back("Rx Queue", "queue"),
        "reference": prescription.reference,
    }
    return _page(request, form, prescription.patient, context, at=at)


def _form(
    request: SignedInRequest, *, initial: dict[str, Any] | None = None, at: datetime
) -> ComposeForm:
    return ComposeForm(
        request.POST or None,
        initial=initial,
        prescriber=request.user.prescriber,
        on=timezone.localdate(at),
    )


def _saved(request: SignedInRequest, patient: Patient, reference: str) -> Done:
    if "save" in request.POST:
        return Done(to=reverse("queue"), note="prescription-saved", facts={"reference": reference})
    return Done(to=f"{reverse('rx_sign')}?patient={patient.pk}")


def _page(
    request: SignedInRequest,
    form: ComposeForm,
    patient: Patient,
    context: dict[str, Any],
    *,
    at: datetime,
) -> HttpResponse:
    standing = standing_of(request.user.prescriber)
    context |= {
        "form": form,
        "patient": charts.of_patient(patient, today=timezone.localdate(at)),
        "readiness": verdict(standing, at=at),
    }
    return render(request, "prescriptions/compose.html", context)


def _why_closed(prescription: Prescription, form: PortalForm, *, doing: str) -> Refusal | None:
    """Return why it waits no more: since this page was opened, or since it was sent."""
    if isinstance(form.refusal, waiting.PrescriptionClosed):
        return form.refusal
    return waiting.closed(prescription, doing=doing)


def _closed(request: SignedInRequest, refusal: Refusal) -> HttpResponse:
    return render(request, "prescriptions/closed.html", {"refusal": refusal})


def _back(label: str, url_name: str) -> dict[str, str]:
    return {"label": label, "url": reverse(url_name)}
