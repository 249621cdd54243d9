import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tokens', '0008_notices_of_the_practice'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='reservation',
            name='one_reservation_a_person',
        ),
        migrations.AddField(
            model_name='reservation',
            name='destination',
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AddField(
            model_name='reservation',
            name='order',
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name='reservation',
            name='order_number',
            field=models.CharField(blank=True, max_length=12),
        ),
        migrations.AddField(
            model_name='reservation',
            name='ordered_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='reservation',
            name='recalled_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='reservation',
            name='sent_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name='reservation',
            name='reserved_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name='reservation',
            name='reserved_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='reservation',
            name='seed_record',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reservations', to='tokens.seedrecord'),
        ),
        migrations.AlterField(
            model_name='securitynotice',
            name='change',
            field=models.CharField(choices=[('token-added', 'A hardware token was added to your EPCS account'), ('token-resynced', 'Your hardware token was resynced'), ('token-removed', 'Your hardware token was removed from your EPCS account'), ('token-unlocked', 'Support unlocked your token'), ('token-locked', 'Your hardware token was locked: too many incorrect codes'), ('mobile-id-added', 'Mobile ID was added to your EPCS account'), ('mobile-id-removed', 'Mobile ID was removed from your EPCS account'), ('mobile-id-locked', 'Mobile ID was locked: too many incorrect codes'), ('push-disowned', 'A request to your phone was answered "It wasn\'t me"'), ('pin-set', 'An EPCS PIN was set for your account'), ('pin-reset', 'Your EPCS PIN was changed'), ('password-reset', 'Your EPCS password was reset by an eRx administrator'), ('password-set', 'An EPCS password was set for your account'), ('phone-added', 'A backup phone was added to your EPCS account'), ('phone-removed', 'A backup phone was removed from your EPCS account'), ('codes-locked', 'Phone codes were locked: too many incorrect codes'), ('signing-locked', 'Signing was locked: too many failed attempts'), ('compromise-reported', 'A loss, theft or misuse was reported'), ('signing-suspended', 'Support stopped signing under your name'), ('case-issued', 'Support issued a case number to revoke your EPCS account'), ('account-revoked', 'Your EPCS account was revoked'), ('spare-sent', 'A spare hardware token is on its way to you'), ('spare-elsewhere', "A spare hardware token is to be sent to another address than your practice's"), ('spare-recalled', "Your spare hardware token was not added in time, and can't be added any more"), ('hold-placed', 'Signing under your name was put on hold'), ('hold-lifted', 'The hold on signing under your name was lifted'), ('account-activated', 'Your EPCS account was activated'), ('proofing-recorded', 'Support recorded your identity proofing'), ('access-granted', 'You were given access to sign prescriptions'), ('access-stopped', 'Your practice stopped signing under your name'), ('access-revoked', 'Your access to sign prescriptions was ended'), ('token-confirmed', 'Your practice confirmed a token that was added with a backup phone'), ('token-hold-ended', 'Your practice unlocked your token'), ('registration-changed', 'Your DEA registrations were changed'), ('designation-made', 'You were named to manage EPCS access'), ('designation-ended', 'You no longer manage EPCS access'), ('token-bound-by-phone', 'A token was added with a backup phone alone'), ('loss-at-practice', 'A prescriber reported a loss, theft or misuse'), ('designation-changed', 'Who manages EPCS access at your practice was changed'), ('access-change-waits', 'A change of access to sign waits for approval'), ('hold-at-practice', "A prescriber's signing was put on hold")], max_length=20),
        ),
        migrations.AddConstraint(
            model_name='reservation',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None), ('recalled_at', None)), fields=('user',), name='one_reservation_a_person'),
        ),
        migrations.AddConstraint(
            model_name='reservation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reserved_at', None), ('seed_record', None), ('sent_at', None)), models.Q(('reserved_at__isnull', False), ('seed_record__isnull', False)), _connector='OR'), name='reserved_token_was_picked'),
        ),
    ]
