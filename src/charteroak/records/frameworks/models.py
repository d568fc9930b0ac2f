"""Imported OSCAL documents, and the controls of imported catalogs with their words."""

from django.db import models

from charteroak.records.accounts.models import User

LAST_MODIFIED_CHARACTERS = 64
"""The schema of OSCAL takes a fraction of a second of any length; a longer date is refused before it comes here."""


class ImportedDocument(models.Model):
    """A document as it was brought: its bytes stand in the data directory under their digest."""

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveBigIntegerField()
    file_name = models.CharField(max_length=255)
    model = models.CharField(max_length=64, help_text="The OSCAL model: catalog, profile or component-definition.")
    uuid = models.CharField(max_length=36)
    title = models.TextField()
    version = models.TextField()
    oscal_version = models.CharField(max_length=64)
    last_modified = models.CharField(max_length=LAST_MODIFIED_CHARACTERS, help_text="As the document says.")
    framework = models.CharField(max_length=32, blank=True, help_text="Of a catalog that is the text of an edition.")
    edition = models.CharField(max_length=32, blank=True)
    contents = models.JSONField(default=dict, help_text="What a profile selects, or which components are defined.")
    imported = models.DateTimeField()
    imported_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+", help_text="Nobody: from the command line."
    )

    class Meta:
        ordering = ("-imported", "-id")
        indexes = (models.Index(fields=("framework", "edition"), name="frameworks_edition"),)

    def __str__(self) -> str:
        return self.title


class ImportedControl(models.Model):
    """A control of an imported catalog with its words."""

    document = models.ForeignKey(ImportedDocument, on_delete=models.CASCADE, related_name="controls")
    position = models.PositiveIntegerField()
    identifier = models.TextField(help_text="In the document.")
    ours = models.CharField(max_length=64, blank=True, help_text="What our own catalog of the edition calls it.")
    label = models.TextField()
    title = models.TextField()
    group = models.TextField(blank=True)
    parent = models.TextField(blank=True)
    withdrawn = models.BooleanField(default=False)
    passages = models.JSONField(default=list, help_text="Section, label, depth and text of each passage.")

    class Meta:
        ordering = ("document_id", "position")
        constraints = (
            models.UniqueConstraint(fields=("document", "position"), name="frameworks_one_control_in_a_place"),
        )
        indexes = (models.Index(fields=("document", "ours"), name="frameworks_ours"),)

    def __str__(self) -> str:
        return self.label
