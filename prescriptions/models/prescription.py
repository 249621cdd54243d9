from __future__ import annotations

from typing import Any, NoReturn
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import DeaRegistration, Prescriber
from prescriptions.models.catalogue import Drug, Pharmacy
from prescriptions.models.patient import Patient

SIGNED_STANDS = "A signed prescription is never changed or deleted."


class Prescription(models.Model):
    """One drug for one patient, under one DEA number (21 CFR 1306.05(a)).

    Name, strength, form and schedule are copied from the catalogue when it is composed. It is
    changed by flows alone; once signed, by nothing (21 CFR 1311.120(b)(19)).
    """

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        READY = "ready", "Ready to sign"
        SIGNED = "signed", "Signed"
        CANCELED = "canceled", "Canceled"

    class Unit(models.TextChoices):
        """Value: one of it; label: as the form names it."""

        CAPSULE = "capsule", "Capsule"
        TABLET = "tablet", "Tablet"
        MILLILITER = "milliliter", "Milliliter"
        FILM = "film", "Film"
        PATCH = "patch", "Patch"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    reference = models.CharField(max_length=13, unique=True)  # RX-7F3A-20418
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="prescriptions")
    prescriber = models.ForeignKey(Prescriber, models.PROTECT, related_name="prescriptions")
    dea_registration = models.ForeignKey(DeaRegistration, models.PROTECT, related_name="+")

    drug = models.ForeignKey(Drug, models.PROTECT, related_name="+")
    drug_name = models.CharField(max_length=100)
    drug_strength = models.CharField(max_length=60)
    drug_form = models.CharField(max_length=60)
    schedule = models.CharField(max_length=3, choices=Drug.Schedule.choices)
    quantity = models.PositiveIntegerField()  # of units
    unit = models.CharField(max_length=10, choices=Unit.choices)
    days_supply = models.PositiveSmallIntegerField()
    directions = models.CharField(max_length=1000)
    refills = models.PositiveSmallIntegerField()
    earliest_fill_date = models.DateField(null=True)
    pharmacy = models.ForeignKey(Pharmacy, models.PROTECT, related_name="+")

    composed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    composed_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.DRAFT)
    ready_digest = models.CharField(max_length=64, blank=True)  # of what was shown when marked
    ready_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    ready_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["prescriber", "status", "-changed_at"], name="rx_of_prescriber"),
        ]
        constraints = [
            models.CheckConstraint(
                name="rx_ready_by_somebody",
                condition=Q(
                    status__in=["draft", "canceled"],
                    ready_digest="",
                    ready_by=None,
                    ready_at=None,
                )
                | (
                    Q(status__in=["ready", "signed"], ready_by__isnull=False)
                    & Q(ready_at__isnull=False)
                    & ~Q(ready_digest="")
                ),
            ),
            models.CheckConstraint(name="rx_is_controlled", condition=~Q(schedule="")),
            models.CheckConstraint(
                name="rx_has_a_quantity", condition=Q(quantity__gte=1, days_supply__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return f"prescription {self.reference}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        was = Prescription.objects.filter(pk=self.pk).values_list("status", flat=True).first()
        if was == self.Status.SIGNED:
            raise TypeError(SIGNED_STANDS)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("A prescription is canceled, never deleted.")

    @property
    def medication(self) -> str:
        return f"{self.drug_name} {self.drug_strength} {self.drug_form}"
