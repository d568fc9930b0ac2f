"""Campaigns: the lures that reports were about, the index of their traits, what links them, what an analyst decided."""

from django.db import models

from charteroak.records.accounts.models import Organisation, User
from charteroak.records.exercises.spaces import LiveManager, PlayedManager


class Campaign(models.Model):
    """Reports that belong together. Its name is a label that stays; which reports it has follows from the evidence."""

    class State(models.TextChoices):
        """Whether an analyst has looked."""

        PROPOSED = "proposed", "Proposed"
        CONFIRMED = "confirmed", "Confirmed"

    desk = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="campaigns")
    name = models.CharField(max_length=120)
    state = models.CharField(max_length=16, choices=State, default=State.PROPOSED)
    created = models.DateTimeField()
    confirmed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    confirmation = models.ForeignKey(
        "CampaignDecision", null=True, on_delete=models.PROTECT, related_name="+", help_text="What confirmed it."
    )
    merged_into = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="merged", help_text="Where its reports went."
    )

    class Meta:
        ordering = ("-created", "-id")
        constraints = (models.UniqueConstraint(fields=("desk", "name"), name="reports_one_campaign_per_name"),)

    def __str__(self) -> str:
        return self.name


class Lure(models.Model):
    """What a reported mail has in common with others: the same for every copy that was reported to a desk.

    ``traits`` are pairs of kind and value, and name nobody who received or reported a mail.
    """

    desk = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    digest = models.BigIntegerField(help_text="Of its traits; mails are ordered by it.")
    profile = models.BigIntegerField(help_text="Links and subject; how common a trait is counts profiles.")
    traits = models.JSONField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("desk", "digest"), name="reports_one_lure_per_digest"),)

    def __str__(self) -> str:
        return f"lure {self.pk}"


class TraitPage(models.Model):
    """A run of the index of traits: packed entries of code, lure and profile, in order.

    A desk's pages together are one sorted list. It is read by the hundred and written by the million, and a row for
    each entry would cost ten times as much of both. ``services/trait_index.py`` is the only reader and writer.
    """

    desk = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    code = models.BigIntegerField(help_text="Of the first entry.")
    lure = models.BigIntegerField(help_text="Of the first entry.")
    entries = models.BinaryField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("desk", "code", "lure"), name="reports_one_page_per_start"),)

    def __str__(self) -> str:
        return f"page {self.pk}"


class CampaignLink(models.Model):
    """Why two reports are of one campaign: one of the strongest links that hold it together.

    Reports are named by number and not by key: a link follows from reports and is made anew with them.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="links")
    first = models.BigIntegerField()
    second = models.BigIntegerField()
    worth = models.PositiveSmallIntegerField(help_text="Of the proof, in hundredths of a point.")
    decision = models.PositiveIntegerField(null=True, help_text="Number of the decision, where an analyst made it.")

    class Meta:
        ordering = ("-worth", "id")

    def __str__(self) -> str:
        return f"{self.first} and {self.second}"


class CampaignDecision(models.Model):
    """What an analyst decided about which reports belong together. Added, never changed; taken back by another."""

    class Kind(models.TextChoices):
        """What it does."""

        TOGETHER = "together", "Belong together"
        APART = "apart", "Kept apart"
        UNDONE = "undone", "Taken back"

    desk = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="campaign_decisions")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=16, choices=Kind)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made = models.DateTimeField()
    why = models.CharField(max_length=500)
    undoes = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="undone_by")

    class Meta:
        ordering = ("-number",)
        constraints = (models.UniqueConstraint(fields=("desk", "number"), name="reports_one_decision_per_number"),)

    def __str__(self) -> str:
        return f"decision {self.number}"


class _LiveOfReport(LiveManager["DecidedReport"]):
    path = "report__space"


class _PlayedOfReport(PlayedManager["DecidedReport"]):
    path = "report__space"


class DecidedReport(models.Model):
    """A report that a decision is about; ``is_apart`` marks the side that the others are kept apart from."""

    decision = models.ForeignKey(CampaignDecision, on_delete=models.PROTECT, related_name="reports")
    report = models.ForeignKey("reports.Report", on_delete=models.PROTECT, related_name="decided")
    is_apart = models.BooleanField(default=False)

    objects = _LiveOfReport()
    played = _PlayedOfReport()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("decision", "report"), name="reports_one_side_per_decision"),)

    def __str__(self) -> str:
        return f"report {self.report_id}"
