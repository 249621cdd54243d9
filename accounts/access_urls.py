"""Under /administration/: access to sign, and who manages it."""

from __future__ import annotations

from django.urls import path

from accounts.views import access, designations

urlpatterns = [
    path("access/", access.access_list, name="access_list"),
    path("access/<uuid:change_id>/", access.approve, name="access_approve"),
    path("access/<uuid:change_id>/reject/", access.reject, name="access_reject"),
    path("epcs-setup/<int:person_id>/grant/", access.grant, name="access_grant"),
    path("epcs-setup/<int:person_id>/revoke/", access.revoke, name="access_revoke"),
    path("designated/", designations.designations, name="designations"),
]
