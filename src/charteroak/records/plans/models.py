"""Drafts of plans, which are changed; adopted versions, which are not; and what people say when it is over."""

from typing import TypeVar

from django.db import models

from charteroak.records.accounts.models import Organisation, User
from charteroak.records.exercises.spaces import LiveManager, PlayedManager
from charteroak.records.incidents.models import Incident
from charteroak.records.ledger.models import LedgerEntry

_Row_co = TypeVar("_Row_co", bound=models.Model, covariant=True)


class _Live(LiveManager[_Row_co]):
    path = "incident__space"


class _Played(PlayedManager[_Row_co]):
    path = "incident__space"


class PlanKind(models.TextChoices):
    """What the plan is for."""

    CIRP = "cirp", "Cyber incident response plan"
    CDRP = "cdrp", "Cyber disruption response plan"


class PlanDraft(models.Model):
    """The next version of a plan while it is being written. No ledger entry: only its adoption is one."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="plan_drafts")
    kind = models.CharField(max_length=8, choices=PlanKind)
    content = models.JSONField(help_text="As charteroak.response.plans.plan has it.")
    saves = models.PositiveIntegerField(default=0, help_text="How often it was saved.")
    changed = models.DateTimeField()
    changed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("organisation_id", "kind")
        constraints = (models.UniqueConstraint(fields=("organisation", "kind"), name="plans_one_draft_per_kind"),)

    def __str__(self) -> str:
        return f"draft {self.kind} of {self.organisation_id}"


class PlanVersion(models.Model):
    """A plan as it was adopted, ready to be shown on the day; its files are evidence of the entry."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="plan_versions")
    kind = models.CharField(max_length=8, choices=PlanKind)
    version = models.CharField(max_length=300)
    content = models.JSONField(help_text="As charteroak.response.plans.plan has it.")
    adopted = models.DateField()
    by = models.CharField(max_length=300)
    office = models.CharField(max_length=300)
    review_by = models.DateField(null=True)
    entry = models.OneToOneField(LedgerEntry, on_delete=models.PROTECT, related_name="plan_version")

    class Meta:
        ordering = ("-adopted", "-entry_id")
        constraints = (
            models.UniqueConstraint(fields=("organisation", "kind", "version"), name="plans_one_plan_per_version"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.version} of {self.organisation_id}"


class AfterActionNotes(models.Model):
    """What people say of an incident when it is over; improvements become gaps, and then name them."""

    incident = models.OneToOneField(Incident, on_delete=models.PROTECT, related_name="after_action")
    content = models.JSONField(help_text="As charteroak.response.incident_papers.after_action has it.")
    saves = models.PositiveIntegerField(default=0, help_text="How often it was saved; by it a change meanwhile shows.")
    changed = models.DateTimeField()
    changed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    objects = _Live()
    played = _Played()

    class Meta:
        ordering = ("incident_id",)

    def __str__(self) -> str:
        return f"after-action notes of {self.incident}"
