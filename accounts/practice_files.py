"""Reading the TOML file of a practice and its people, or saying what is wrong with it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any

from accounts.flows.open_practice import NewPerson

PRACTICE = {
    *("name", "address", "suite", "city", "state", "zip_code", "phone", "time_zone", "signs_with"),
}
PERSON = {"username", "first_name", "last_name", "credentials", "email"}
ROLES = {"erx_administrator", "designated", "npi", "dea_registrations"}
REGISTRATION = {"number", "suffix", "state", "schedules", "address", "expires_on"}
SCHEDULES = ("2", "2N", "3", "3N", "4", "5")


class PracticeFileUnreadable(Exception):
    """The sentence says where, and what was expected."""


def read_practice(text: str) -> tuple[dict[str, Any], list[NewPerson]]:
    """Return the columns of the practice, and the people. Raise PracticeFileUnreadable."""
    try:
        read = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PracticeFileUnreadable(f"This is no TOML: {error}.") from None
    practice, people = read.get("practice"), read.get("people", [])
    if not isinstance(practice, dict) or not isinstance(people, list):
        raise PracticeFileUnreadable("A [practice] and [[people]] are expected.")
    _require_known(practice, PRACTICE, "practice")
    return practice, [_person(each) for each in people]


def _person(read: Any) -> NewPerson:
    if not isinstance(read, dict) or not isinstance(read.get("username"), str):
        raise PracticeFileUnreadable("Each of [[people]] has a username.")
    _require_known(read, PERSON | ROLES, read["username"])
    registrations = read.get("dea_registrations", [])
    if not isinstance(registrations, list):
        raise PracticeFileUnreadable(f"{read['username']}: dea_registrations is a list of tables.")
    return NewPerson(
        columns={name: value for name, value in read.items() if name in PERSON},
        is_erx_administrator=read.get("erx_administrator", False) is True,
        is_designated=read.get("designated", False) is True,
        npi=str(read.get("npi", "")),
        registrations=[_registration(each, read["username"]) for each in registrations],
    )


def _registration(read: Any, whose: str) -> dict[str, Any]:
    if not isinstance(read, dict):
        raise PracticeFileUnreadable(f"{whose}: each of dea_registrations is a table.")
    _require_known(read, REGISTRATION, f"{whose}, dea_registrations")
    schedules = read.get("schedules", [])
    if not isinstance(schedules, list) or not set(schedules) <= set(SCHEDULES) or not schedules:
        known = ", ".join(SCHEDULES)
        raise PracticeFileUnreadable(f"{whose}: schedules is a list of {known}.")
    kept = ",".join(each for each in SCHEDULES if each in schedules)
    return {**read, "schedules": kept}


def _require_known(read: Mapping[str, Any], known: set[str], where: str) -> None:
    if unknown := sorted(set(read) - known):
        names = ", ".join(sorted(known))
        raise PracticeFileUnreadable(f"{where}: {unknown[0]!r} is not one of {names}.")
