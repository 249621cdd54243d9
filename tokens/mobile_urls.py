"""Under /mobile-id/: what the phone loads, and what it says."""

from __future__ import annotations

from django.urls import path

from tokens.views import phone_api, phone_page

urlpatterns = [
    path("", phone_page.page, name="mobile_page"),
    path("worker.js", phone_page.worker, name="mobile_worker"),
    path("manifest.webmanifest", phone_page.manifest, name="mobile_manifest"),
    path("pair/", phone_api.pair, name="phone_pair"),
    path("nonce/", phone_api.nonce, name="phone_nonce"),
    path("requests/", phone_api.requests, name="phone_requests"),
    path("answer/", phone_api.answer, name="phone_answer"),
    path("subscription/", phone_api.subscription, name="phone_subscription"),
    path("leave/", phone_api.leave, name="phone_leave"),
]
