"""How the page "Report lost or stolen" names what is lost: in its form, and in links to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.urls import reverse

from epcs_portal.phone_numbers import masked
from tokens import selectors
from tokens.models import BackupPhone, CompromiseReport, HardToken, OathToken, SoftToken

if TYPE_CHECKING:
    from accounts.models import User

DETAIL = "detail of a removal"  # in the session, on the way from a removal to the report
What = CompromiseReport.What
Factor = OathToken | BackupPhone


def value_of(factor: Factor) -> str:
    """Return what the form's choice is called."""
    if isinstance(factor, BackupPhone):
        return f"{What.BACKUP_PHONE.value}:{factor.pk}"
    return (What.MOBILE_ID if isinstance(factor, SoftToken) else What.HARD_TOKEN).value


def kind_of(factor: Factor | None) -> What:
    return What.KNOWLEDGE if factor is None else What(value_of(factor).partition(":")[0])


def removal_of(factor: Factor) -> str:
    """Return the page that removes it."""
    pages = {
        What.HARD_TOKEN: "token_remove",
        What.MOBILE_ID: "mobile_remove",
        What.BACKUP_PHONE: "phone_remove",
    }
    return reverse(pages[kind_of(factor)], args=[factor.pk])


def reportable(person: User) -> Iterator[tuple[str, str, Factor | None]]:
    """Yield value, label and factor of all that can be lost and was not reported yet.

    None is the EPCS PIN or password.
    """
    for token in selectors.tokens_of(person):
        if token.reported_at is None:
            label = f"{What.HARD_TOKEN.label} {token.serial}"
            is_hard = isinstance(token, HardToken)
            yield value_of(token), label if is_hard else What.MOBILE_ID.label, token
    for phone in selectors.active_phones_of(person):
        yield value_of(phone), f"{What.BACKUP_PHONE.label} {masked(phone.number)}", phone
    yield What.KNOWLEDGE.value, What.KNOWLEDGE.label, None
