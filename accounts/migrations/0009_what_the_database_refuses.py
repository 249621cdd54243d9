from __future__ import annotations

import uuid

from django.db import migrations, models

from accounts import guards


class Migration(migrations.Migration):
    """Two people, in time, for a reason; and what was entered stays as it is."""

    dependencies = [('accounts', '0008_what_was_there_before')]
    operations = [
        migrations.AlterField(
            model_name='accesschange',
            name='uuid',
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
        migrations.AddConstraint(
            model_name='accesschange',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('rejected_at', None), ('rejected_by', None)), models.Q(('executed_at', None), ('rejected_at__isnull', False), ('rejected_by__isnull', False)), _connector='OR'), name='access_change_rejected_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='accesschange',
            constraint=models.CheckConstraint(condition=models.Q(('executed_at', None), models.Q(('executed_at__gte', models.F('entered_at')), ('executed_at__lt', models.F('expires_at'))), _connector='OR'), name='access_change_executed_in_time'),
        ),
        migrations.AddConstraint(
            model_name='accesschange',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('discovered_on', None), ('kind', 'grant'), ('reason', '')), models.Q(('discovered_on__isnull', False), ('kind', 'revoke'), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='access_change_revoked_for_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='accesschange',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('checked_on', None), ('kind', 'revoke')), models.Q(('checked_on__isnull', False), ('kind', 'grant'), models.Q(('dea_source', ''), _negated=True), models.Q(('state_source', ''), _negated=True)), _connector='OR'), name='access_change_granted_after_a_check'),
        ),
        migrations.RunPython(guards.install, migrations.RunPython.noop),
    ]
