"""Keys of sealed evidence, what was asked to be erased, codes and referrals of an incident, and counsel's own rows.

A content key is written in the transaction of the entry that names its file. It is the only column here that is ever
emptied: that is what erasing a file means. The privileged rows are in no ledger and in no export of the record.
"""

from django.db import models
from django.db.models import Q

from charteroak.records.accounts.models import Organisation, User
from charteroak.records.exercises.spaces import LiveOfIncident, PlayedOfIncident
from charteroak.records.incidents.models import Incident
from charteroak.records.ledger.fields import BytesField
from charteroak.records.ledger.models import LedgerEntry
from charteroak.records.programs.models import DossierRecord


class ContentKey(models.Model):
    """What opens one sealed file. Without its key the row is the file's tombstone."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="content_keys")
    sha256 = models.CharField(max_length=64, help_text="Of the plain bytes.")
    object = models.CharField(max_length=16, help_text="The sealed file's own name behind the digest.")
    key = BytesField(null=True, max_length=32)
    size = models.PositiveBigIntegerField()
    detected_type = models.CharField(max_length=64, help_text="What the content shows; the claim stands elsewhere.")
    created = models.DateTimeField()
    erased_by = models.ForeignKey(
        LedgerEntry, null=True, on_delete=models.PROTECT, related_name="erased_keys", help_text="content.erased"
    )

    class Meta:
        ordering = ("organisation_id", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("organisation", "sha256"), condition=Q(key__isnull=False), name="evidence_one_key_per_file"
            ),
            models.UniqueConstraint(fields=("organisation", "object"), name="evidence_one_row_per_object"),
            models.CheckConstraint(
                condition=Q(key__isnull=False) | Q(erased_by__isnull=False), name="evidence_no_key_lost_without_entry"
            ),
        )

    def __str__(self) -> str:
        return f"{self.sha256[:12]} ({'erased' if self.key is None else 'sealed'})"


class ErasureProposal(models.Model):
    """What somebody wants erased, and what somebody else decided about it."""

    class Outcome(models.TextChoices):
        """What became of it."""

        OPEN = "open", "Open"
        APPROVED = "approved", "Approved"
        DECLINED = "declined", "Declined"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="erasure_proposals")
    targets = models.JSONField(help_text="Entries, private parts and digests, as in the body of content.erased.")
    basis = models.TextField(max_length=5000)
    proposed = models.DateTimeField()
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=16, choices=Outcome, default=Outcome.OPEN)
    decided = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    entry = models.ForeignKey(LedgerEntry, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-proposed", "-id")

    def __str__(self) -> str:
        return f"erasure {self.pk}: {self.outcome}"


class RemovedDossier(models.Model):
    """A dossier whose copy kept here went with what was erased from the record."""

    dossier = models.OneToOneField(DossierRecord, on_delete=models.PROTECT, related_name="removal")
    entry = models.ForeignKey(LedgerEntry, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"dossier {self.dossier_id} by entry {self.entry_id}"


class PrivilegedItem(models.Model):
    """A note, draft or file of counsel: the line of the privilege log, and the key of its sealed content."""

    class Form(models.TextChoices):
        """What it is."""

        NOTE = "note", "Note"
        DRAFT = "draft", "Draft"
        FILE = "file", "File"

    class Privilege(models.TextChoices):
        """On which ground it is withheld."""

        ATTORNEY_CLIENT = "attorney-client", "Attorney-client privilege"
        WORK_PRODUCT = "work-product", "Work product"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="privileged_items")
    number = models.PositiveIntegerField()
    form = models.CharField(max_length=16, choices=Form)
    privilege = models.CharField(max_length=32, choices=Privilege)
    day = models.DateField(help_text="The day of the communication or document.")
    author = models.CharField(max_length=300)
    recipients = models.CharField(max_length=1000, blank=True)
    subject = models.CharField(max_length=300, help_text="Says what it is about without giving its content away.")
    added = models.DateTimeField()
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    object = models.CharField(max_length=16)
    key = BytesField(max_length=32)
    size = models.PositiveBigIntegerField()
    name = models.CharField(max_length=255)

    class Meta:
        ordering = ("organisation_id", "number")
        constraints = (
            models.UniqueConstraint(fields=("organisation", "number"), name="evidence_one_privileged_item_per_number"),
        )

    def __str__(self) -> str:
        return f"privileged item {self.number}"


class PrivilegedAdmission(models.Model):
    """Someone whom counsel lets into the privileged workspace, until counsel ends it."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="admissions")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="admissions")
    admitted = models.DateTimeField()
    admitted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    ended = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("organisation_id", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("organisation", "user"),
                condition=Q(ended__isnull=True),
                name="evidence_one_admission_at_a_time",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} since {self.admitted:%Y-%m-%d}"


class TransferCode(models.Model):
    """The one-time code with which an outsider accepts an offer. Only its digest is kept."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    entry = models.OneToOneField(
        LedgerEntry, on_delete=models.PROTECT, related_name="transfer_code", help_text="The offer."
    )
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the code.")
    item = models.CharField(max_length=300, help_text="The name of the item's chain.")
    expires = models.DateTimeField()
    used = models.DateTimeField(null=True)

    class Meta:
        ordering = ("organisation_id", "id")

    def __str__(self) -> str:
        return f"code of offer {self.entry_id}"


class Referral(models.Model):
    """A case as it was made up for somebody outside. Its file is kept beside the dossiers, under its SHA-256."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="referrals")
    number = models.PositiveIntegerField()
    entry = models.OneToOneField(
        LedgerEntry, on_delete=models.PROTECT, related_name="referral", help_text="referral.made"
    )
    desk = models.ForeignKey(
        Organisation,
        null=True,
        on_delete=models.PROTECT,
        related_name="referrals_received",
        help_text="The desk whose people may say what became of it.",
    )
    to = models.CharField(max_length=300)
    basis = models.CharField(max_length=32)
    sha256 = models.CharField(max_length=64)
    manifest_sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    created = models.DateTimeField()
    created_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    left_out = models.JSONField(default=list, help_text="What was kept back, each with the reason.")

    objects = LiveOfIncident()
    played = PlayedOfIncident()

    class Meta:
        ordering = ("incident_id", "number")
        constraints = (models.UniqueConstraint(fields=("incident", "number"), name="evidence_one_referral_per_number"),)

    def __str__(self) -> str:
        return f"referral {self.number} of {self.incident}"
