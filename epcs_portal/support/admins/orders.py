"""Orders of spare tokens, and what the payment service said. No address of a payment page."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import SimpleListFilter, display, register
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.html import format_html

from billing.models import Checkout, PaymentEvent, Refund, TokenOrder
from epcs_portal.support.admins.read_only import ReadOnlyAdmin
from epcs_portal.support.orders import page_of
from epcs_portal.support.pages import order_page
from epcs_portal.support.site import site


class OnHold(SimpleListFilter):
    title = "on hold"
    parameter_name = "on_hold"

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Yes"), ("no", "No")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() is None:
            return queryset
        held = queryset.exclude(held_for="")
        return held if self.value() == "yes" else queryset.filter(held_for="")


@register(TokenOrder, site=site)
class TokenOrderAdmin(ReadOnlyAdmin):
    """Where it goes stands on the page of the order alone: it may be somebody's home."""

    columns = ("number", "whom", "status", "total", "ordered_at", "destination", "held_for")
    search_fields = (
        "=number",
        "^user__last_name",
        "=user__username",
        "=tracking_number",
        "^reservation__seed_record__serial",
    )
    list_filter = ("status", OnHold, "destination")
    list_select_related = ("user",)
    ordering = ("-ordered_at",)

    @display(description="total", ordering="price_cents")
    def total(self, order: TokenOrder) -> str:
        return order.price

    def render_change_form(
        self,
        request: Any,
        context: Any,
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        super().render_change_form(request, context, add, change, form_url, obj)
        return TemplateResponse(
            request, "support/order.html", page_of(obj, agent=request.user, at=timezone.now())
        )


class OfOrderAdmin(ReadOnlyAdmin):
    @display(description="order")
    def of_order(self, row: Any) -> str:
        order = self.order_of(row)
        return format_html('<a href="{}">{}</a>', order_page(order), order.number)

    def order_of(self, row: Any) -> TokenOrder:
        return row.order  # type: ignore[no-any-return]


@register(Checkout, site=site)
class CheckoutAdmin(OfOrderAdmin):
    columns = ("opened_at", "of_order", "whom", "attempt", "paid_at", "settled_at", "looked_at")
    more = ("session_id", "payment_intent", "expires_at")
    whose = ("order", "user")
    search_fields = ("=order__number", "^order__user__last_name", "=payment_intent", "=session_id")
    list_select_related = ("order__user",)
    ordering = ("-opened_at",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        return super().get_queryset(request).defer("url", "asked")


@register(Refund, site=site)
class RefundAdmin(OfOrderAdmin):
    columns = ("asked_at", "of_order", "whom", "asked_by", "state", "problem")
    more = ("reason", "attempts", "refund_id")
    whose = ("checkout", "order", "user")
    search_fields = ("=checkout__order__number", "^checkout__order__user__last_name")
    list_filter = ("state",)
    list_select_related = ("checkout__order__user", "asked_by")
    ordering = ("-asked_at",)

    def order_of(self, row: Any) -> TokenOrder:
        return row.checkout.order  # type: ignore[no-any-return]


@register(PaymentEvent, site=site)
class PaymentEventAdmin(ReadOnlyAdmin):
    columns = ("received_at", "kind", "state", "problem", "attempts", "event_id")
    more = ("happened_at", "session_id", "payment_intent")
    whose = ()
    search_fields = ("=event_id", "=session_id", "=payment_intent")
    list_filter = ("state", "kind")
    ordering = ("-received_at",)
