"""Order Spare Hardware Token: where it goes, Pay Now, and the link to the payment page."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from billing import order_pages, selectors
from billing.flows.begin_payment import begin_payment
from billing.flows.cancel_order import cancel_order
from billing.flows.place_order import place_order
from billing.forms import EmptyForm, OrderForm, initial_of
from billing.refusals import PaymentUnavailable
from billing.shipping import of_order, of_practice
from billing.views.orders import own_order
from epcs_portal.access import administration_required, prescriber_required, signed_in_required
from epcs_portal.http import SignedInRequest
from epcs_portal.submissions.once import Done, once
from tokens import step_up
from tokens.step_up_matrix import Action

if TYPE_CHECKING:
    from accounts.models import User
    from billing.models import TokenOrder


@prescriber_required
def new(request: SignedInRequest) -> HttpResponse:
    """Enter where the prescriber's own spare goes. One that is not paid yet is gone on with."""
    person, unpaid = request.user, selectors.unpaid_order_of(request.user)
    initial = initial_of(of_order(unpaid) if unpaid else None, person.practice)
    form = OrderForm(request.POST or None, practice=person.practice, initial=initial)
    closed = order_pages.closed_to(person)
    if closed and request.method != "POST":
        return render(request, "billing/closed.html", closed)

    if form.is_valid() and (answer := once(request, form, _ordering(request, person, form))):
        return answer
    return render(request, "billing/new.html", order_pages.form_page(form, person, person))


@administration_required
def new_for(request: SignedInRequest, person_id: int) -> HttpResponse:
    """The administration orders for a prescriber of the practice, to its address on record."""
    person = selectors.prescriber_of(request.user, person_id)
    if person is None or person.practice is None:
        raise Http404
    initial = initial_of(of_practice(person.practice), person.practice)
    form = OrderForm(request.POST or None, practice=person.practice, initial=initial)
    closed = order_pages.closed_to(person, viewer=request.user)
    if closed and request.method != "POST":
        return render(request, "billing/closed.html", closed)

    if form.is_valid() and (answer := once(request, form, _ordering(request, person, form))):
        return answer
    return render(request, "billing/new.html", order_pages.form_page(form, person, request.user))


def _ordering(request: SignedInRequest, person: User, form: OrderForm) -> order_pages.Act:
    """Return what Pay Now does. An address elsewhere is verified on the page it leads to; and
    should the payment service be away, that page says so: the order is kept."""

    def act() -> Done:
        at, actor = timezone.now(), request.user
        order = place_order(user=person, ordered_by=actor, shipping=form.shipping, at=at)
        if not order.needs_step_up:
            try:
                begin_payment(order=order, actor=actor, authority=None, at=at)
            except PaymentUnavailable:
                return Done(to=reverse("order_pay", args=[order.pk]))
        return _go_on(order)

    return act


@signed_in_required
def pay(request: SignedInRequest, order_id: UUID) -> HttpResponse:
    """A plain link to the payment page, or Pay Now where there is no such page yet.

    An address elsewhere asks for a step-up before that (rules C-23)."""
    order, at = own_order(request, order_id), timezone.now()
    if not order.is_unpaid or order.held_for:
        return redirect("order_detail", order_id=order.pk)
    form, authority = EmptyForm(request.POST or None), None
    if order.needs_step_up:
        authority = step_up.authority_of(request, Action.SHIP_ELSEWHERE, at=at)

    def act() -> Done:
        begin_payment(order=order, actor=request.user, authority=authority, at=timezone.now())
        return _go_on(order)

    if request.method == "POST" and form.is_valid() and (answer := once(request, form, act)):
        return answer
    is_back = "canceled" in request.GET
    context = order_pages.pay_page(order, form, viewer=request.user, is_back=is_back, at=at)
    return render(request, "billing/pay.html", context)


@signed_in_required
@require_POST
def cancel(request: SignedInRequest, order_id: UUID) -> HttpResponse:
    order, form = own_order(request, order_id), EmptyForm(request.POST)

    def act() -> Done:
        cancel_order(order=order, actor=request.user, at=timezone.now())
        return Done(to=order_pages.home_of(request.user), note="order-canceled")

    if form.is_valid() and (answer := once(request, form, act)):
        return answer
    order.refresh_from_db()
    context = order_pages.pay_page(order, form, viewer=request.user, at=timezone.now())
    return render(request, "billing/pay.html", context)


def _go_on(order: TokenOrder) -> Done:
    """To the payment page's link, or, at no cost, to the order that was placed."""
    order.refresh_from_db()
    return Done(to=reverse("order_pay" if order.is_unpaid else "order_detail", args=[order.pk]))
