"""Evidence files by digest, and the dossiers that were made."""

from django.db import models

from charteroak.records.accounts.models import Organisation, User
from charteroak.records.ledger.models import LedgerEntry


class EvidenceFile(models.Model):
    """Bytes in the evidence store that an entry refers to; who may read them follows the organisation."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="evidence_files")
    entry = models.ForeignKey(LedgerEntry, on_delete=models.PROTECT, related_name="evidence_files")
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveBigIntegerField()
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=128)

    class Meta:
        ordering = ("entry_id", "id")

    def __str__(self) -> str:
        return self.name


class DossierRecord(models.Model):
    """A dossier as handed out: its digests are published so that a changed verifier is caught out of band."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="dossiers")
    breach_from = models.DateField()
    breach_to = models.DateField()
    tree_size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    manifest_sha256 = models.CharField(max_length=64)
    verifier_sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    created = models.DateTimeField()
    created_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    contents = models.JSONField(default=dict, help_text="Its parts, what it withholds, and its newest anchor.")

    class Meta:
        ordering = ("-created", "-id")

    def __str__(self) -> str:
        return f"dossier {self.breach_from} to {self.breach_to}"
