from __future__ import annotations

import hashlib
from datetime import timedelta
from uuid import uuid4

from django.db import migrations
from django.db.models import F

from accounts.plain_names import plain_name

BEFORE = "Before 2026-11-26 this was not asked"


def fill(apps, schema_editor):
    """A proofing from before activation was asked counts as it did; what was granted stands."""
    for person in apps.get_model("accounts", "User").objects.only("first_name", "last_name"):
        person.plain_last_name = plain_name(person.last_name)
        person.plain_first_name = plain_name(person.first_name)
        person.save(update_fields=["plain_last_name", "plain_first_name"])
    proofings = apps.get_model("accounts", "IdentityProofing").objects.all()
    proofings.update(recorded_at=F("completed_at"), activated_at=F("completed_at"))
    for change in apps.get_model("accounts", "AccessChange").objects.all():
        change.uuid, change.text = uuid4(), "{}"
        change.digest = hashlib.sha256(change.text.encode()).hexdigest()
        change.expires_at = max(
            change.entered_at + timedelta(days=7),
            (change.executed_at or change.entered_at) + timedelta(microseconds=1),
        )
        if change.kind == "grant":
            change.checked_on = change.entered_at.date()
            change.dea_source = change.state_source = BEFORE
        else:
            change.discovered_on = change.entered_at.date()
        change.save()


class Migration(migrations.Migration):
    """Rows from before get what the new columns ask for."""

    dependencies = [('accounts', '0007_the_practice')]
    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
