"""How Stripe shows what it keeps: lists, and things expanded in place of their ids."""

from __future__ import annotations

from copy import deepcopy
from typing import Any, ForwardRef, get_args

from tests.services.stripe_objects import Account
from tests.services.stripe_records import RESOURCES, Thing
from tests.services.stripe_refusals import Refused, invalid

DEEPEST = 4  # https://docs.stripe.com/expand
USUAL_LENGTH, LONGEST = 10, 100  # of a list
OF_THE_LIST = {"expand", "limit", "starting_after"}


def listed(account: Account, kind: str, params: Thing, url: str) -> Thing:
    """A page of a list, with the newest first. Of its filters, those play that name a field."""
    chosen = account.all(kind)
    for name, value in params.items():
        if name in OF_THE_LIST:
            continue
        if name not in RESOURCES[kind].__annotations__ or not isinstance(value, str):
            raise invalid("The stand-in does not play this filter", name)
        if name in RESOURCES:
            account.find(name, value, name)  # of what is not there, there is no list either
        chosen = [each for each in chosen if each[name] == value]
    if "starting_after" in params:
        names = [each["id"] for each in chosen]
        chosen = chosen[names.index(params["starting_after"]) + 1 :]
    length = params.get("limit", USUAL_LENGTH)
    if not 1 <= length <= LONGEST:
        raise invalid("Invalid limit: must be between 1 and 100", "limit")
    more = len(chosen) > length
    return {"object": "list", "data": chosen[:length], "has_more": more, "url": url}


def check_expand(kind: str, params: Thing, *, is_list: bool) -> None:
    """Refuse what cannot be expanded, before anything is made."""
    for path in params.get("expand", []):
        steps = path.split(".")
        if len(steps) > DEEPEST:
            raise invalid("You cannot expand more than 4 levels of a property", "expand")
        if is_list and (steps.pop(0) != "data" or not steps):
            raise _not_expandable(path)
        here = kind
        for step in steps:
            if not (found := _expands_to(here, step)):
                raise _not_expandable(path)
            here = found


def _expands_to(kind: str, name: str) -> str | None:
    """The library says of such a field that it is a name or a thing. Some are not played here."""
    played = {resource.__name__: each for each, resource in RESOURCES.items()}
    types = get_args(RESOURCES[kind].__annotations__.get(name))
    things = [each.__forward_arg__ for each in types if isinstance(each, ForwardRef)]
    return played.get(things[0]) if str in types and things else None


def _not_expandable(path: str) -> Refused:
    return invalid(f"This property cannot be expanded ({path}).", "expand")


def expanded(account: Account, answer: Thing, params: Thing) -> Thing:
    """Return a copy with what the paths lead to in place of its id."""
    copy = deepcopy(answer)
    for path in params.get("expand", []):
        _expand(account, copy, path.split("."))
    return copy


def _expand(account: Account, here: Any, steps: list[str]) -> None:
    if not steps or here is None:
        return
    name, *rest = steps
    if here["object"] == "list":
        for each in here["data"]:
            _expand(account, each, rest)
        return
    if isinstance(here[name], str):
        here[name] = deepcopy(account.things[here[name]])
    _expand(account, here[name], rest)
