"""The support site: an agent's actions, each a page of its own, and Django's admin around them."""

from __future__ import annotations

from django.urls import path

from epcs_portal.support import admins
from epcs_portal.support.site import site
from epcs_portal.support.views import people, registration, seeds

assert admins  # noqa: S101  (imported, the lists are registered)

urlpatterns = [
    path("people/<int:person_id>/suspend/", people.suspend, name="staff_suspend"),
    path("people/<int:person_id>/case/", people.issue_case, name="staff_case"),
    path("people/<int:person_id>/spare/", people.send_spare, name="staff_spare"),
    path("people/<int:person_id>/spare/back/", people.take_spare_back, name="staff_spare_back"),
    path("people/<int:person_id>/proofing/", registration.record, name="staff_proofing"),
    path("people/<int:person_id>/letter/", registration.begin_letter, name="staff_letter_new"),
    path("letters/<uuid:piece_id>/", registration.letter, name="staff_letter"),
    path("tokens/<slug:kind>/<uuid:token_id>/unlock/", people.unlock, name="staff_unlock"),
    path("seeds/import/", seeds.import_seeds, name="staff_seeds"),
    path("", site.urls),
]
