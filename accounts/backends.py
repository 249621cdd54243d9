"""Loading a signed-in person: one query, whatever the page will ask about them."""

from __future__ import annotations

from django.contrib.auth.backends import ModelBackend
from django.db.models import Exists, OuterRef, Subquery

from accounts.models import DeaRegistration, DesignatedIndividual, PasswordReset, User
from epcs_portal.compiled import Select
from tokens.models import EnrollmentGrant

_DESIGNATION = DesignatedIndividual.standing().filter(user=OuterRef("pk"))
_REGISTRATION = DeaRegistration.objects.filter(
    prescriber__user=OuterRef("pk"), status=DeaRegistration.Status.ACTIVE
)
_GRANT = EnrollmentGrant.objects.filter(user=OuterRef("pk"))
_PERSON = Select(
    lambda pk: (
        User.objects.select_related("membership__practice", "prescriber")
        .annotate(
            loaded_designation=Exists(_DESIGNATION),
            loaded_registered_until=Subquery(
                _REGISTRATION.order_by("-expires_on").values("expires_on")[:1]
            ),
            loaded_granted_until=Subquery(_GRANT.order_by("-expires_at").values("expires_at")[:1]),
            loaded_reset=Exists(PasswordReset.objects.filter(user=OuterRef("pk"))),
        )
        .filter(pk=pk)
    )
)


class PeopleBackend(ModelBackend):
    """Django's backend, with the person's practice and prescriber row in the same query."""

    def get_user(self, user_id: int) -> User | None:
        user = _PERSON.one_or_none(pk=user_id)
        return user if user is not None and self.user_can_authenticate(user) else None
