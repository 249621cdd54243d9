from __future__ import annotations

from django.urls import path

from tokens.views import (
    approvals,
    backup_phones,
    device_management,
    hard_tokens,
    mobile_id,
    mobile_step_up,
    phone_codes,
    removal,
    step_up,
)

TEXT, CALL = "text", "call"

urlpatterns = [
    path("devices/", device_management.devices, name="epcs_devices"),
    path("verify/", step_up.verify, name="verify"),
    path("verify/token/", step_up.verify_token, name="verify_token"),
    path("verify/mobile/", mobile_step_up.verify_mobile, name="verify_mobile"),
    path("verify/push/", mobile_step_up.verify_push, name="verify_push"),
    path("approvals/<uuid:request_id>.json", approvals.approval_status, name="approval_status"),
    path("mobile-id/add/", mobile_id.add, name="mobile_add"),
    path("mobile-id/<uuid:setup_id>/approve/", mobile_id.approve, name="mobile_approve"),
    path(
        "mobile-id/<uuid:setup_id>/approve.json",
        mobile_id.approve_status,
        name="mobile_approve_status",
    ),
    path("mobile-id/<uuid:setup_id>/code/", mobile_id.code, name="mobile_code"),
    path("mobile-id/<uuid:token_id>/test/", mobile_id.test, name="mobile_test"),
    path("mobile-id/<uuid:token_id>/remove/", removal.remove_mobile_id, name="mobile_remove"),
    path("verify/text/", phone_codes.verify_code, {"channel": TEXT}, name="verify_text"),
    path("verify/call/", phone_codes.verify_code, {"channel": CALL}, name="verify_call"),
    path("codes/<uuid:code_id>.json", phone_codes.code_progress, name="code_progress"),
    path("phones/add/", backup_phones.add, name="phone_add"),
    path("phones/<uuid:phone_id>/confirm/", backup_phones.confirm, name="phone_confirm"),
    path("phones/<uuid:phone_id>/remove/", removal.remove_phone, name="phone_remove"),
    path("token/add/", hard_tokens.add, name="token_add"),
    path("token/instructions/", device_management.instructions, name="token_instructions"),
    path("token/<uuid:token_id>/resync/", hard_tokens.resync, name="token_resync"),
    path("token/<uuid:token_id>/remove/", removal.remove_hard_token, name="token_remove"),
    path("token/<uuid:token_id>/test/", hard_tokens.test, name="token_test"),
]
