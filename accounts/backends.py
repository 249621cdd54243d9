"""Loading a signed-in person: one query, whatever the page will ask about them."""

from __future__ import annotations

from django.contrib.auth.backends import ModelBackend

from accounts.models import User
from epcs_portal.rows import one_or_none


class PeopleBackend(ModelBackend):
    """Django's backend, with the person's practice and prescriber row in the same query."""

    def get_user(self, user_id: int) -> User | None:
        people = User.objects.select_related("membership__practice", "prescriber")
        user = one_or_none(people.filter(pk=user_id))
        return user if user is not None and self.user_can_authenticate(user) else None
