from __future__ import annotations

from django.urls import path

from accounts.views import activity, holds, loss, my_settings, pin, pin_proof, revoke, session

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
    path("epcs/pin/", pin_proof.prove, name="pin"),
    path("epcs/pin/new/", pin.choose, name="pin_new"),
    path("epcs/pin/done/", pin.done, name="pin_done"),
]
