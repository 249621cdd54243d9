"""The facts from which it follows whether somebody can sign. Read from rows each time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from accounts import selectors, signing_states
from accounts.models import KnowledgeFactor, Prescriber, User
from accounts.signing_access import Access, access_of
from epcs_portal.local_time import day, day_at
from tokens import selectors as token_selectors
from tokens.models import Condition, HardToken, OathToken, SoftToken
from tokens.throttle import Lock

Kind = KnowledgeFactor.Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Of one prescriber, now."""

    person: User
    is_registered: bool
    access: Access
    hard_token: HardToken | None
    mobile_id: SoftToken | None
    has_phone_left: bool  # nothing makes the codes of the Mobile ID any more
    knowledge: Mapping[Kind, KnowledgeFactor]  # what is set: the EPCS PIN, the EPCS password
    signing: Lock

    def has_the_rest(self, at: datetime) -> bool:
        """Whether a working token is all that signing takes."""
        is_open = self.access is Access.GRANTED and not self.signing.is_closed(at)
        return bool(self.knowledge) and is_open and self.has_registration(at)

    def has_registration(self, at: datetime) -> bool:
        """Whether a DEA registration counts today, by the day of the practice."""
        until = self.registered_until
        return until is not None and day_at(self.person.time_zone, at) <= until

    @property
    def registered_until(self) -> date | None:
        return selectors.registered_until(self.person)

    @property
    def pin(self) -> KnowledgeFactor | None:
        return self.knowledge.get(Kind.PIN)

    @property
    def asked_first(self) -> Kind:
        """What signing asks for, unless the person chooses the other one."""
        return selectors.asked_first(self.person, self.knowledge)

    @property
    def tokens(self) -> list[OathToken]:
        return [token for token in (self.hard_token, self.mobile_id) if token is not None]

    def working(self, at: datetime) -> list[OathToken]:
        makes_codes = [self.hard_token, None if self.has_phone_left else self.mobile_id]
        held = [token for token in makes_codes if token is not None]
        return [token for token in held if token.condition(at) is Condition.ACTIVE]

    def status_of(self, kind: Kind) -> str:
        factor = self.knowledge.get(kind)
        return f"Set {day(factor.set_at)}" if factor else "Not set"


def standing_of(prescriber: Prescriber) -> Standing:
    mobile = token_selectors.mobile_id_of(prescriber.user)
    return Standing(
        person=prescriber.user,
        is_registered=prescriber.is_registered,
        access=access_of(prescriber),
        hard_token=token_selectors.hard_token_of(prescriber.user),
        mobile_id=mobile,
        has_phone_left=mobile is not None and token_selectors.was_left(mobile),
        knowledge=selectors.knowledge_of(prescriber.user),
        signing=signing_states.state_of(prescriber.user).lock,
    )
