"""Reports to the desk, what was said of them, and the campaigns they form."""

from typing import TypeVar

from django.db import models

from charteroak.records.accounts.models import Organisation, User
from charteroak.records.exercises.models import ExerciseSpace
from charteroak.records.exercises.spaces import LiveManager, PlayedManager
from charteroak.records.reports.campaigns import (
    Campaign,
    CampaignDecision,
    CampaignLink,
    DecidedReport,
    Lure,
    TraitPage,
)

__all__ = [
    "Campaign",
    "CampaignDecision",
    "CampaignLink",
    "DecidedReport",
    "FiledForm",
    "Lure",
    "QueueVisit",
    "Report",
    "ReportVersion",
    "TraitPage",
]

_Row_co = TypeVar("_Row_co", bound=models.Model, covariant=True)


class _LiveOfReport(LiveManager[_Row_co]):
    path = "report__space"


class _PlayedOfReport(PlayedManager[_Row_co]):
    path = "report__space"


class Report(models.Model):
    """What someone reported, as it stands now. What was said and when are its versions; nothing is overwritten."""

    class Kind(models.TextChoices):
        """What is reported."""

        PHISH = "phish", "Suspicious mail"
        INCIDENT = "incident", "Incident"

    class Outcome(models.TextChoices):
        """Whether the attempt succeeded; the desk asks for both."""

        SUCCESSFUL = "successful", "It succeeded"
        UNSUCCESSFUL = "unsuccessful", "It was tried and failed"
        BLOCKED = "blocked", "A safeguard blocked it"
        SUSPECTED = "suspected", "Suspected"
        UNKNOWN = "unknown", "Not known yet"

    class Disclosure(models.TextChoices):
        """How far the reporter's name may travel. It is never widened without the reporter's recorded consent."""

        NAMED = "named", "My organisation may be named to other members"
        DESK_ONLY = "desk-only", "Only the desk may know who reported"
        ANONYMOUS = "anonymous", "Anonymous; I keep the receipt"

    receipt = models.CharField(max_length=24, unique=True)
    desk = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="reports_received")
    organisation = models.ForeignKey(
        Organisation,
        null=True,
        on_delete=models.PROTECT,
        related_name="reports_filed",
        help_text="The member, if known.",
    )
    kind = models.CharField(max_length=16, choices=Kind)
    outcome = models.CharField(max_length=16, choices=Outcome)
    disclosure = models.CharField(max_length=16, choices=Disclosure, default=Disclosure.DESK_ONLY)
    channel = models.CharField(max_length=16)
    received = models.DateTimeField(db_index=True)
    summary = models.CharField(max_length=300)
    details = models.JSONField(default=dict)
    analysis = models.JSONField(null=True)
    message_sha256 = models.CharField(max_length=64, blank=True)
    campaign = models.ForeignKey(Campaign, null=True, on_delete=models.PROTECT, related_name="reports")
    lure = models.ForeignKey(Lure, null=True, on_delete=models.PROTECT, related_name="reports")
    filed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn = models.DateTimeField(null=True, help_text="When the reporter took it back.")
    closed = models.DateTimeField(null=True, help_text="When the desk was done with it; nothing more is taken.")
    space = models.ForeignKey(ExerciseSpace, null=True, on_delete=models.PROTECT, related_name="+")

    objects = LiveManager()
    played = PlayedManager()

    class Meta:
        ordering = ("-received", "-id")

    def __str__(self) -> str:
        # Never the receipt: this text goes to logs and error reports, and the receipt is the reporter's key.
        return f"report {self.pk}"


class ReportVersion(models.Model):
    """One thing that was said of a report, with the exact bytes of its record. Added, never changed.

    The first is what was filed. ``note`` is why it was corrected or withdrawn, or the words agreed to.
    """

    class Kind(models.TextChoices):
        """What it does to the report."""

        FIRST = "first", "First report"
        SUPPLEMENT = "supplement", "Supplement"
        FINAL = "final", "Final report"
        RANSOM = "ransom-payment", "Report of a ransom payment"
        CORRECTION = "correction", "Correction"
        WITHDRAWAL = "withdrawal", "Withdrawal"
        DISCLOSURE = "disclosure", "Who may know"

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=16, choices=Kind)
    record = models.BinaryField(null=True, help_text="Canonical JSON, where something was said.")
    sha256 = models.CharField(max_length=64, blank=True)
    received = models.DateTimeField()
    channel = models.CharField(max_length=16)
    arrival = models.JSONField(null=True, help_text="What the channel found out about how it came.")
    disclosure = models.CharField(max_length=16, choices=Report.Disclosure, help_text="From this version on.")
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(blank=True)
    token_key = models.CharField(max_length=64, blank=True, help_text="Of the form that made it.")

    objects = _LiveOfReport()
    played = _PlayedOfReport()

    class Meta:
        ordering = ("report_id", "number")
        constraints = (
            models.UniqueConstraint(fields=("report", "number"), name="reports_one_version_per_number"),
            models.UniqueConstraint(
                fields=("report", "token_key"),
                condition=~models.Q(token_key=""),
                name="reports_one_version_per_form",
            ),
        )

    def __str__(self) -> str:
        return f"version {self.number} of {self.report}"


class FiledForm(models.Model):
    """A form that was filed, so that the same form sent again finds its report instead of making another.

    ``key`` is a digest of the form's token with everything that was answered; it says nothing about either.
    """

    key = models.CharField(max_length=64, unique=True)
    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="+")
    filed = models.DateTimeField(db_index=True)

    objects = _LiveOfReport()
    played = _PlayedOfReport()

    def __str__(self) -> str:
        return f"form of {self.report}"


class QueueVisit(models.Model):
    """When an analyst last looked at a desk's queue, so that the page can say what is new."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    desk = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    looked = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user", "desk"), name="reports_one_visit_per_desk"),)

    def __str__(self) -> str:
        return f"{self.user} at {self.desk}"
