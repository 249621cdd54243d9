"""Loading a signed-in person: one query, whatever the page will ask about them."""

from __future__ import annotations

from django.contrib.auth.backends import ModelBackend
from django.db.models import Exists, OuterRef

from accounts.models import DesignatedIndividual, PasswordReset, User
from epcs_portal.compiled import Select

_DESIGNATION = DesignatedIndividual.objects.filter(
    user=OuterRef("pk"), practice=OuterRef("membership__practice"), ended_at=None
)
_PERSON = Select(
    lambda pk: (
        User.objects.select_related("membership__practice", "prescriber")
        .annotate(
            loaded_designation=Exists(_DESIGNATION),
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
