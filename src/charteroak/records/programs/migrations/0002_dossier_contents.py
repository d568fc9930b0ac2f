"""What a dossier holds and withholds, for its page."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Dossiers made before have none."""

    dependencies = (("programs", "0001_initial"),)

    operations = (
        migrations.AddField(
            model_name="dossierrecord",
            name="contents",
            field=models.JSONField(default=dict, help_text="Its parts, what it withholds, and its newest anchor."),
        ),
    )
