"""Who may name the people that manage access at a practice (21 CFR 1311.125(a))."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet

from accounts import access_changes
from accounts.models import DesignatedIndividual, Practice, User
from accounts.signing_access import is_stopped
from epcs_portal.refusals import Refusal


class OnlyRegistrantsDesignate(Refusal):
    code = "only-registrants-designate"
    text = (
        "Only a prescriber of this practice with a DEA registration in force, whose own signing is "
        "not stopped, names who manages access. Nothing was changed."
    )


class DesignatedAlready(Refusal):
    code = "designated-already"
    field = "person"
    text = "This person manages access here already. Nothing was changed."


class NotAtThePractice(Refusal):
    code = "not-at-the-practice"
    field = "person"
    text = "This person does not work here, or is not designated. Nothing was changed."


class DesignationNeeded(Refusal):
    """21 CFR 1311.125(a): at least two, one of them a registrant with a token."""

    code = "designation-needed"
    field = "person"

    @property
    def sentence(self) -> str:
        return (
            f"A practice needs at least {settings.DESIGNATED_INDIVIDUALS} designated individuals, "
            "one of them a prescriber with a DEA registration and an active token, whose own "
            "signing is not stopped. Name another person first."
        )


def designations_of(practice: Practice) -> QuerySet[DesignatedIndividual]:
    """Return all that were not ended, also of who has left meanwhile: those can be ended too."""
    rows = practice.designated_individuals.filter(ended_at=None)
    return rows.select_related("user", "appointed_by").order_by("pk")


def people_of(practice: Practice) -> list[User]:
    """Return who works there and can sign in."""
    people = User.objects.filter(membership__practice=practice, is_active=True)
    return list(people.order_by("plain_last_name", "plain_first_name", "pk"))


def people_offered(practice: Practice) -> list[User]:
    """Return them, and who is named and has left since: that can still be ended."""
    here = people_of(practice)
    named = [each.user for each in designations_of(practice)]
    return [*here, *(person for person in named if person not in here)]


def may_designate(person: User, *, at: datetime) -> bool:
    """Whether this person is a registrant there: registered, in force, and not stopped."""
    if not person.is_prescriber or person.practice is None or not person.prescriber.is_registered:
        return False
    registrants = access_changes.registrants_of(person.practice, at=at)
    return registrants.filter(user=person).exists() and not is_stopped(person)
