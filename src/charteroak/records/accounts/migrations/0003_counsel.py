from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_request_count"),
    ]

    operations = [
        migrations.AlterField(
            model_name="membership",
            name="role",
            field=models.CharField(
                choices=[
                    ("security-lead", "Security lead"),
                    ("provider", "Provider"),
                    ("analyst", "Analyst"),
                    ("counsel", "Counsel"),
                ],
                max_length=32,
            ),
        ),
    ]
