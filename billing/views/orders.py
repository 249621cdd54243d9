"""Looking at an order: nothing is changed here, whoever returns from the payment page."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from billing import order_pages, receipts, selectors
from billing.flows.refuse_foreign_order import refuse_foreign_order
from billing.receipt_pdf import pdf_of
from epcs_portal.access import signed_in_required
from epcs_portal.http import SignedInRequest

if TYPE_CHECKING:
    from billing.models import TokenOrder


def own_order(request: SignedInRequest, order_id: UUID) -> TokenOrder:
    order = selectors.order_by_id(request.user, order_id)
    if order is None:
        refuse_foreign_order(person=request.user, order_id=order_id, at=timezone.now())
        raise Http404
    return order


@signed_in_required
@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    orders = selectors.orders_of(request.user).order_by("-ordered_at")
    return render(request, "billing/orders.html", order_pages.list_of(orders, request.user))


@signed_in_required
@require_safe
def detail(request: SignedInRequest, order_id: UUID) -> HttpResponse:
    """Where the payment page leads back to, and where the card leads: it reads, and never pays."""
    order = own_order(request, order_id)
    if order.is_unpaid and "session_id" not in request.GET and not order.held_for:
        return redirect("order_pay", order_id=order.pk)
    if order.is_unpaid:
        return render(request, "billing/confirming.html", order_pages.confirming(order))
    return render(request, "billing/order.html", order_pages.page_of(order, request.user))


@signed_in_required
@require_safe
def status(request: SignedInRequest, order_id: UUID) -> JsonResponse:
    """What the page that waits for a payment asks for, every two seconds: it extends no session."""
    order = own_order(request, order_id)
    is_known = not order.is_unpaid or bool(order.held_for)
    return JsonResponse({"state": order.status, "text": "", "final": is_known})


@signed_in_required
@require_safe
def receipt(request: SignedInRequest, order_id: UUID) -> HttpResponse:
    order = own_order(request, order_id)
    if order.paid_at is None:
        raise Http404
    headers = {"Content-Disposition": f'attachment; filename="{receipts.file_name(order)}"'}
    return HttpResponse(pdf_of(receipts.receipt_of(order)), "application/pdf", headers=headers)
