"""One prescriber as the administration of their practice sees them: masked, and read only."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from accounts import selectors
from accounts.models import Attestation, DeaRegistration, PasswordReset, User
from accounts.practice_standings import Placed
from accounts.practice_tokens import confirm_link, may_help, unlock_link
from accounts.prescriber_access import access_card, missing_for
from accounts.setup_facts import Fact, fact
from accounts.standing import Kind
from accounts.standing_words import ENABLED, status_of
from epcs_portal.audit.kinds import Kind as EventKind
from epcs_portal.audit.selectors import latest_of
from epcs_portal.local_time import date_words, day, day_and_time, month_day_and_time
from epcs_portal.phone_numbers import masked
from tokens import selectors as token_selectors
from tokens.hard_token_card import hard_token_status
from tokens.mobile_card import mobile_id_status

EVENTS = 5
SHOWN = (EventKind.TOKENS, EventKind.PIN, EventKind.STOPS, EventKind.ACCESS)


def page_of(placed: Placed, *, viewer: User, at: datetime) -> dict[str, Any]:
    """Context of accounts/setup_edit.html."""
    person, prescriber = placed.standing.person, placed.prescriber
    status, missing = status_of(placed, at=at), missing_for(placed, at)
    return {
        "person": person,
        "practice": person.practice,
        "npi": prescriber.npi,
        "numbers": [str(each) for each in placed.registrations],
        "tag": {"text": f"EPCS {ENABLED.lower()}" if status.can_sign else status.tag}
        | {"tone": status.tone},
        "password": _password(placed, viewer, at),
        "devices": _devices(placed, viewer, at),
        "access": access_card(placed, viewer, missing, at),
        "registrations": [_registration(each, placed, viewer) for each in _verified(placed)],
        "registered": _registered(placed) | {"missing": missing},
        "activity": latest_of(person, EVENTS, now=at, kinds=SHOWN),
        "back": {"label": "EPCS Setup", "url": reverse("setup_search")},
    }


def _password(placed: Placed, viewer: User, at: datetime) -> dict[str, Any]:
    person = placed.standing.person
    reset, known = selectors.latest_reset_of(person), placed.standing.knowledge.get(Kind.PASSWORD)
    is_waiting = reset is not None and reset.is_open(at)
    tag, tone = ("Set", "ok") if known else ("Not set", "off")
    facts = [fact("Last changed", day(known.set_at))] if known else []
    if reset is not None and reset.used_at is None:
        facts = _of_reset(reset, viewer, at)
        tag, tone = (
            ("Waiting for prescriber", "info") if is_waiting else ("Not set in time", "warn")
        )
    return {
        "facts": [fact("Status", tag, tone=tone), *facts],
        "is_waiting": is_waiting,
        "until": month_day_and_time(reset.expires_at) if reset and is_waiting else "",
        "is_set": known is not None,
        "is_own": person == viewer,
        "is_registered": placed.standing.is_registered,
        "may_reset": viewer.is_erx_administrator and person != viewer,
    }


def _of_reset(reset: PasswordReset, viewer: User, at: datetime) -> list[Fact]:
    by = "you" if reset.reset_by == viewer else reset.reset_by.full_name
    return [
        fact("Reset", f"{day_and_time(reset.reset_at, at)} by {by}"),
        fact("Must be set by", day_and_time(reset.expires_at, at)),
    ]


def _devices(placed: Placed, viewer: User, at: datetime) -> dict[str, Any]:
    standing = placed.standing
    hard, mobile = standing.hard_token, standing.mobile_id
    tag, tone = hard_token_status(hard, at=at)
    soft_tag, soft_tone = mobile_id_status(mobile, has_left=standing.has_phone_left, at=at)
    phones = token_selectors.active_phones_of(standing.person)
    numbers = ", ".join(masked(phone.number) for phone in phones)
    facts = [
        fact("Hardware Token", tag, tone=tone, detail=hard.serial if hard else ""),
        fact(
            f"Mobile ID ({settings.SOFT_TOKEN_APP})",
            soft_tag,
            tone=soft_tone,
            detail=mobile.serial if mobile else "",
        ),
        fact("Backup phones", f"{len(phones)} of {settings.BACKUP_PHONES}", detail=numbers),
    ]
    spare = token_selectors.reservation_of(standing.person)
    if spare is not None:
        until = f"by {date_words(spare.expected_on)}"
        facts.append(fact("Spare", "On its way", tone="info", detail=until))
    may_order = standing.is_registered and spare is None
    helped = [token for token in standing.tokens if may_help(viewer, token)]
    return {
        "facts": facts,
        "order_url": reverse("order_new_for", args=[standing.person.pk]) if may_order else "",
        "to_confirm": [confirm_link(token) for token in helped if token.is_phone_bound],
        "to_unlock": [unlock_link(token) for token in helped if token.held_at is not None],
    }


def _verified(placed: Placed) -> list[DeaRegistration]:
    """Return the registrations with who verified them."""
    rows = placed.prescriber.dea_registrations.select_related("verified_by")
    return list(rows.order_by("status", "number"))


def _registration(each: DeaRegistration, placed: Placed, viewer: User) -> dict[str, Any]:
    tag, tone = ("In force", "ok") if each.is_in_force(on=placed.today) else ("Expired", "bad")
    if each.status == DeaRegistration.Status.ENDED:
        tag, tone = "Ended", "off"
    is_changed_here = tag != "Ended" and placed.standing.person != viewer
    pages = {"Renew": "registration_renew"} if is_changed_here else {}
    verified = f"{each.verified_by.full_name}, {date_words(each.verified_on)}"
    return {
        "number": str(each),
        "tag": tag,
        "tone": tone,
        "facts": [
            fact("Schedules", each.schedules.replace(",", ", ")),
            fact("State", each.state),
            fact("Address", each.address),
            fact("Expires", date_words(each.expires_on)),
            fact("Verified by", verified),
        ],
        "links": [
            {"label": label, "url": reverse(page, args=[each.pk])} for label, page in pages.items()
        ],
    }


def _registered(placed: Placed) -> dict[str, Any]:
    prescriber = placed.prescriber
    proofing = prescriber.identity_proofings.order_by("-completed_at", "-pk").first()
    attested = Attestation.objects.filter(prescriber=prescriber).order_by("-given_at").first()
    activated = proofing.activated_at if proofing else None
    proofed = f"{proofing.level}, {proofing.provider}" if proofing else "Not on record"
    facts = [
        fact("Identity proofing", proofed, detail=day(proofing.completed_at) if proofing else ""),
        fact("Activated", day(activated) if activated else "Not yet"),
        fact("Sole possession attested", day(attested.given_at) if attested else "Not yet"),
    ]
    return {"facts": facts}
