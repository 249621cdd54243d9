from __future__ import annotations

from django.db import migrations
from django.db.models import F


def as_sent(apps, schema_editor) -> None:
    """A spare from before there were orders was sent when it was reserved."""
    rows = apps.get_model("tokens", "Reservation").objects.filter(ordered_at=None)
    rows.update(ordered_at=F("reserved_at"), sent_at=F("reserved_at"))


class Migration(migrations.Migration):
    dependencies = [("tokens", "0009_spares_have_orders")]
    operations = [migrations.RunPython(as_sent, migrations.RunPython.noop)]
