"""Evidence files by digest, and the dossiers that were made."""

from django.db import models

from charteroak.records.accounts.models import Organisation, User
from charteroak.records.ledger.models import LedgerEntry
from charteroak.records.programs.standings import ProgramStanding

__all__ = ["DossierRecord", "EvidenceFile", "ImportedFile", "ProgramStanding", "StartDraft"]


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


class StartDraft(models.Model):
    """What was said so far in an organisation's guided start. A draft, no ledger entry: it can be changed and lost."""

    organisation = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="start_draft")
    answers = models.JSONField(default=dict, help_text="As charteroak.program.start.answers has it.")
    saved = models.JSONField(default=dict, help_text="For each section: how often it was saved, when, and by whom.")
    created = models.DateTimeField()
    changed = models.DateTimeField()
    changed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    finished = models.ForeignKey(
        LedgerEntry, null=True, on_delete=models.PROTECT, related_name="+", help_text="The entry that finishing made."
    )

    class Meta:
        ordering = ("organisation_id",)

    def __str__(self) -> str:
        return f"start of {self.organisation_id}"


class ImportedFile(models.Model):
    """A program or control list that was brought in, and how its rows are being assigned to practices by hand."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="imported_files")
    entry = models.OneToOneField(LedgerEntry, on_delete=models.PROTECT, related_name="imported_file")
    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=255)
    mapping = models.JSONField(default=dict, help_text="As charteroak.program.imports.mapping has it; a draft.")
    created = models.DateTimeField()
    changed = models.DateTimeField()
    changed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    recorded = models.DateTimeField(null=True, help_text="When the mapping was confirmed and recorded.")

    class Meta:
        ordering = ("-created", "-id")

    def __str__(self) -> str:
        return self.name


class ProgramDraft(models.Model):
    """The written program that is being drafted. A draft, no ledger entry: only its adoption is one."""

    organisation = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="program_draft")
    content = models.JSONField(default=dict, help_text="As charteroak.program.written_document.draft has it.")
    saves = models.PositiveIntegerField(default=0, help_text="How often it was saved.")
    changed = models.DateTimeField()
    changed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("organisation_id",)

    def __str__(self) -> str:
        return f"draft of {self.organisation_id}"
