from __future__ import annotations

from django.urls import path

from billing.views import ordering, orders, webhook

urlpatterns = [
    path("epcs/orders/", orders.index, name="orders"),
    path("epcs/orders/new/", ordering.new, name="order_new"),
    path("epcs/orders/<uuid:order_id>/pay/", ordering.pay, name="order_pay"),
    path("epcs/orders/<uuid:order_id>/cancel/", ordering.cancel, name="order_cancel"),
    path("epcs/orders/<uuid:order_id>/", orders.detail, name="order_detail"),
    path("epcs/orders/<uuid:order_id>/status.json", orders.status, name="order_status"),
    path("epcs/orders/<uuid:order_id>/receipt.pdf", orders.receipt, name="order_receipt"),
    path(
        "administration/epcs-setup/<int:person_id>/order/", ordering.new_for, name="order_new_for"
    ),
    path("webhooks/stripe/", webhook.stripe_event, name="stripe_webhook"),
]
