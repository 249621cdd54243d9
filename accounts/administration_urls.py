"""The practice's own administration."""

from __future__ import annotations

from django.urls import path

from accounts.views import administration, confirm, dea_registrations, token_help

urlpatterns = [
    path("", administration.administration, name="administration"),
    path("confirm/", confirm.confirm, name="confirm_sign_in"),
    path("epcs-setup/", administration.setup_search, name="setup_search"),
    path("epcs-setup/<int:person_id>/", administration.setup_edit, name="setup_edit"),
    path("tokens/<slug:kind>/<uuid:token_id>/confirm/", token_help.confirm, name="token_confirm"),
    path("tokens/<slug:kind>/<uuid:token_id>/unlock/", token_help.unlock, name="token_unlock"),
    path(
        "registrations/<int:registration_id>/renew/",
        dea_registrations.renew,
        name="registration_renew",
    ),
]
