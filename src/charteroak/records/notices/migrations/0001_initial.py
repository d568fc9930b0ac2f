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
            name="NoticeAnswers",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("answers", models.JSONField(help_text="By the key of the question; what is not known is not there.")),
                ("recorded", models.DateTimeField()),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notice_answers",
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
            name="NoticeSending",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("notice", models.CharField(max_length=64)),
                ("language", models.CharField(default="en", max_length=8)),
                ("duties", models.JSONField(help_text="Rows of the table of duties that it satisfies, as code/part.")),
                ("to", models.CharField(max_length=300)),
                ("sent", models.DateTimeField()),
                ("how", models.CharField(max_length=300)),
                (
                    "sha256",
                    models.CharField(
                        blank=True, help_text="Of exactly what was sent; empty if not at hand.", max_length=64
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=255)),
                (
                    "proof_sha256",
                    models.CharField(blank=True, help_text="Of the receipt or other proof.", max_length=64),
                ),
                ("note", models.TextField(blank=True, max_length=5000)),
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notice_sendings",
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
                "ordering": ("incident_id", "sent", "id"),
            },
        ),
        migrations.CreateModel(
            name="NoticeWithdrawal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.TextField(max_length=5000)),
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
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "sending",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="withdrawal",
                        to="notices.noticesending",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="NoticeVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("notice", models.CharField(help_text="The notice's id, such as attorney-general.", max_length=64)),
                ("language", models.CharField(default="en", max_length=8)),
                (
                    "number",
                    models.PositiveIntegerField(help_text="From 1 for each notice and language of the incident."),
                ),
                (
                    "words",
                    models.JSONField(
                        default=dict, help_text="People's own paragraphs, by the item that they belong to."
                    ),
                ),
                ("document", models.JSONField(help_text="The blocks of the draft.")),
                ("recorded", models.DateTimeField()),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notice_versions",
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
                "constraints": [
                    models.UniqueConstraint(
                        fields=("incident", "notice", "language", "number"), name="notices_one_version_per_number"
                    )
                ],
            },
        ),
    ]
