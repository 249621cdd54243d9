"""How the prescribers of a practice stand, in the same number of queries however many they are.

``accounts.standing.standing_of`` reads the same of one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import (
    DeaRegistration,
    IdentityProofing,
    KnowledgeFactor,
    Practice,
    Prescriber,
    SigningState,
)
from accounts.models.prescriber import revoked_since
from accounts.signing_access import access_of_all
from accounts.standing import Kind, Standing
from epcs_portal.local_time import day_at
from tokens.models import HardToken, MobileDevice, OathToken, SoftToken

Token = TypeVar("Token", bound=OathToken)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A prescriber of a practice, how they stand, and their DEA registrations."""

    prescriber: Prescriber
    standing: Standing
    registrations: list[DeaRegistration]
    today: date  # at the practice

    @property
    def is_in_force(self) -> bool:
        """Whether one of the DEA registrations counts today."""
        return any(each.is_in_force(on=self.today) for each in self.registrations)


def prescribers_of(practice: Practice) -> QuerySet[Prescriber]:
    """Return all of the practice by name, whether or not they have begun to register."""
    activated = IdentityProofing.objects.filter(
        ~Exists(revoked_since(OuterRef("prescriber__user"))),
        prescriber=OuterRef("pk"),
        activated_at__isnull=False,
    )
    rows = Prescriber.objects.filter(user__membership__practice=practice)
    rows = rows.select_related("user__membership__practice")
    return rows.annotate(has_registered=Exists(activated)).order_by(
        "user__plain_last_name", "user__plain_first_name", "pk"
    )


def placed(prescribers: Collection[Any], *, at: datetime) -> list[Placed]:
    """Return how each of them stands, in their order. They are of ``prescribers_of``."""
    people = [each.user_id for each in prescribers]
    access = access_of_all(prescribers)
    hard = _by_owner(HardToken.live().filter(user__in=people).select_related("seed_record"))
    mobile = _by_owner(SoftToken.live().filter(user__in=people).select_related("seed"))
    left = MobileDevice.objects.filter(soft_token__user__in=people, left_at__isnull=False)
    left_tokens = set(left.values_list("soft_token", flat=True))
    known = _knowledge(people)
    states = {state.pk: state for state in SigningState.objects.filter(user__in=people)}
    registrations = _registrations(prescribers)
    found = []
    for each in prescribers:
        user = each.user
        held: list[OathToken | None] = [hard.get(user.pk), mobile.get(user.pk)]
        for token in filter(None, held):
            token.user = user  # as they are loaded already
        soft = mobile.get(user.pk)
        standing = Standing(
            person=user,
            is_registered=each.has_registered,
            access=access[each.pk],
            hard_token=hard.get(user.pk),
            mobile_id=soft,
            has_phone_left=soft is not None and soft.pk in left_tokens,
            knowledge=known[user.pk],
            signing=states.get(user.pk, SigningState(user=user)).lock,
        )
        today = day_at(user.time_zone, at)
        found.append(
            Placed(
                prescriber=each,
                standing=standing,
                registrations=registrations[each.pk],
                today=today,
            )
        )
    return found


def _by_owner(tokens: Iterable[Token]) -> dict[int, Token]:
    return {token.user_id: token for token in tokens}


def _knowledge(people: Collection[int]) -> dict[int, dict[Kind, KnowledgeFactor]]:
    known: dict[int, dict[Kind, KnowledgeFactor]] = defaultdict(dict)
    rows = KnowledgeFactor.objects.filter(user__in=people, kind__in=[Kind.PIN, Kind.PASSWORD])
    for factor in rows.defer("sealed"):
        known[factor.user_id][Kind(factor.kind)] = factor
    return known


def _registrations(prescribers: Collection[Prescriber]) -> dict[int, list[DeaRegistration]]:
    rows = DeaRegistration.objects.filter(prescriber__in=[each.pk for each in prescribers])
    found: dict[int, list[DeaRegistration]] = defaultdict(list)
    for each in rows.order_by("number"):
        found[each.prescriber_id].append(each)
    return found
