from __future__ import annotations

from django.db import migrations

from epcs_portal.audit import triggers


class Migration(migrations.Migration):
    """The database refuses to change the trail. There is no way back, on purpose."""

    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunPython(triggers.install)]
