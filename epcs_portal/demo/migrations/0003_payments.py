import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('demo', '0002_virtual_phone'),
    ]

    operations = [
        migrations.CreateModel(
            name='VirtualCheckout',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('key', models.CharField(max_length=255, unique=True)),
                ('session_id', models.CharField(max_length=64, unique=True)),
                ('payment_intent', models.CharField(blank=True, db_index=True, max_length=64)),
                ('asked', models.JSONField()),
                ('status', models.CharField(choices=[('open', 'Open'), ('complete', 'Complete'), ('expired', 'Expired')], default='open', max_length=8)),
                ('opened_at', models.DateTimeField()),
                ('billing_email', models.EmailField(blank=True, max_length=254)),
                ('paid_with', models.CharField(blank=True, max_length=40)),
                ('paid_at', models.DateTimeField(null=True)),
                ('refunded_cents', models.PositiveIntegerField(default=0)),
                ('dispute', models.CharField(blank=True, max_length=8)),
            ],
        ),
        migrations.AddField(
            model_name='virtualnetwork',
            name='declines_next_card',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='virtualnetwork',
            name='payment_events_get_lost',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='virtualnetwork',
            name='payments_are_down',
            field=models.BooleanField(default=False),
        ),
        migrations.CreateModel(
            name='VirtualPaymentEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('queued', 'Queued'), ('claimed', 'Claimed'), ('done', 'Done'), ('dead', 'Dead')], default='queued', max_length=8)),
                ('due_at', models.DateTimeField()),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('problem', models.CharField(blank=True, max_length=40)),
                ('event_id', models.CharField(max_length=64, unique=True)),
                ('body', models.TextField()),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(fields=['state', 'due_at'], name='demo_virtua_state_c1bbad_idx')],
            },
        ),
    ]
