from __future__ import annotations

from django.urls import path

from epcs_portal.demo import views

urlpatterns = [path("devices/", views.devices, name="demo_devices")]
