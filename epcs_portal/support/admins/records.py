"""The trail, what people were told, and prescriptions: that they are there, not what is in them."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import display, register
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from epcs_portal.audit.models import AuditEvent
from epcs_portal.audit.words import WORDS
from epcs_portal.delivery.models import Message
from epcs_portal.support.admins.read_only import ReadOnlyAdmin
from epcs_portal.support.site import site
from prescriptions.models import Prescription, Signature
from tokens.models import SecurityNotice


@register(AuditEvent, site=site)
class AuditEventAdmin(ReadOnlyAdmin):
    columns = ("occurred_at", "words", "whom", "actor_text", "subject", "succeeded", "chain")
    more = ("sequence", "event", "event_class", "facts", "address", "request_id", "hash")
    whose = ("person",)
    search_fields = ("^person__last_name", "=person__username", "subject")
    list_filter = ("succeeded", "event_class")
    list_select_related = ("person",)
    ordering = ("-occurred_at", "-sequence")

    @display(description="what")
    def words(self, event: AuditEvent) -> str:
        return WORDS.get(event.event, event.event)

    @display(description="facts")
    def facts(self, event: AuditEvent) -> str:
        told = {name: value for name, value in event.facts.items() if value is not None}
        return ", ".join(f"{name}: {value}" for name, value in sorted(told.items())) or "none"


@register(SecurityNotice, site=site)
class SecurityNoticeAdmin(ReadOnlyAdmin):
    columns = ("changed_at", "whom", "change", "subject", "state")
    more = ("address", "attempts", "problem")
    search_fields = ("^user__last_name", "=user__username")
    list_filter = ("change", "state")
    list_select_related = ("user",)
    ordering = ("-changed_at",)


@register(Message, site=site)
class MessageAdmin(ReadOnlyAdmin):
    """Whether it arrived. Its words are sealed, and this site cannot open them."""

    columns = ("created_at", "whom", "channel", "shown_recipient", "state", "problem", "sent_at")
    more = ("attempts", "expires_at")
    whose = ("person",)
    search_fields = ("^person__last_name", "=person__username")
    list_filter = ("channel", "state")
    list_select_related = ("person",)
    ordering = ("-created_at",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        return super().get_queryset(request).defer("sealed")


@register(Prescription, site=site)
class PrescriptionAdmin(ReadOnlyAdmin):
    """No patient and no medication: support needs neither to say why somebody cannot sign."""

    columns = ("reference", "whom", "schedule", "status", "composed_at", "changed_at")
    more = ("composed_by", "ready_by", "ready_at")
    whose = ("prescriber", "user")
    search_fields = ("=reference", "^prescriber__user__last_name", "=prescriber__user__username")
    list_filter = ("status", "schedule")
    list_select_related = ("prescriber__user",)
    ordering = ("-composed_at",)


@register(Signature, site=site)
class SignatureAdmin(ReadOnlyAdmin):
    columns = ("signed_at", "whom", "rx", "algorithm", "key")
    more = ("ceremony",)
    whose = ("signed_by",)
    search_fields = ("=prescription__reference", "^signed_by__last_name", "=signed_by__username")
    list_select_related = ("signed_by", "prescription")
    ordering = ("-signed_at",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("record", "signature")

    @display(description="prescription")
    def rx(self, signature: Signature) -> str:
        return signature.prescription.reference

    @display(description="certificate")
    def key(self, signature: Signature) -> str:
        return signature.certificate_id[:12]
