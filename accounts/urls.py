from __future__ import annotations

from django.urls import path

from accounts.views import activity, holds, my_settings, pin, pin_proof, session

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
    path("epcs/pin/", pin_proof.prove, name="pin"),
    path("epcs/pin/new/", pin.choose, name="pin_new"),
    path("epcs/pin/done/", pin.done, name="pin_done"),
]
