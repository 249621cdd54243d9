from __future__ import annotations

from django.urls import path

from tokens.views import backup_phones, device_management, hard_tokens, phone_codes, step_up

TEXT, CALL = "text", "call"

urlpatterns = [
    path("devices/", device_management.devices, name="epcs_devices"),
    path("verify/", step_up.verify, name="verify"),
    path("verify/token/", step_up.verify_token, name="verify_token"),
    path("verify/text/", phone_codes.verify_code, {"channel": TEXT}, name="verify_text"),
    path("verify/call/", phone_codes.verify_code, {"channel": CALL}, name="verify_call"),
    path("codes/<uuid:code_id>.json", phone_codes.code_progress, name="code_progress"),
    path("phones/add/", backup_phones.add, name="phone_add"),
    path("phones/<uuid:phone_id>/confirm/", backup_phones.confirm, name="phone_confirm"),
    path("phones/<uuid:phone_id>/remove/", backup_phones.remove, name="phone_remove"),
    path("token/add/", hard_tokens.add, name="token_add"),
    path("token/instructions/", device_management.instructions, name="token_instructions"),
    path("token/<uuid:token_id>/resync/", hard_tokens.resync, name="token_resync"),
    path("token/<uuid:token_id>/test/", hard_tokens.test, name="token_test"),
]
