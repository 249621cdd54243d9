"""How the page "Report lost or stolen" names what is lost: in its form, and in links to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.urls import reverse

from epcs_portal.phone_numbers import masked
from tokens import selectors
from tokens.factors import Factor
from tokens.models import BackupPhone, CompromiseReport, HardToken, SoftToken

if TYPE_CHECKING:
    from accounts.models import User

DETAIL = "detail of a removal"  # in the session, on the way from a removal to the report
What = CompromiseReport.What
COLUMNS = {
    What.HARD_TOKEN: "hard_token",
    What.MOBILE_ID: "soft_token",
    What.BACKUP_PHONE: "backup_phone",
}


def value_of(factor: Factor) -> str:
    """Return what the form's choice is called."""
    if isinstance(factor, BackupPhone):
        return f"{What.BACKUP_PHONE.value}:{factor.pk}"
    return (What.MOBILE_ID if isinstance(factor, SoftToken) else What.HARD_TOKEN).value


def kind_of(factor: Factor | None) -> What:
    return What.KNOWLEDGE if factor is None else What(value_of(factor).partition(":")[0])


def circumstance_of(factor: Factor) -> str:
    """Return what was reported of it, to begin a removal with; "" where nothing was."""
    column = COLUMNS[kind_of(factor)]
    reports = CompromiseReport.objects.filter(**{column: factor.pk})
    latest = reports.order_by("-reported_at").values_list("circumstance", flat=True)
    return latest.first() or ""


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
