"""What the page of the practice shows: who can sign, and what waits for somebody.

The number of queries is the same however many prescribers there are.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst

from accounts import access_changes, access_rules, selectors
from accounts.holds import holds_for
from accounts.models import User
from accounts.practice_standings import Placed, placed, prescribers_of
from accounts.practice_tokens import confirm_link, may_help, unlock_link
from accounts.standing_words import Status, status_of
from epcs_portal.local_time import date_words, day, day_and_time
from tokens.consequences import name_of
from tokens.health import ends_at, is_old
from tokens.models import HardToken, OathToken, Reservation

SHOWN = 20  # rows of each list; EPCS Setup has them all
Row = dict[str, Any]
ACTIVE = OathToken.Status.ACTIVE


def overview_of(viewer: User, *, at: datetime) -> dict[str, Any]:
    """Context of accounts/administration.html."""
    practice = viewer.membership.practice
    people = placed(prescribers_of(practice), at=at)
    statuses = [(each, status_of(each, at=at)) for each in people]
    can = [each for each, status in statuses if status.can_sign]
    sections = [
        _section("cannot", "Can't sign now", _who_cannot(statuses)),
        _section("can", "Can sign", [_row(each.standing.person) for each in can]),
        _section("changes", "Access changes that wait", _changes(viewer, at)),
        _section("resets", "EPCS passwords to be set", _resets(viewer, at)),
        *_for_designees(viewer, people, at=at),
        _section("few", "Fewer than two tokens", _few_tokens(people)),
        _section("old", "Old or expiring tokens", _old_tokens(people, at)),
        _section("shipments", "Tokens on their way", _shipments(viewer)),
    ]
    return {
        "practice": practice,
        "is_ready": access_rules.is_ready(practice, at=at),
        "able": len(can),
        "all": len(people),
        "sections": sections,
    }


def _for_designees(viewer: User, people: list[Placed], *, at: datetime) -> list[dict[str, Any]]:
    """Return what designated individuals alone bring back."""
    tokens = [token for each in people for token in each.standing.tokens]
    active = [token for token in tokens if token.status == ACTIVE]
    bound = [token for token in active if token.is_phone_bound]
    held = [token for token in active if token.held_at is not None]
    sections = [
        _section("confirm", "Tokens to confirm", _token_rows(viewer, bound, confirm_link)),
        _section("unlock", "Tokens to unlock", _token_rows(viewer, held, unlock_link)),
    ]
    if not viewer.is_designated:
        return sections
    holds = [
        _row(hold.user, f"{hold.notice.get_change_display()} · {day_and_time(hold.placed_at, at)}")
        | {"action": _lift(hold.pk, hold.user)}
        for hold in holds_for(viewer)
    ]
    return [_section("holds", "Holds at your practice", holds), *sections]


def _lift(hold_id: object, user: User) -> dict[str, str]:
    url = reverse("hold_of_another", args=[hold_id])
    return {"label": "Lift the hold", "hidden": f"of {user.full_name}", "url": url}


def _section(name: str, title: str, rows: list[Row]) -> dict[str, Any]:
    more = max(0, len(rows) - SHOWN)
    return {"id": name, "title": title, "rows": rows[:SHOWN], "count": len(rows), "more": more}


def _row(user: User, text: str = "") -> Row:
    url = reverse("setup_edit", args=[user.pk])
    return {"name": user.full_name, "url": url, "text": text}


def _who_cannot(statuses: list[tuple[Placed, Status]]) -> list[Row]:
    return [
        _row(each.standing.person, status.reason) | {"tag": status.tag, "tone": status.tone}
        for each, status in statuses
        if not status.can_sign
    ]


def _changes(viewer: User, at: datetime) -> list[Row]:
    pending = access_changes.pending_of(viewer.membership.practice, at=at)
    return [
        _row(
            change.prescriber.user,
            f"{change.get_kind_display()}, entered by {change.entered_by.full_name}. "
            f"Until {day_and_time(change.expires_at, at)}",
        )
        | {
            "action": {
                "label": "Review",
                "hidden": f"the change for {change.prescriber.user.full_name}",
                "url": reverse("access_approve", args=[change.uuid]),
            }
        }
        for change in pending
    ]


def _resets(viewer: User, at: datetime) -> list[Row]:
    waiting = selectors.open_resets(at=at).filter(user__membership__practice=viewer.practice)
    return [
        _row(each.user, f"To be set by {day_and_time(each.expires_at, at)}")
        for each in waiting.select_related("user").order_by("expires_at")
    ]


def _token_rows(
    viewer: User, tokens: list[OathToken], link: Callable[[OathToken], dict[str, str]]
) -> list[Row]:
    return [
        _row(token.user, capfirst(name_of(token)))
        | {"action": link(token) if may_help(viewer, token) else None}
        for token in tokens
    ]


def _few_tokens(people: list[Placed]) -> list[Row]:
    """Of whoever is registered: with one token, losing it stops signing."""
    rows = []
    for each in people:
        standing = each.standing
        working = [token for token in standing.tokens if token.status == ACTIVE]
        if standing.is_registered and standing.person.is_active and len(working) < 2:
            rows.append(_row(standing.person, "One token" if working else "No token"))
    return rows


def _old_tokens(people: list[Placed], at: datetime) -> list[Row]:
    tokens = [(each.standing.person, each.standing.hard_token) for each in people]
    return [
        _row(person, f"{token.serial}: {_end_of(token, at)}. Order a spare now.")
        for person, token in tokens
        if token is not None and token.status == ACTIVE and is_old(token, at=at)
    ]


def _end_of(token: HardToken, at: datetime) -> str:
    ends = day(ends_at(token))
    if token.expires_at is None:
        return f"lasts to about {ends}"
    return f"expired {ends}" if token.is_expired(at) else f"expires {ends}"


def _spare(spare: Reservation) -> str:
    return spare.serial if spare.sent_at else f"Order {spare.order_number}"


def _shipments(viewer: User) -> list[Row]:
    """Return what support sent and nobody has added yet."""
    sent = Reservation.objects.filter(user__membership__practice=viewer.practice, ended_at=None)
    sent = sent.filter(recalled_at=None)
    return [
        _row(each.user, f"{_spare(each)}, expected by {date_words(each.expected_on)}")
        for each in sent.select_related("user", "seed_record").order_by("expected_on", "pk")
    ]
