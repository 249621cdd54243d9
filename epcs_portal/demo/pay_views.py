"""The demo's payment page. In production it is Stripe's, on Stripe's own servers."""

from __future__ import annotations

from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from billing import order_pages, receipts, selectors
from epcs_portal.access import signed_in_required
from epcs_portal.demo import payments
from epcs_portal.demo.pay_forms import CardForm
from epcs_portal.demo.paying import pay_with_card
from epcs_portal.demo.people import VIRTUAL_PAYMENTS
from epcs_portal.http import SignedInRequest
from epcs_portal.submissions.once import Done, once


@sensitive_post_parameters("card", "exp", "cvv")
@sensitive_variables("form")
@signed_in_required
def pay(request: SignedInRequest, checkout_id: UUID) -> HttpResponse:
    """Enter a card, and pay once. Whoever cannot see the order finds no page."""
    checkout, at = payments.checkout_by_id(checkout_id), timezone.now()
    asked = checkout.asked if checkout else {}
    order = selectors.order_by_id(request.user, UUID(asked["order"])) if checkout else None
    is_ours = settings.PAYMENT_PROCESSOR == VIRTUAL_PAYMENTS  # and not Stripe's, in test mode
    if checkout is None or order is None or not is_ours:
        raise Http404
    form = CardForm(request.POST or None, initial={"email": asked["email"]}, today=at.date())

    def act() -> Done:
        typed = form.cleaned_data
        pay_with_card(checkout, card=typed["card"], email=typed["email"], at=at)
        back = asked["success_url"].replace("{CHECKOUT_SESSION_ID}", checkout.session_id)
        return Done(to=_path(back))

    if form.is_valid() and (answer := once(request, form, act)):
        return answer
    context = {
        "form": form,
        "order": order,
        "person": order.user,
        "is_own": order.user == request.user,
        "summary": receipts.summary_of(asked["price_cents"]),
        "steps": order_pages.STEPS,
        "step": 2,
        "back": {"label": "shipping", "url": _path(asked["cancel_url"])},
    }
    is_open = checkout.can_be_paid(at) or form.is_bound
    return render(request, "demo/pay.html" if is_open else "demo/pay_over.html", context)


def _path(url: str) -> str:
    """Return the address within this portal: the policy lets a form lead nowhere else."""
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"
