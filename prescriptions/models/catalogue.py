"""What can be prescribed, and where it can be sent."""

from __future__ import annotations

from django.db import models


class Drug(models.Model):
    """One product of the dated catalogue. Its schedule is never typed by anybody who prescribes."""

    class Schedule(models.TextChoices):
        """21 CFR 1308.12 to 1308.15; empty for what is not controlled."""

        II = "II", "C-II"
        III = "III", "C-III"
        IV = "IV", "C-IV"
        V = "V", "C-V"
        NONE = "", "Not controlled"

    name = models.CharField(max_length=100)
    strength = models.CharField(max_length=60)
    form = models.CharField(max_length=60)
    schedule = models.CharField(max_length=3, choices=Schedule.choices, blank=True)
    is_narcotic = models.BooleanField()
    rxcui = models.CharField(max_length=10, blank=True)
    catalogue_date = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name", "strength", "form"], name="one_row_a_product"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.strength} {self.form}"


class Pharmacy(models.Model):
    name = models.CharField(max_length=100)
    address = models.CharField(max_length=200)
    phone = models.CharField(max_length=20)
    ncpdp_id = models.CharField(max_length=7, unique=True)

    class Meta:
        verbose_name_plural = "pharmacies"

    def __str__(self) -> str:
        return f"{self.name}, {self.address}"
