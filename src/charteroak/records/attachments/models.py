"""Files that came with reports: who handed them in, when their first and last byte came, and what they are."""

from typing import TypeVar

from django.db import models

from charteroak.records.accounts.models import User
from charteroak.records.exercises.spaces import LiveManager, PlayedManager
from charteroak.records.ledger.models import LedgerEntry
from charteroak.records.reports.models import Report

_Row_co = TypeVar("_Row_co", bound=models.Model, covariant=True)


class _LiveOfReport(LiveManager[_Row_co]):
    path = "report__space"


class _PlayedOfReport(PlayedManager[_Row_co]):
    path = "report__space"


class ReportAttachment(models.Model):
    """One file of a report, sealed in the desk's evidence. Added, never changed."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="attachments")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=255, help_text="As the reporter's machine called it, without any folder.")
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    detected_type = models.CharField(max_length=128, help_text="By its content; what its sender said is not believed.")
    began = models.DateTimeField(help_text="When its first byte came.")
    received = models.DateTimeField(help_text="When it was sealed, whole and on the disk.")
    channel = models.CharField(max_length=16)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    entry = models.ForeignKey(LedgerEntry, null=True, on_delete=models.PROTECT, related_name="+")

    objects = _LiveOfReport()
    played = _PlayedOfReport()

    class Meta:
        ordering = ("report_id", "number")
        constraints = (
            models.UniqueConstraint(fields=("report", "number"), name="attachments_one_per_number"),
            models.UniqueConstraint(fields=("report", "sha256"), name="attachments_one_per_content"),
        )

    def __str__(self) -> str:
        return f"attachment {self.number} of {self.report}"
