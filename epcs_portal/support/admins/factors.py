"""Tokens and phones: how they are doing, never what they hold. Numbers are masked."""

from __future__ import annotations

from datetime import datetime

from django.contrib.admin import display, register
from django.utils import timezone

from epcs_portal.phone_numbers import masked
from epcs_portal.support.admins.read_only import ReadOnlyAdmin
from epcs_portal.support.facts import condition_words
from epcs_portal.support.site import site
from tokens.models import BackupPhone, HardToken, OathToken, SoftToken

OF_TOKENS = ("failures", "out_of_sync_since", "last_used_at")
MORE_OF_TOKENS = ("bound_at", "locked_until", "held_at", "drift", "is_phone_bound")
OF_REMOVAL = ("reported_at", "removed_at", "reason", "detail")


class TokenAdmin(ReadOnlyAdmin):
    list_filter = ("status",)
    ordering = ("-bound_at",)

    @display(description="condition")
    def condition(self, token: OathToken) -> str:
        return condition_words(token, at=timezone.now())

    @display(description="out of sync since", ordering="out_of_step_at")
    def out_of_sync_since(self, token: OathToken) -> datetime | None:
        return token.out_of_step_at


@register(HardToken, site=site)
class HardTokenAdmin(TokenAdmin):
    columns = ("serial", "whom", "condition", *OF_TOKENS, "presses_skipped", "expires_at")
    more = (*MORE_OF_TOKENS, *OF_REMOVAL)
    search_fields = ("^seed_record__serial", "^user__last_name", "=user__username")
    list_select_related = ("user", "seed_record")


@register(SoftToken, site=site)
class SoftTokenAdmin(TokenAdmin):
    columns = ("phone_number", "whom", "condition", *OF_TOKENS)
    more = (*MORE_OF_TOKENS, *OF_REMOVAL)
    search_fields = ("^user__last_name", "=user__username")
    list_select_related = ("user",)

    @display(description="phone")
    def phone_number(self, token: SoftToken) -> str:
        return token.serial


@register(BackupPhone, site=site)
class BackupPhoneAdmin(ReadOnlyAdmin):
    columns = ("phone_number", "whom", "delivery", "status", "place", "confirmed_at")
    more = ("entered_at", *OF_REMOVAL)
    search_fields = ("^user__last_name", "=user__username")
    list_filter = ("status", "delivery")
    list_select_related = ("user",)
    ordering = ("-entered_at",)

    @display(description="phone")
    def phone_number(self, phone: BackupPhone) -> str:
        return masked(phone.number)
