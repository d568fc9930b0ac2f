import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0003_counsel"),
        ("exercises", "0001_initial"),
        ("ledger", "0003_projections"),
        ("reports", "0002_filed_form"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Incident",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(help_text="Within the organisation: INC-2026-003.", max_length=20)),
                ("title", models.CharField(max_length=300)),
                ("opened", models.DateTimeField()),
                ("closed", models.DateTimeField(null=True)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("successful", "It succeeded"),
                            ("unsuccessful", "It was tried and failed"),
                            ("blocked", "A safeguard blocked it"),
                            ("suspected", "Suspected"),
                            ("unknown", "Not known yet"),
                        ],
                        max_length=16,
                    ),
                ),
                ("playbooks", models.JSONField(default=list, help_text="Codes of the playbooks in use.")),
                (
                    "opened_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="incidents",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "reports",
                    models.ManyToManyField(
                        help_text="Reports to a desk about it.", related_name="incidents", to="reports.report"
                    ),
                ),
                (
                    "space",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="exercises.exercisespace",
                    ),
                ),
            ],
            options={
                "ordering": ("-opened", "-id"),
            },
        ),
        migrations.CreateModel(
            name="IncidentEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(help_text="From 1 within the incident.")),
                ("what", models.TextField()),
                (
                    "kind",
                    models.CharField(
                        blank=True, help_text="first-activity, noticed, contained, recovered, told.", max_length=32
                    ),
                ),
                ("earliest", models.DateTimeField()),
                ("latest", models.DateTimeField()),
                (
                    "precision",
                    models.CharField(
                        choices=[
                            ("second", "To the second"),
                            ("minute", "To the minute"),
                            ("hour", "To the hour"),
                            ("day", "To the day"),
                        ],
                        default="minute",
                        max_length=8,
                    ),
                ),
                (
                    "zone",
                    models.CharField(default="America/New_York", help_text="In which it was said.", max_length=64),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[("person", "A person"), ("log", "A log"), ("system", "This system")],
                        default="person",
                        max_length=8,
                    ),
                ),
                ("detail", models.JSONField(default=dict, help_text="File, line and raw time of a log, for example.")),
                ("withdrawn", models.BooleanField(default=False)),
                ("recorded", models.DateTimeField()),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="events", to="incidents.incident"
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
                (
                    "supersedes",
                    models.OneToOneField(
                        help_text="The row it corrects.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="superseded_by",
                        to="incidents.incidentevent",
                    ),
                ),
            ],
            options={
                "ordering": ("incident_id", "earliest", "number"),
            },
        ),
        migrations.CreateModel(
            name="IncidentFacts",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("document", models.JSONField()),
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="facts", to="incidents.incident"
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
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(fields=["organisation", "space", "closed"], name="incidents_open_ones"),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.UniqueConstraint(
                condition=models.Q(("space", None)),
                fields=("organisation", "number"),
                name="incidents_one_live_incident_per_number",
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.UniqueConstraint(
                condition=models.Q(("space__isnull", False)),
                fields=("space", "organisation", "number"),
                name="incidents_one_played_incident_per_number",
            ),
        ),
        migrations.AddConstraint(
            model_name="incidentevent",
            constraint=models.UniqueConstraint(fields=("incident", "number"), name="incidents_one_event_per_number"),
        ),
        migrations.AddConstraint(
            model_name="incidentevent",
            constraint=models.CheckConstraint(
                condition=models.Q(("latest__gte", models.F("earliest"))), name="incidents_event_ends_after_it_begins"
            ),
        ),
        migrations.AddIndex(
            model_name="incidentfacts",
            index=models.Index(fields=["incident", "-id"], name="incidents_newest_facts"),
        ),
    ]
