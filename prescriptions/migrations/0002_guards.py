from __future__ import annotations

from django.db import migrations

from prescriptions import guards


class Migration(migrations.Migration):
    """The database refuses to change what was signed. There is no way back, on purpose."""

    dependencies = [("prescriptions", "0001_initial")]
    operations = [migrations.RunPython(guards.install)]
