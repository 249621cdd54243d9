"""Check a request to Stripe against the types of the installed library.

The library brings one TypedDict for each request (stripe.params), written from Stripe's own
description of exactly the API version that the library pins. So a stand-in can refuse what the API
would refuse, and it learns what is new with each upgrade.
"""

from __future__ import annotations

import re
import sys
import types
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin
from urllib.parse import parse_qsl

from stripe._request_options import RequestOptions
from stripe._stripe_object import UntypedStripeObject
from typing_extensions import get_type_hints, is_typeddict

from tests.services.stripe_refusals import Refused, invalid, missing

# They are for the library alone, or travel as headers.
NOT_SENT = frozenset(RequestOptions.__annotations__)
# https://docs.stripe.com/api/metadata
MOST_KEYS, LONGEST_KEY, LONGEST_VALUE = 50, 40, 500


def decode_form(form: str) -> dict[str, Any]:
    """Read ``a[b][0][c]=v`` as ``{"a": {"b": [{"c": "v"}]}}``; every value is text."""
    root: dict[str, Any] = {}
    for name, value in parse_qsl(form, keep_blank_values=True):
        head, *rest = name.split("[")
        *way, last = [head, *(part.removesuffix("]") for part in rest)]
        node = root
        for step in way:
            node = node.setdefault(step, {})
            if not isinstance(node, dict):
                raise invalid("Invalid object", name)
        node[last or str(len(node))] = value
    return {name: _with_lists(value) for name, value in root.items()}


def _with_lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inside = {name: _with_lists(each) for name, each in value.items()}
    if all(re.fullmatch("[0-9]+", name) for name in inside):
        return [inside[name] for name in sorted(inside, key=int)]
    return inside


def checked(value: Any, wanted: Any, name: str = "") -> Any:
    """Return the value as what the type says; refuse it in the words of the API."""
    origin = get_origin(wanted)
    if is_typeddict(wanted):
        return _object(value, wanted, name)
    if origin in {Union, types.UnionType, Literal}:
        return _choice(value, wanted, name)
    if origin is list:
        if not isinstance(value, list):
            raise invalid("Invalid array", name)
        [item] = get_args(wanted)
        return [checked(each, item, f"{name}[{at}]") for at, each in enumerate(value)]
    if origin is dict:
        return _metadata(value, name)
    return _scalar(value, wanted, name)


@cache
def _fields(wanted: Any) -> dict[str, Any]:
    # Without what is not sent: its types have names that the modules of requests do not know.
    own = {name: hint for name, hint in wanted.__annotations__.items() if name not in NOT_SENT}
    module = sys.modules[wanted.__module__]
    return get_type_hints(types.SimpleNamespace(__annotations__=own), vars(module))


def _object(value: Any, wanted: Any, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise invalid("Invalid object", name)
    fields = _fields(wanted)
    names = {field: f"{name}[{field}]" if name else field for field in [*value, *fields]}
    for field in value:
        if field not in fields:
            full = names[field]
            raise invalid(f"Received unknown parameter: {full}", full, "parameter_unknown")
    for field in fields:
        if field in wanted.__required_keys__ and field not in value:
            raise missing(names[field])
    return {field: checked(each, fields[field], names[field]) for field, each in value.items()}


def _choice(value: Any, wanted: Any, name: str) -> Any:
    """One of several types. Words that are listed are all there are, although the library
    adds ``str`` to them, for the words of later versions."""
    options = [wanted] if get_origin(wanted) is Literal else list(get_args(wanted))
    words = list(_words(options))
    others = [each for each in options if not _is_a_word_or_of_the_library(each)]
    if value in words:
        return value
    known = [str(word) for word in words if word != ""]
    if known:
        others = [each for each in others if each is not str]
    refusal = invalid(f"Invalid {name}: must be one of {', '.join(known)}", name)
    for option in others:
        try:
            return checked(value, option, name)
        except Refused as error:
            refusal = error
    raise refusal


def _words(options: list[Any]) -> Iterator[Any]:
    for option in options:
        if get_origin(option) is Literal:
            yield from get_args(option)


def _is_a_word_or_of_the_library(option: Any) -> bool:
    return get_origin(option) in {Literal, UntypedStripeObject}


def _metadata(value: Any, name: str) -> dict[str, str]:
    given = {str(at): each for at, each in enumerate(value)} if isinstance(value, list) else value
    if not isinstance(given, dict) or not all(isinstance(each, str) for each in given.values()):
        raise invalid("Invalid object", name)
    if len(given) > MOST_KEYS:
        raise invalid(f"You can specify up to {MOST_KEYS} keys", name)
    for key, text in given.items():
        if len(key) > LONGEST_KEY:
            raise invalid(f"Metadata keys can have up to {LONGEST_KEY} characters", name)
        if len(text) > LONGEST_VALUE:
            raise invalid(f"Metadata values can have up to {LONGEST_VALUE} characters", name)
    return {key: text for key, text in given.items() if text}  # empty: to be unset


def _scalar(value: Any, wanted: Any, name: str) -> Any:
    if not isinstance(value, str):
        raise invalid("Invalid string", name)
    if value == "":
        message = (
            f"You passed an empty string for '{name}'. We assume empty values are an attempt to "
            f"unset a parameter; however '{name}' cannot be unset."
        )
        raise invalid(message, name, "parameter_invalid_empty")
    if wanted is bool:
        if value not in {"true", "false"}:
            raise invalid(f"Invalid boolean: {value}", name)
        return value == "true"
    if wanted is int:
        if not re.fullmatch("-?[0-9]+", value):
            raise invalid(f"Invalid integer: {value}", name, "parameter_invalid_integer")
        return int(value)
    if wanted in {float, Decimal}:
        try:
            return str(Decimal(value))
        except InvalidOperation as error:
            raise invalid(f"Invalid decimal: {value}", name) from error
    return value
