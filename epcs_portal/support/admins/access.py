"""What gives and takes the permission to sign."""

from __future__ import annotations

from django.contrib.admin import register

from accounts.models import (
    AccessChange,
    Attestation,
    DeaRegistration,
    Hold,
    IdentityProofing,
)
from epcs_portal.support.admins.read_only import ReadOnlyAdmin
from epcs_portal.support.site import site
from tokens.models import CompromiseReport, RevocationCase

BY_PERSON = ("^user__last_name", "=user__username")
BY_PRESCRIBER = ("^prescriber__user__last_name", "=prescriber__user__username")


class PrescriberAdmin(ReadOnlyAdmin):
    whose = ("prescriber", "user")


@register(CompromiseReport, site=site)
class CompromiseReportAdmin(ReadOnlyAdmin):
    columns = ("reported_at", "whom", "what", "circumstance", "discovered_at", "due_at")
    more = ("reported_by", "is_on_trail", "details")
    search_fields = BY_PERSON
    list_filter = ("what", "circumstance")
    list_select_related = ("user",)
    ordering = ("-reported_at",)


@register(Hold, site=site)
class HoldAdmin(ReadOnlyAdmin):
    columns = ("placed_at", "whom", "lifted_at", "lifted_by")
    more = ("assurance",)
    search_fields = BY_PERSON
    list_select_related = ("user",)
    ordering = ("-placed_at",)


@register(AccessChange, site=site)
class AccessChangeAdmin(PrescriberAdmin):
    columns = ("entered_at", "whom", "kind", "reason", "entered_by", "executed_by", "executed_at")
    more = ("practice",)
    search_fields = BY_PRESCRIBER
    list_filter = ("kind", "reason")
    list_select_related = ("prescriber__user", "entered_by", "executed_by")
    ordering = ("-entered_at",)


@register(IdentityProofing, site=site)
class IdentityProofingAdmin(PrescriberAdmin):
    columns = ("completed_at", "whom", "provider", "level", "reference", "activated_at")
    more = ("recorded_by", "recorded_at")
    search_fields = (*BY_PRESCRIBER, "=reference")
    list_select_related = ("prescriber__user",)
    ordering = ("-completed_at",)


@register(Attestation, site=site)
class AttestationAdmin(PrescriberAdmin):
    columns = ("given_at", "whom", "version")
    search_fields = BY_PRESCRIBER
    list_select_related = ("prescriber__user",)
    ordering = ("-given_at",)


@register(DeaRegistration, site=site)
class DeaRegistrationAdmin(PrescriberAdmin):
    columns = ("number", "whom", "state", "schedules", "expires_on", "status")
    more = ("suffix", "address", "verified_by", "verified_on")
    search_fields = (*BY_PRESCRIBER, "=number")
    list_filter = ("status",)
    list_select_related = ("prescriber__user",)
    ordering = ("number",)


@register(RevocationCase, site=site)
class RevocationCaseAdmin(ReadOnlyAdmin):
    columns = ("number", "whom", "issued_at", "expires_at", "used_at", "issued_by")
    more = ("reason",)
    search_fields = (*BY_PERSON, "=number")
    list_select_related = ("user", "issued_by")
    ordering = ("-issued_at",)
