"""Which virtual tokens lie on whose table."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import User
from epcs_portal.demo.models import VirtualFob
from epcs_portal.demo.people import STOCK
from tokens import selectors
from tokens.models import HardToken


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFob:
    fob: VirtualFob
    is_mine: bool


def fobs_shown_to(person: User) -> list[ShownFob]:
    """Return the person's own token first, and to a prescriber then those in stock."""
    own = selectors.hard_token_of(person)
    theirs = HardToken.live().exclude(user=person).values("seed_record")
    fobs = VirtualFob.objects.exclude(pk__in=theirs).select_related("seed_record")
    if not person.is_prescriber:
        fobs = fobs.filter(pk=own.seed_record_id if own else None)
    shown = [
        ShownFob(fob=fob, is_mine=own is not None and own.seed_record_id == fob.pk)
        for fob in fobs.order_by("seed_record__serial")
    ]
    place = {serial: number for number, serial in enumerate(STOCK)}
    return sorted(
        shown,
        key=lambda each: (not each.is_mine, place.get(each.fob.seed_record.serial, len(place))),
    )
