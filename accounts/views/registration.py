"""Set up the own EPCS account: what is done and what comes next, activation, attestation."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from accounts import activation_words
from accounts.flows.activate_account import activate_account
from accounts.flows.attest import attest as give_attestation
from accounts.flows.send_activation_code import send_activation_code
from accounts.registration import ATTESTATION, has_attested
from accounts.registration_forms import ActivationForms, AttestationForm
from accounts.registration_steps import setup_of
from accounts.standing import standing_of
from epcs_portal.access import prescriber_required
from epcs_portal.http import SignedInRequest
from epcs_portal.submissions.once import Done, once

BACK = {"label": "Set up your EPCS account", "url": "/epcs/setup/"}


@prescriber_required
@require_safe
def setup(request: SignedInRequest) -> HttpResponse:
    standing = standing_of(request.user.prescriber)
    context = {
        "setup": setup_of(standing, at=timezone.now()),
        "back": {"label": "EPCS settings", "url": reverse("settings_epcs")},
    }
    return render(request, "accounts/setup.html", context)


@sensitive_post_parameters("phone_code", "address_code")
@prescriber_required
def activate(request: SignedInRequest) -> HttpResponse:
    """Ask for the codes, and enter both."""
    at, person, forms = timezone.now(), request.user, ActivationForms(request.POST)
    channel = forms.channel
    awaited = activation_words.awaited(person, at=at)
    if awaited is None and request.method != "POST":
        return redirect("epcs_setup")

    def act() -> Done:
        if channel is not None:
            is_again = send_activation_code(user=person, channel=channel, at=at)
            note = "code-sent" if is_again else "activation-code-sent"
            return Done(to=reverse("activate"), note=note)
        activate_account(user=person, at=at, **forms.codes.cleaned_data)
        return Done(to=reverse("epcs_setup"), note="account-activated")

    if forms.sent.is_valid() and (answer := once(request, forms.sent, act)):
        return answer
    context = {"awaited": awaited, "back": BACK, **forms.context}
    return render(request, "accounts/activate.html", context)


@prescriber_required
def attest(request: SignedInRequest) -> HttpResponse:
    prescriber, form = request.user.prescriber, AttestationForm(request.POST or None)
    is_over = has_attested(prescriber) or not prescriber.is_registered
    if is_over and request.method != "POST":
        return redirect("epcs_setup")

    def act() -> Done:
        give_attestation(user=request.user, at=timezone.now())
        return Done(to=reverse("epcs_setup"), note="attested")

    if form.is_valid() and (answer := once(request, form, act)):
        return answer
    context = {"form": form, "words": ATTESTATION, "back": BACK}
    return render(request, "accounts/attest.html", context)
