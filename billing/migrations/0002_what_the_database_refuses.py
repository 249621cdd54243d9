from __future__ import annotations

from django.db import migrations

from billing import guards


class Migration(migrations.Migration):
    """An order moves forward only, and stays as it was ordered."""

    dependencies = [("billing", "0001_initial")]
    operations = [migrations.RunPython(guards.install, migrations.RunPython.noop)]
