"""What an agent does with an order. Each has a page, one flow, and a line on the trail."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone

from billing.flows.call_off_order import call_off_order
from billing.flows.cancel_order import cancel_order
from billing.flows.end_hold import end_hold
from billing.flows.look_up_checkout import look_up_checkout
from billing.flows.note_delivery import note_delivery
from billing.flows.pack_order import pack_order
from billing.flows.send_receipt_again import send_receipt_again
from billing.flows.ship_order import ship_order
from billing.flows.take_back_spare import take_back_spare
from epcs_portal.forms import PortalForm
from epcs_portal.http import SignedInRequest
from epcs_portal.submissions.once import Done, once
from epcs_portal.support import selectors
from epcs_portal.support.forms import ReasonForm
from epcs_portal.support.order_forms import PackForm, ShipForm
from epcs_portal.support.pages import order_page
from epcs_portal.support.views import order_words as words
from epcs_portal.support.views.acting import page_about
from epcs_portal.support.views.doors import agent_required

if TYPE_CHECKING:
    from billing.models import TokenOrder

Flow = Callable[..., object]


def _act(
    request: SignedInRequest,
    order_id: UUID,
    form_class: type[PortalForm],
    flow: Flow,
    said: dict[str, str],
    *,
    note: str,
) -> HttpResponse:
    """Show the form, and run the flow with what was typed."""
    order, form = _order_or_404(order_id), form_class(request.POST or None)

    def act() -> Done:
        flow(order=order, agent=request.user, at=timezone.now(), **form.cleaned_data)
        order.refresh_from_db()
        return Done(to=order_page(order), note=note, facts=_facts(order))

    if form.is_valid() and (answer := once(request, form, act)):
        return answer
    thing = f"order {order.number} of {order.user.full_name}"
    back = {"label": f"order {order.number}", "url": order_page(order)}
    return page_about(request, form, said | {"thing": thing}, back)


@agent_required
def pack(request: SignedInRequest, order_id: UUID) -> HttpResponse:
    return _act(request, order_id, PackForm, pack_order, words.PACK, note="order-packed")


@agent_required
def ship(request: SignedInRequest, order_id: UUID) -> HttpResponse:
    return _act(request, order_id, ShipForm, ship_order, words.SHIP, note="order-shipped")


@agent_required
def delivered(request: SignedInRequest, order_id: UUID) -> HttpResponse:
    return _act(request, order_id, PortalForm, note_delivery, words.DELIVERED, note="order-noted")


@agent_required
def call_off(request: SignedInRequest, order_id: UUID) -> HttpResponse:
    is_free = _order_or_404(order_id).is_free
    said, note = (
        (words.CANCEL_FREE, "order-canceled-by-support")
        if is_free
        else (words.REFUND, "refund-begun")
    )
    return _act(request, order_id, ReasonForm, call_off_order, said, note=note)


@agent_required
def cancel(request: SignedInRequest, order_id: UUID) -> HttpResponse:
    def flow(*, agent: object, **how: object) -> None:
        cancel_order(actor=agent, **how)  # type: ignore[arg-type]

    note = "order-canceled-by-support"
    return _act(request, order_id, PortalForm, flow, words.CANCEL, note=note)


@agent_required
def hold_end(request: SignedInRequest, order_id: UUID) -> HttpResponse:
    return _act(request, order_id, ReasonForm, end_hold, words.HOLD_END, note="order-noted")


@agent_required
def back(request: SignedInRequest, order_id: UUID) -> HttpResponse:
    return _act(request, order_id, ReasonForm, take_back_spare, words.BACK, note="spare-back")


@agent_required
def receipt(request: SignedInRequest, order_id: UUID) -> HttpResponse:
    said, note = words.RECEIPT, "receipt-sent"
    return _act(request, order_id, PortalForm, send_receipt_again, said, note=note)


@agent_required
def look(request: SignedInRequest, order_id: UUID) -> HttpResponse:
    def flow(*, order: TokenOrder, at: object, **_agent: object) -> None:
        for checkout in selectors.checkouts_of(order):
            look_up_checkout(checkout=checkout, at=at)  # type: ignore[arg-type]

    return _act(request, order_id, PortalForm, flow, words.LOOK, note="order-noted")


def _order_or_404(order_id: UUID) -> TokenOrder:
    order = selectors.order_by_id(order_id)
    if order is None:
        raise Http404
    return order


def _facts(order: TokenOrder) -> dict[str, str | int]:
    serial = order.reservation.serial if order.reservation else ""
    return {"number": order.number, "serial": serial, "status": order.get_status_display().lower()}
