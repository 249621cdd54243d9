import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """What administrators, registration and two-person access keep."""

    dependencies = [
        ('accounts', '0006_what_people_are_called'),
        ('delivery', '0001_initial'),
    ]
    operations = [
        migrations.CreateModel(
            name='ActivationPiece',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('sealed', models.BinaryField()),
                ('sealed_with', models.CharField(db_index=True, max_length=16)),
                ('part', models.PositiveSmallIntegerField(choices=[(1, 'Phone'), (2, 'Address')])),
                ('channel', models.CharField(choices=[('text', 'Text message'), ('call', 'Phone call'), ('email', 'E-mail'), ('post', 'Letter')], max_length=5)),
                ('digest', models.CharField(max_length=64)),
                ('sent_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(null=True)),
                ('voided_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Attestation',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('version', models.CharField(max_length=40)),
                ('given_at', models.DateTimeField()),
            ],
        ),
        migrations.RenameModel('PinProof', 'KnowledgeProof'),
        migrations.AddField(
            model_name='knowledgeproof',
            name='kind',
            field=models.CharField(choices=[('pin', 'EPCS PIN'), ('password', 'EPCS password'), ('former', 'former EPCS password')], default='pin', max_length=8),
        ),
        migrations.CreateModel(
            name='PasswordReset',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reset_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='accesschange',
            name='access_change_revoked_for_a_reason',
        ),
        migrations.AddField(
            model_name='accesschange',
            name='checked_on',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='accesschange',
            name='dea_source',
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.AddField(
            model_name='accesschange',
            name='digest',
            field=models.CharField(default='', max_length=64),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='accesschange',
            name='discovered_on',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='accesschange',
            name='executed_with',
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.AddField(
            model_name='accesschange',
            name='expires_at',
            field=models.DateTimeField(default=django.utils.timezone.now),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='accesschange',
            name='is_own',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='accesschange',
            name='rejected_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='accesschange',
            name='rejected_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='accesschange',
            name='state_source',
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.AddField(
            model_name='accesschange',
            name='text',
            field=models.TextField(default=''),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='accesschange',
            name='uuid',
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='identityproofing',
            name='activated_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='identityproofing',
            name='phone',
            field=models.CharField(blank=True, max_length=16),
        ),
        migrations.AddField(
            model_name='identityproofing',
            name='recorded_at',
            field=models.DateTimeField(default=django.utils.timezone.now),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='user',
            name='plain_first_name',
            field=models.CharField(db_index=True, default='', editable=False, max_length=160),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='user',
            name='plain_last_name',
            field=models.CharField(db_index=True, default='', editable=False, max_length=160),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name='accesschange',
            name='reason',
            field=models.CharField(blank=True, choices=[('factor-compromised', 'A token, PIN, password or phone was lost, stolen or compromised'), ('registration-expired', 'The DEA registration expired'), ('registration-ended', 'The DEA registration was terminated, revoked or suspended'), ('no-longer-authorized', 'No longer authorized to prescribe here')], max_length=20),
        ),
        migrations.AlterField(
            model_name='knowledgefactor',
            name='kind',
            field=models.CharField(choices=[('pin', 'EPCS PIN'), ('password', 'EPCS password'), ('former', 'former EPCS password')], max_length=8),
        ),
        migrations.AddIndex(
            model_name='accesschange',
            index=models.Index(fields=['practice', '-entered_at'], name='accounts_ac_practic_b38871_idx'),
        ),
        migrations.AddField(
            model_name='activationpiece',
            name='message',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='delivery.message'),
        ),
        migrations.AddField(
            model_name='activationpiece',
            name='proofing',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pieces', to='accounts.identityproofing'),
        ),
        migrations.AddField(
            model_name='attestation',
            name='prescriber',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attestations', to='accounts.prescriber'),
        ),
        migrations.AddField(
            model_name='passwordreset',
            name='reset_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='passwordreset',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='activationpiece',
            constraint=models.UniqueConstraint(condition=models.Q(('used_at', None), ('voided_at', None)), fields=('proofing', 'part'), name='one_activation_piece_of_a_part'),
        ),
        migrations.AddConstraint(
            model_name='activationpiece',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('channel__in', ['text', 'call']), ('part', 1)), models.Q(('channel__in', ['email', 'post']), ('part', 2)), _connector='OR'), name='activation_pieces_by_two_channels'),
        ),
        migrations.AddConstraint(
            model_name='activationpiece',
            constraint=models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('sent_at'))), name='activation_piece_ends'),
        ),
        migrations.AddConstraint(
            model_name='attestation',
            constraint=models.UniqueConstraint(fields=('prescriber', 'version'), name='attested_once'),
        ),
        migrations.AddIndex(
            model_name='passwordreset',
            index=models.Index(fields=['user', '-reset_at'], name='accounts_pa_user_id_56963e_idx'),
        ),
        migrations.AddConstraint(
            model_name='passwordreset',
            constraint=models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('reset_at'))), name='password_reset_ends'),
        ),
        migrations.AddConstraint(
            model_name='passwordreset',
            constraint=models.CheckConstraint(condition=models.Q(('user', models.F('reset_by')), _negated=True), name='password_reset_by_somebody_else'),
        ),
        migrations.AddConstraint(
            model_name='passwordreset',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None), ('used_at', None)), fields=('user',), name='one_password_reset_a_person'),
        ),
    ]
