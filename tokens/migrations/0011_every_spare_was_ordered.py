from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tokens", "0010_when_spares_were_ordered")]
    operations = [
        migrations.AlterField(
            model_name="reservation", name="ordered_at", field=models.DateTimeField()
        ),
    ]
