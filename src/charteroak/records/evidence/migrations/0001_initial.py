import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0003_counsel"),
        ("ledger", "0001_initial"),
        ("programs", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ErasureProposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "targets",
                    models.JSONField(help_text="Entries, private parts and digests, as in the body of content.erased."),
                ),
                ("basis", models.TextField(max_length=5000)),
                ("proposed", models.DateTimeField()),
                (
                    "outcome",
                    models.CharField(
                        choices=[("open", "Open"), ("approved", "Approved"), ("declined", "Declined")],
                        default="open",
                        max_length=16,
                    ),
                ),
                ("decided", models.DateTimeField(null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.ledgerentry",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="erasure_proposals",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ("-proposed", "-id"),
            },
        ),
        migrations.CreateModel(
            name="RemovedDossier",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "dossier",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="removal", to="programs.dossierrecord"
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.ledgerentry"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ContentKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sha256", models.CharField(help_text="Of the plain bytes.", max_length=64)),
                ("object", models.CharField(help_text="The sealed file's own name behind the digest.", max_length=16)),
                ("key", models.BinaryField(max_length=32, null=True)),
                ("size", models.PositiveBigIntegerField()),
                (
                    "detected_type",
                    models.CharField(help_text="What the content shows; the claim stands elsewhere.", max_length=64),
                ),
                ("created", models.DateTimeField()),
                (
                    "erased_by",
                    models.ForeignKey(
                        help_text="content.erased",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="erased_keys",
                        to="ledger.ledgerentry",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="content_keys",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "ordering": ("organisation_id", "id"),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("key__isnull", False)),
                        fields=("organisation", "sha256"),
                        name="evidence_one_key_per_file",
                    ),
                    models.UniqueConstraint(fields=("organisation", "object"), name="evidence_one_row_per_object"),
                    models.CheckConstraint(
                        condition=models.Q(("key__isnull", False), ("erased_by__isnull", False), _connector="OR"),
                        name="evidence_no_key_lost_without_entry",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PrivilegedAdmission",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("admitted", models.DateTimeField()),
                ("ended", models.DateTimeField(null=True)),
                (
                    "admitted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "ended_by",
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
                        related_name="admissions",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="admissions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("organisation_id", "id"),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended__isnull", True)),
                        fields=("organisation", "user"),
                        name="evidence_one_admission_at_a_time",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PrivilegedItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                (
                    "form",
                    models.CharField(choices=[("note", "Note"), ("draft", "Draft"), ("file", "File")], max_length=16),
                ),
                (
                    "privilege",
                    models.CharField(
                        choices=[("attorney-client", "Attorney-client privilege"), ("work-product", "Work product")],
                        max_length=32,
                    ),
                ),
                ("day", models.DateField(help_text="The day of the communication or document.")),
                ("author", models.CharField(max_length=300)),
                ("recipients", models.CharField(blank=True, max_length=1000)),
                (
                    "subject",
                    models.CharField(
                        help_text="Says what it is about without giving its content away.", max_length=300
                    ),
                ),
                ("added", models.DateTimeField()),
                ("sha256", models.CharField(max_length=64)),
                ("object", models.CharField(max_length=16)),
                ("key", models.BinaryField(max_length=32)),
                ("size", models.PositiveBigIntegerField()),
                ("name", models.CharField(max_length=255)),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="privileged_items",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "ordering": ("organisation_id", "number"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "number"), name="evidence_one_privileged_item_per_number"
                    )
                ],
            },
        ),
    ]
