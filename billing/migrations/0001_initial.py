import billing.moves
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('tokens', '0011_every_spare_was_ordered'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PaymentEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('queued', 'Queued'), ('claimed', 'Claimed'), ('done', 'Done'), ('dead', 'Dead')], default='queued', max_length=8)),
                ('due_at', models.DateTimeField()),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('problem', models.CharField(blank=True, max_length=40)),
                ('event_id', models.CharField(max_length=255, unique=True)),
                ('kind', models.CharField(max_length=60)),
                ('session_id', models.CharField(blank=True, max_length=255)),
                ('payment_intent', models.CharField(blank=True, max_length=64)),
                ('happened_at', models.DateTimeField()),
                ('received_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'payment event',
                'abstract': False,
                'indexes': [models.Index(fields=['state', 'due_at'], name='billing_pay_state_54c85d_idx')],
            },
        ),
        migrations.CreateModel(
            name='TokenOrder',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('number', models.CharField(max_length=12, unique=True)),
                ('status', models.CharField(choices=[('draft', 'Not placed yet'), ('awaiting-payment', 'Awaiting payment'), ('paid', 'To be packed'), ('packed', 'Packed'), ('shipped', 'Shipped'), ('delivered', 'Delivered'), ('activated', 'Activated'), ('canceled', 'Canceled'), ('refunded', 'Refunded'), ('disputed', 'Payment disputed')], default='draft', max_length=16)),
                ('previous', models.CharField(blank=True, choices=[('draft', 'Not placed yet'), ('awaiting-payment', 'Awaiting payment'), ('paid', 'To be packed'), ('packed', 'Packed'), ('shipped', 'Shipped'), ('delivered', 'Delivered'), ('activated', 'Activated'), ('canceled', 'Canceled'), ('refunded', 'Refunded'), ('disputed', 'Payment disputed')], max_length=16)),
                ('price_cents', models.PositiveIntegerField()),
                ('currency', models.CharField(default='usd', max_length=3)),
                ('billing_email', models.EmailField(blank=True, max_length=254)),
                ('paid_with', models.CharField(blank=True, max_length=40)),
                ('destination', models.CharField(choices=[('practice', 'Practice Address'), ('home', 'Home Address')], max_length=8)),
                ('recipient', models.CharField(max_length=340)),
                ('practice_name', models.CharField(blank=True, max_length=100)),
                ('address', models.CharField(max_length=100)),
                ('suite', models.CharField(blank=True, max_length=40)),
                ('city', models.CharField(max_length=60)),
                ('state', models.CharField(max_length=2)),
                ('zip_code', models.CharField(max_length=10)),
                ('ships_elsewhere', models.BooleanField(default=False)),
                ('ordered_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('verified_at', models.DateTimeField(null=True)),
                ('paid_at', models.DateTimeField(null=True)),
                ('packed_at', models.DateTimeField(null=True)),
                ('shipped_at', models.DateTimeField(null=True)),
                ('delivered_at', models.DateTimeField(null=True)),
                ('activated_at', models.DateTimeField(null=True)),
                ('disputed_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('expected_on', models.DateField(null=True)),
                ('carrier', models.CharField(blank=True, choices=[('usps', 'USPS'), ('ups', 'UPS'), ('fedex', 'FedEx')], max_length=5)),
                ('tracking_number', models.CharField(blank=True, max_length=40)),
                ('held_for', models.CharField(blank=True, choices=[('other-order', 'the payment names another order'), ('other-amount', 'another amount was paid'), ('other-currency', 'it was paid in another currency'), ('paid-after-cancel', 'it was paid after it was canceled'), ('paid-twice', 'it was paid twice'), ('spare-on-its-way', 'another spare is on its way already'), ('not-verified', 'nobody verified the address that it goes to'), ('refund-failed', 'a refund did not go through'), ('refunded-in-part', 'a part of it was refunded')], max_length=20)),
                ('held_at', models.DateTimeField(null=True)),
                ('ordered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reservation', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='token_order', to='tokens.reservation')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='token_orders', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Checkout',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('attempt', models.PositiveSmallIntegerField()),
                ('idempotency_key', models.CharField(max_length=60, unique=True)),
                ('asked', models.JSONField()),
                ('opened_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('session_id', models.CharField(max_length=255, null=True, unique=True)),
                ('url', models.TextField(blank=True)),
                ('payment_intent', models.CharField(blank=True, db_index=True, max_length=64)),
                ('paid_at', models.DateTimeField(null=True)),
                ('settled_at', models.DateTimeField(null=True)),
                ('looked_at', models.DateTimeField(null=True)),
                ('settlements', models.PositiveIntegerField(default=0)),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='checkouts', to='billing.tokenorder')),
            ],
        ),
        migrations.CreateModel(
            name='Refund',
            fields=[
                ('state', models.CharField(choices=[('queued', 'Queued'), ('claimed', 'Claimed'), ('done', 'Done'), ('dead', 'Dead')], default='queued', max_length=8)),
                ('due_at', models.DateTimeField()),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('problem', models.CharField(blank=True, max_length=40)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('asked_at', models.DateTimeField()),
                ('reason', models.CharField(max_length=200)),
                ('refund_id', models.CharField(blank=True, max_length=255)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('checkout', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='billing.checkout')),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(fields=['state', 'due_at'], name='billing_ref_state_b03d55_idx')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'dead'), _negated=True), fields=('checkout',), name='one_refund_a_checkout')],
            },
        ),
        migrations.AddIndex(
            model_name='tokenorder',
            index=models.Index(fields=['status', 'ordered_at'], name='billing_tok_status_7e0c1a_idx'),
        ),
        migrations.AddConstraint(
            model_name='tokenorder',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('previous', ''), ('status', billing.moves.Status['DRAFT'])), models.Q(('previous', billing.moves.Status['ACTIVATED']), ('status', billing.moves.Status['DISPUTED'])), models.Q(('previous', billing.moves.Status['ACTIVATED']), ('status', billing.moves.Status['REFUNDED'])), models.Q(('previous', billing.moves.Status['AWAITING']), ('status', billing.moves.Status['CANCELED'])), models.Q(('previous', billing.moves.Status['AWAITING']), ('status', billing.moves.Status['PAID'])), models.Q(('previous', billing.moves.Status['AWAITING']), ('status', billing.moves.Status['REFUNDED'])), models.Q(('previous', billing.moves.Status['CANCELED']), ('status', billing.moves.Status['REFUNDED'])), models.Q(('previous', billing.moves.Status['DELIVERED']), ('status', billing.moves.Status['ACTIVATED'])), models.Q(('previous', billing.moves.Status['DELIVERED']), ('status', billing.moves.Status['CANCELED'])), models.Q(('previous', billing.moves.Status['DELIVERED']), ('status', billing.moves.Status['DISPUTED'])), models.Q(('previous', billing.moves.Status['DELIVERED']), ('status', billing.moves.Status['REFUNDED'])), models.Q(('previous', billing.moves.Status['DISPUTED']), ('status', billing.moves.Status['ACTIVATED'])), models.Q(('previous', billing.moves.Status['DISPUTED']), ('status', billing.moves.Status['DELIVERED'])), models.Q(('previous', billing.moves.Status['DISPUTED']), ('status', billing.moves.Status['PACKED'])), models.Q(('previous', billing.moves.Status['DISPUTED']), ('status', billing.moves.Status['PAID'])), models.Q(('previous', billing.moves.Status['DISPUTED']), ('status', billing.moves.Status['REFUNDED'])), models.Q(('previous', billing.moves.Status['DISPUTED']), ('status', billing.moves.Status['SHIPPED'])), models.Q(('previous', billing.moves.Status['DRAFT']), ('status', billing.moves.Status['AWAITING'])), models.Q(('previous', billing.moves.Status['DRAFT']), ('status', billing.moves.Status['CANCELED'])), models.Q(('previous', billing.moves.Status['DRAFT']), ('status', billing.moves.Status['PAID'])), models.Q(('previous', billing.moves.Status['PACKED']), ('status', billing.moves.Status['CANCELED'])), models.Q(('previous', billing.moves.Status['PACKED']), ('status', billing.moves.Status['DISPUTED'])), models.Q(('previous', billing.moves.Status['PACKED']), ('status', billing.moves.Status['REFUNDED'])), models.Q(('previous', billing.moves.Status['PACKED']), ('status', billing.moves.Status['SHIPPED'])), models.Q(('previous', billing.moves.Status['PAID']), ('status', billing.moves.Status['CANCELED'])), models.Q(('previous', billing.moves.Status['PAID']), ('status', billing.moves.Status['DISPUTED'])), models.Q(('previous', billing.moves.Status['PAID']), ('status', billing.moves.Status['PACKED'])), models.Q(('previous', billing.moves.Status['PAID']), ('status', billing.moves.Status['REFUNDED'])), models.Q(('previous', billing.moves.Status['SHIPPED']), ('status', billing.moves.Status['ACTIVATED'])), models.Q(('previous', billing.moves.Status['SHIPPED']), ('status', billing.moves.Status['CANCELED'])), models.Q(('previous', billing.moves.Status['SHIPPED']), ('status', billing.moves.Status['DELIVERED'])), models.Q(('previous', billing.moves.Status['SHIPPED']), ('status', billing.moves.Status['DISPUTED'])), models.Q(('previous', billing.moves.Status['SHIPPED']), ('status', billing.moves.Status['REFUNDED'])), _connector='OR'), name='order_moves_as_the_table_says'),
        ),
        migrations.AddConstraint(
            model_name='tokenorder',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', [billing.moves.Status['AWAITING'], billing.moves.Status['DRAFT']])), fields=('user',), name='one_unpaid_order_a_person'),
        ),
        migrations.AddConstraint(
            model_name='tokenorder',
            constraint=models.CheckConstraint(condition=models.Q(('paid_at__isnull', False), models.Q(('status__in', [billing.moves.Status['ACTIVATED'], billing.moves.Status['DELIVERED'], billing.moves.Status['PACKED'], billing.moves.Status['PAID'], billing.moves.Status['SHIPPED']]), _negated=True), _connector='OR'), name='order_paid_before_it_is_packed'),
        ),
        migrations.AddConstraint(
            model_name='tokenorder',
            constraint=models.CheckConstraint(condition=models.Q(('shipped_at', None), models.Q(models.Q(('carrier', ''), _negated=True), models.Q(('tracking_number', ''), _negated=True), ('reservation__isnull', False)), _connector='OR'), name='order_shipped_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='tokenorder',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('held_at', None), ('held_for', '')), models.Q(models.Q(('held_for', ''), _negated=True), ('held_at__isnull', False)), _connector='OR'), name='order_held_at_some_time'),
        ),
        migrations.AddConstraint(
            model_name='checkout',
            constraint=models.UniqueConstraint(fields=('order', 'attempt'), name='checkout_attempt'),
        ),
        migrations.AddConstraint(
            model_name='checkout',
            constraint=models.UniqueConstraint(condition=models.Q(('settled_at', None)), fields=('order',), name='one_open_checkout_an_order'),
        ),
    ]
