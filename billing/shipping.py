"""Where a spare goes: to the practice's address on record, or elsewhere."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from billing.models import TokenOrder

if TYPE_CHECKING:
    from accounts.models import Practice, User

Destination = TokenOrder.Destination
ADDRESS = ("address", "suite", "city", "state", "zip_code")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipping:
    destination: str
    address: str
    suite: str = ""
    city: str
    state: str
    zip_code: str


def of_practice(practice: Practice) -> Shipping:
    columns = {name: getattr(practice, name) for name in ADDRESS}
    return Shipping(destination=Destination.PRACTICE, **columns)


def of_order(order: TokenOrder) -> Shipping:
    columns = {name: getattr(order, name) for name in ADDRESS}
    return Shipping(destination=order.destination, **columns)


def is_elsewhere(shipping: Shipping, practice: Practice | None) -> bool:
    """Whether it is not the practice's address on record: then a step-up is asked for (C-23)."""
    if practice is None or shipping.destination != Destination.PRACTICE:
        return True
    return not is_address_of(shipping, practice)


def is_address_of(shipping: Shipping, practice: Practice) -> bool:
    return _plain(shipping) == _plain(of_practice(practice))


def columns_for(shipping: Shipping, user: User) -> dict[str, object]:
    """Return the columns of an order to this person."""
    practice = user.practice
    is_practice = shipping.destination == Destination.PRACTICE and practice is not None
    return {
        **asdict(shipping),
        "recipient": user.full_name,
        "practice_name": practice.name if is_practice and practice else "",
        "ships_elsewhere": is_elsewhere(shipping, practice),
    }


def _plain(shipping: Shipping) -> list[str]:
    """Blanks, capitals, points and commas, and the four digits after a ZIP code, differ often."""
    values = [getattr(shipping, name) for name in ADDRESS]
    values[-1] = values[-1][:5]
    bare = (each.replace(".", " ").replace(",", " ") for each in values)
    return [" ".join(each.split()).casefold() for each in bare]
