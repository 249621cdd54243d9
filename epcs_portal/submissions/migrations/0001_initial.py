from __future__ import annotations

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    initial = True

    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="FormSubmission",
            fields=[
                (
                    "uuid",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key_digest", models.CharField(max_length=64, unique=True)),
                ("page", models.CharField(max_length=200)),
                ("claimed_at", models.DateTimeField(db_index=True)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("result_page", models.CharField(blank=True, max_length=300)),
                ("note", models.CharField(blank=True, max_length=60)),
                ("refusal", models.CharField(blank=True, max_length=60)),
                ("facts", models.JSONField(blank=True, default=dict)),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        name="submission_answer_is_complete",
                        condition=Q(answered_at__isnull=True, result_page="", refusal="")
                        | (Q(answered_at__isnull=False, refusal="") & ~Q(result_page=""))
                        | (Q(answered_at__isnull=False, result_page="") & ~Q(refusal="")),
                    )
                ]
            },
        )
    ]
