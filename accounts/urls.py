from __future__ import annotations

from django.urls import include, path

from accounts.views import (
    activity,
    holds,
    knowledge_proof,
    loss,
    my_settings,
    password,
    pin,
    revoke,
    session,
)

urlpatterns = [
    path("", my_settings.home, name="home"),
    path("sign-in/", session.sign_in, name="sign_in"),
    path("sign-out/", session.sign_out, name="sign_out"),
    path("session/", session.session, name="session"),
    path("support/", my_settings.support, name="support"),
    path("settings/", my_settings.profile, name="profile"),
    path("settings/epcs/", my_settings.settings_epcs, name="settings_epcs"),
    path("settings/activity/", activity.activity, name="activity"),
    path("settings/activity/export/", activity.export, name="activity_export"),
    path("epcs/", my_settings.epcs_controls, name="epcs_controls"),
    path("not-me/<uuid:notice_id>/", holds.not_me, name="not_me"),
    path("epcs/hold/", holds.hold, name="hold"),
    path("administration/holds/<uuid:hold_id>/", holds.lift_of_another, name="hold_of_another"),
    path("epcs/report-lost/", loss.report, name="report_lost"),
    path("epcs/report-lost/<uuid:report_id>/", loss.done, name="report_done"),
    path("epcs/revoke/", revoke.revoke, name="revoke"),
    path("epcs/revoked/", revoke.revoked, name="revoked"),
    path("epcs/pin/", knowledge_proof.prove_for_pin, name="pin"),
    path("epcs/pin/new/", pin.choose, name="pin_new"),
    path("epcs/pin/done/", pin.done, name="pin_done"),
    path("epcs/password/", knowledge_proof.prove_for_password, name="password"),
    path("epcs/password/new/", password.choose, name="password_new"),
    path("epcs/", include("accounts.registration_urls")),
    path("administration/", include("accounts.administration_urls")),
    path("administration/", include("accounts.access_urls")),
]
