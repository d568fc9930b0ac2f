"""Where each client stands, worked out beforehand; a projection that can be made again at any time."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_counsel"),
        ("programs", "0003_guided_start"),
    ]

    operations = [
        migrations.CreateModel(
            name="ProgramStanding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("evaluated", models.DateTimeField()),
                ("day", models.DateField(help_text="The Connecticut day that it speaks of.")),
                ("ledger_size", models.PositiveBigIntegerField()),
                ("practices_version", models.CharField(max_length=64)),
                ("law_version", models.CharField(max_length=64)),
                ("facts", models.JSONField(help_text="The facts document of that day.")),
                (
                    "facts_before",
                    models.JSONField(help_text="The same a week before; none where nothing was on record.", null=True),
                ),
                ("record", models.JSONField(help_text="What the record alone says.")),
                ("law", models.JSONField(help_text="What the statute makes of it.")),
                ("sha256", models.CharField(help_text="The digest of day, record and law together.", max_length=64)),
                ("outcome", models.CharField(max_length=32)),
                ("not_met", models.PositiveSmallIntegerField()),
                ("undecided", models.PositiveSmallIntegerField()),
                ("slips", models.PositiveIntegerField()),
                ("stale", models.PositiveIntegerField()),
                ("open_gaps", models.PositiveIntegerField()),
                ("overdue_gaps", models.PositiveIntegerField()),
                ("first_clock", models.DateField(null=True)),
                ("last_recorded", models.DateField(null=True)),
                ("cost_high", models.PositiveBigIntegerField(null=True)),
                (
                    "organisation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="standing", to="accounts.organisation"
                    ),
                ),
            ],
            options={
                "ordering": ("organisation_id",),
            },
        ),
    ]
