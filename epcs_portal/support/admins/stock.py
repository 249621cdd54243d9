"""Tokens in stock and on their way. A seed is never shown; this site cannot open one."""

from __future__ import annotations

from django.contrib.admin import display, register
from django.db.models import Model, Prefetch, QuerySet
from django.http import HttpRequest

from epcs_portal.support.admins.read_only import ReadOnlyAdmin
from epcs_portal.support.site import site
from tokens.models import HardToken, Reservation, SeedBatch, SeedRecord
from tokens.stock import never_again


@register(SeedBatch, site=site)
class SeedBatchAdmin(ReadOnlyAdmin):
    columns = ("imported_at", "file_format", "sha256", "imported_by")
    whose = ()
    list_select_related = ("imported_by",)
    ordering = ("-imported_at",)


@register(SeedRecord, site=site)
class SeedRecordAdmin(ReadOnlyAdmin):
    columns = ("serial", "moving_factor", "expires_at", "holder", "reserved_for", "batch")
    whose = ()
    search_fields = ("^serial",)
    list_filter = ("moving_factor",)
    list_select_related = ("batch",)
    ordering = ("serial",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        bound = HardToken.objects.select_related("user").order_by("-bound_at")
        waiting = Reservation.objects.filter(ended_at=None).select_related("user")
        rows = super().get_queryset(request).defer("sealed")
        return rows.prefetch_related(
            Prefetch("hard_tokens", bound, to_attr="bound"),
            Prefetch("reservations", waiting, to_attr="waiting"),
        )

    @display(description="held by")
    def holder(self, record: SeedRecord) -> str:
        bound: list[HardToken] = record.bound  # type: ignore[attr-defined]
        held = [each.user.full_name for each in bound if each.status != each.Status.REMOVED]
        gone = [why for each in bound if (why := never_again(each))]
        return ", ".join([*held, *gone[:1]]) or "nobody"

    @display(description="on its way to")
    def reserved_for(self, record: SeedRecord) -> str:
        return ", ".join(each.user.full_name for each in record.waiting) or "nobody"  # type: ignore[attr-defined]


@register(Reservation, site=site)
class ReservationAdmin(ReadOnlyAdmin):
    columns = ("serial", "whom", "order_number", "sent_at", "expected_on", "ended_at")
    more = ("ordered_at", "reserved_at", "reserved_by", "destination", "recalled_at")
    search_fields = ("^seed_record__serial", "^user__last_name", "=user__username")
    list_select_related = ("user", "seed_record", "reserved_by")
    ordering = ("-ordered_at",)

    @display(description="serial")
    def serial(self, reservation: Reservation) -> str:
        return reservation.serial or "to be packed"
