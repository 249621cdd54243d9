"""The support site: an agent's actions, each a page of its own, and Django's admin around them."""

from __future__ import annotations

from django.urls import path

from epcs_portal.support import admins
from epcs_portal.support.site import site
from epcs_portal.support.views import orders, people, registration, seeds

assert admins  # noqa: S101  (imported, the lists are registered)

urlpatterns = [
    path("people/<int:person_id>/suspend/", people.suspend, name="staff_suspend"),
    path("people/<int:person_id>/case/", people.issue_case, name="staff_case"),
    path("people/<int:person_id>/spare/", people.send_spare, name="staff_spare"),
    path("people/<int:person_id>/proofing/", registration.record, name="staff_proofing"),
    path("people/<int:person_id>/letter/", registration.begin_letter, name="staff_letter_new"),
    path("letters/<uuid:piece_id>/", registration.letter, name="staff_letter"),
    path("tokens/<slug:kind>/<uuid:token_id>/unlock/", people.unlock, name="staff_unlock"),
    path("orders/<uuid:order_id>/pack/", orders.pack, name="staff_order_pack"),
    path("orders/<uuid:order_id>/ship/", orders.ship, name="staff_order_ship"),
    path("orders/<uuid:order_id>/delivered/", orders.delivered, name="staff_order_delivered"),
    path("orders/<uuid:order_id>/call-off/", orders.call_off, name="staff_order_call_off"),
    path("orders/<uuid:order_id>/cancel/", orders.cancel, name="staff_order_cancel"),
    path("orders/<uuid:order_id>/hold-end/", orders.hold_end, name="staff_order_hold_end"),
    path("orders/<uuid:order_id>/back/", orders.back, name="staff_order_back"),
    path("orders/<uuid:order_id>/receipt/", orders.receipt, name="staff_order_receipt"),
    path("orders/<uuid:order_id>/look/", orders.look, name="staff_order_look"),
    path("seeds/import/", seeds.import_seeds, name="staff_seeds"),
    path("", site.urls),
]
