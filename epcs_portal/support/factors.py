"""A person's tokens and phones, each with its condition, for the page that support reads."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst

from accounts import selectors
from accounts.models import KnowledgeFactor, User
from epcs_portal.local_time import day, day_and_time
from epcs_portal.phone_numbers import masked
from epcs_portal.support.facts import condition_words, fact
from epcs_portal.support.selectors import kind_of
from tokens.consequences import name_of
from tokens.models import BackupPhone, Condition, HardToken, OathToken, SoftToken

Kind = KnowledgeFactor.Kind
REMOVED_SHOWN = 5


def factors_of(person: User, *, at: datetime) -> list[dict[str, Any]]:
    """Return a section for each live token, and one for everything else."""
    hard = list(HardToken.objects.filter(user=person).select_related("seed_record"))
    mobile = list(SoftToken.objects.filter(user=person))
    tokens: list[OathToken] = [*hard, *mobile]
    live = [token for token in tokens if token.status != token.Status.REMOVED]
    removed = [token for token in tokens if token.status == token.Status.REMOVED]
    removed.sort(key=lambda token: token.removed_at or at, reverse=True)
    others = [*_knowledge(person, at), *_phones(person)]
    others += [
        fact(f"Removed: {name_of(token)}", f"{day(token.removed_at or at)}{_why(token)}")
        for token in removed[:REMOVED_SHOWN]
    ]
    return [_section(token, at) for token in live] + [{"title": "Other factors", "facts": others}]


def _section(token: OathToken, at: datetime) -> dict[str, Any]:
    name = name_of(token)
    unlock = reverse("staff_unlock", args=[kind_of(token), token.pk])
    actions = [{"label": "Unlock", "url": unlock, "hidden": name}]
    return {
        "title": capfirst(name),
        "facts": [*_how_it_does(token, at), *_only_of_a_fob(token)],
        "actions": actions if token.condition(at) is Condition.LOCKED else [],
    }


def _how_it_does(token: OathToken, at: datetime) -> list[dict[str, str]]:
    used = day_and_time(token.last_used_at, at) if token.last_used_at else "Not yet"
    facts = [
        fact("Condition", condition_words(token, at=at)),
        fact("Failures in a row", token.failures),
        fact("Last used", used),
        fact("Added", day(token.bound_at)),
    ]
    if token.out_of_step_at is not None:
        facts.append(fact("Out of sync since", day_and_time(token.out_of_step_at, at)))
    if token.is_phone_bound:
        facts.append(fact("Added with a backup phone alone", "not confirmed by the practice"))
    return facts


def _only_of_a_fob(token: OathToken) -> list[dict[str, str]]:
    """Mobile ID has no button, and no end of its life that anybody knows."""
    if not isinstance(token, HardToken):
        return []
    return [
        fact("Presses skipped so far", token.presses_skipped),
        fact("Expires", day(token.expires_at) if token.expires_at else "not known"),
    ]


def _knowledge(person: User, at: datetime) -> list[dict[str, str]]:
    """Whether each is set, and whether a new password may be: of neither more is read than that."""
    known = selectors.knowledge_of(person)
    facts = [
        fact(str(kind.label), f"set {day(known[kind].set_at)}" if kind in known else "not set")
        for kind in (Kind.PIN, Kind.PASSWORD)
    ]
    reset = selectors.open_reset_of(person, at=at)
    if reset is not None:
        until = day_and_time(reset.expires_at, at, today="today")
        facts.append(fact("EPCS password reset", f"by {reset.reset_by.full_name}, until {until}"))
    return facts


def _phones(person: User) -> list[dict[str, str]]:
    phones = BackupPhone.live().filter(user=person).order_by("place")
    return [
        fact(f"Backup phone {masked(phone.number)}", f"{phone.get_status_display().lower()}")
        for phone in phones
    ]


def _why(token: OathToken) -> str:
    return f", {token.get_reason_display().lower()}" if token.reason else ""
