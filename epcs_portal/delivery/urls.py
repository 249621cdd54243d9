from __future__ import annotations

from django.urls import path

from epcs_portal.delivery.views import twilio

urlpatterns = [
    path("twilio/<uuid:message_id>/", twilio.status, name="twilio_status"),
    path("twilio/<uuid:message_id>/call/", twilio.call, name="twilio_call"),
]
