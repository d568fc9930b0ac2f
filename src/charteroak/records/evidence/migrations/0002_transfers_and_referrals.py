import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_counsel"),
        ("evidence", "0001_initial"),
        ("incidents", "0001_initial"),
        ("ledger", "0003_projections"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="TransferCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(help_text="SHA-256 of the code.", max_length=64, unique=True)),
                ("item", models.CharField(help_text="The name of the item's chain.", max_length=300)),
                ("expires", models.DateTimeField()),
                ("used", models.DateTimeField(null=True)),
                (
                    "entry",
                    models.OneToOneField(
                        help_text="The offer.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transfer_code",
                        to="ledger.ledgerentry",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation"
                    ),
                ),
            ],
            options={
                "ordering": ("organisation_id", "id"),
            },
        ),
        migrations.CreateModel(
            name="Referral",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("to", models.CharField(max_length=300)),
                ("basis", models.CharField(max_length=32)),
                ("sha256", models.CharField(max_length=64)),
                ("manifest_sha256", models.CharField(max_length=64)),
                ("size", models.PositiveBigIntegerField()),
                ("created", models.DateTimeField()),
                ("left_out", models.JSONField(default=list, help_text="What was kept back, each with the reason.")),
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
                    "desk",
                    models.ForeignKey(
                        help_text="The desk whose people may say what became of it.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="referrals_received",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "entry",
                    models.OneToOneField(
                        help_text="referral.made",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="referral",
                        to="ledger.ledgerentry",
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="referrals", to="incidents.incident"
                    ),
                ),
            ],
            options={
                "ordering": ("incident_id", "number"),
                "constraints": [
                    models.UniqueConstraint(fields=("incident", "number"), name="evidence_one_referral_per_number")
                ],
            },
        ),
    ]
