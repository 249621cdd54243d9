from __future__ import annotations

from django.urls import path

from tokens.views import device_management, hard_tokens, step_up

urlpatterns = [
    path("devices/", device_management.devices, name="epcs_devices"),
    path("verify/", step_up.verify, name="verify"),
    path("verify/token/", step_up.verify_token, name="verify_token"),
    path("token/add/", hard_tokens.add, name="token_add"),
    path("token/instructions/", device_management.instructions, name="token_instructions"),
    path("token/<uuid:token_id>/resync/", hard_tokens.resync, name="token_resync"),
    path("token/<uuid:token_id>/test/", hard_tokens.test, name="token_test"),
]
