import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("incidents", "0001_initial"),
        ("ledger", "0003_projections"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="EventOrder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("withdrawn", models.BooleanField(default=False)),
                ("recorded", models.DateTimeField()),
                (
                    "after",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="incidents.incidentevent"
                    ),
                ),
                (
                    "before",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="incidents.incidentevent"
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="event_orders",
                        to="incidents.incident",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("incident_id", "id"),
            },
        ),
        migrations.CreateModel(
            name="LogReading",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=255)),
                ("sha256", models.CharField(max_length=64)),
                ("size", models.BigIntegerField()),
                ("zone", models.CharField(help_text="Of times that name none.", max_length=64)),
                (
                    "skew_seconds",
                    models.IntegerField(
                        default=0, help_text="What the source's clock lacks: added to each of its times."
                    ),
                ),
                ("summary", models.JSONField(help_text="Lines, matches, what could not be read, what has no time.")),
                ("proposals", models.JSONField()),
                ("recorded", models.DateTimeField()),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="log_readings",
                        to="incidents.incident",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("incident_id", "-id"),
            },
        ),
        migrations.CreateModel(
            name="PlaybookChoice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("playbooks", models.JSONField(help_text="Codes, the first one first.")),
                ("start", models.DateTimeField(help_text="When it was noticed: from here each task has its time.")),
                ("recorded", models.DateTimeField()),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="playbook_choices",
                        to="incidents.incident",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("incident_id", "id"),
            },
        ),
        migrations.CreateModel(
            name="SeverityAssessment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("answers", models.JSONField(help_text="For each factor that was answered, the options it may be.")),
                ("victims", models.PositiveIntegerField(default=1, help_text="Of the same campaign, this one too.")),
                (
                    "victims_from",
                    models.CharField(
                        choices=[
                            ("alone", "Nobody knows of others"),
                            ("campaign", "The desk links a report of it to a campaign"),
                            ("stated", "A person says so"),
                        ],
                        default="alone",
                        max_length=16,
                    ),
                ),
                ("found", models.JSONField(help_text="Both scores as they were, with the numbers that they rest on.")),
                ("low_level", models.PositiveSmallIntegerField(help_text="Of the national schema, by our profile.")),
                ("high_level", models.PositiveSmallIntegerField()),
                ("recorded", models.DateTimeField()),
                (
                    "entry",
                    models.ForeignKey(
                        help_text="None in an exercise.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.ledgerentry",
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="assessments", to="incidents.incident"
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("incident_id", "id"),
            },
        ),
        migrations.CreateModel(
            name="TaskStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("task", models.CharField(help_text="<playbook>/<step>", max_length=130)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("done", "Done"),
                            ("not-needed", "Not needed"),
                            ("reassigned", "Handed to another"),
                            ("reopened", "Taken up again"),
                        ],
                        max_length=16,
                    ),
                ),
                ("owner", models.CharField(blank=True, help_text="To whom it was handed.", max_length=200)),
                ("note", models.TextField(blank=True)),
                ("recorded", models.DateTimeField()),
                (
                    "entry",
                    models.ForeignKey(
                        help_text="None in an exercise.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.ledgerentry",
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="task_steps", to="incidents.incident"
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("incident_id", "id"),
                "indexes": [models.Index(fields=["incident", "task"], name="incident_work_steps_of_task")],
            },
        ),
    ]
