import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_counsel"),
        ("incidents", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Alert",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("duty", models.CharField(help_text="CT-BREACH-AG/attorney-general.", max_length=80)),
                ("to", models.CharField(max_length=300)),
                (
                    "percent",
                    models.PositiveSmallIntegerField(
                        help_text="Of the outer limit: 50, 80 or 100; 0 where there is none."
                    ),
                ),
                (
                    "limit",
                    models.DateTimeField(
                        help_text="The first instant after the outer limit, or the start where there is none."
                    ),
                ),
                ("reached", models.DateTimeField()),
                ("raised", models.DateTimeField()),
                ("acknowledged", models.DateTimeField(null=True)),
                ("acknowledged_by", models.CharField(blank=True, max_length=300)),
                ("ended", models.DateTimeField(help_text="The duty is open no more, or has another limit.", null=True)),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="alerts", to="incidents.incident"
                    ),
                ),
            ],
            options={
                "ordering": ("-raised", "-id"),
            },
        ),
        migrations.CreateModel(
            name="AlertDelivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200)),
                ("email", models.EmailField(max_length=254)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "Waiting"),
                            ("sending", "On its way"),
                            ("sent", "Sent"),
                            ("failed", "Not delivered"),
                        ],
                        default="pending",
                        max_length=8,
                    ),
                ),
                ("due", models.DateTimeField(help_text="When it is to be tried, or tried again.")),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("sent", models.DateTimeField(null=True)),
                ("error", models.CharField(blank=True, max_length=300)),
                (
                    "alert",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="deliveries", to="incidents.alert"
                    ),
                ),
            ],
            options={
                "ordering": ("alert_id", "id"),
            },
        ),
        migrations.CreateModel(
            name="CalendarFeed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token_sha256", models.CharField(max_length=64, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("created", models.DateTimeField()),
                ("revoked", models.DateTimeField(null=True)),
                (
                    "created_by",
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
                        related_name="calendar_feeds",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "ordering": ("-created", "-id"),
            },
        ),
        migrations.CreateModel(
            name="OnCallContact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.PositiveSmallIntegerField()),
                ("name", models.CharField(max_length=200)),
                ("email", models.EmailField(max_length=254)),
                (
                    "wait_minutes",
                    models.PositiveIntegerField(help_text="How long they have before the next one is told."),
                ),
                ("added", models.DateTimeField()),
                (
                    "retired",
                    models.DateTimeField(help_text="Told no longer; what was sent stays on record.", null=True),
                ),
                (
                    "added_by",
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="on_call", to="accounts.organisation"
                    ),
                ),
            ],
            options={
                "ordering": ("organisation_id", "place", "id"),
            },
        ),
        migrations.AddConstraint(
            model_name="alert",
            constraint=models.UniqueConstraint(
                fields=("incident", "duty", "limit", "percent"), name="incidents_one_alert_per_share_of_a_limit"
            ),
        ),
        migrations.AddIndex(
            model_name="alertdelivery",
            index=models.Index(fields=["state", "due"], name="incidents_deliveries_due"),
        ),
        migrations.AddConstraint(
            model_name="alertdelivery",
            constraint=models.UniqueConstraint(fields=("alert", "email"), name="incidents_one_delivery_per_person"),
        ),
    ]
