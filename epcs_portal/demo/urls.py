from __future__ import annotations

from django.urls import path

from epcs_portal.demo import pay_views, views

urlpatterns = [
    path("devices/", views.devices, name="demo_devices"),
    path("pay/<uuid:checkout_id>/", pay_views.pay, name="demo_pay"),
]
