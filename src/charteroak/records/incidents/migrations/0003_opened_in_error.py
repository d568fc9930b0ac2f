from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("incidents", "0002_alerts")]

    operations = [
        migrations.AddField(
            model_name="incident",
            name="opened_in_error",
            field=models.DateTimeField(
                help_text="Since when it counts as no incident at all; nothing of its record is gone.", null=True
            ),
        ),
    ]
