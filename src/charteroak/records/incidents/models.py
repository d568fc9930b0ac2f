"""Incidents of organisations: the incident, its facts over time, its timeline.

Facts and events are added and never changed. An incident of an exercise carries its space and is found by
``Incident.played`` alone; ``objects``, and every look from an organisation or a report, has live ones only.
"""

from typing import TypeVar

from django.db import models

from charteroak.records.accounts.models import Organisation, User
from charteroak.records.exercises.models import ExerciseSpace
from charteroak.records.exercises.spaces import LiveManager, LiveOfIncident, PlayedManager, PlayedOfIncident
from charteroak.records.ledger.models import LedgerEntry
from charteroak.records.reports.models import Report

_Row_co = TypeVar("_Row_co", bound=models.Model, covariant=True)


class Incident(models.Model):
    """An organisation's own record of a bad day. Its title is for its own people; its number may be told."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="incidents")
    number = models.CharField(max_length=20, help_text="Within the organisation: INC-2026-003.")
    title = models.CharField(max_length=300)
    opened = models.DateTimeField()
    opened_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    closed = models.DateTimeField(null=True)
    opened_in_error = models.DateTimeField(
        null=True, help_text="Since when it counts as no incident at all; nothing of its record is gone."
    )
    outcome = models.CharField(max_length=16, choices=Report.Outcome)
    space = models.ForeignKey(ExerciseSpace, null=True, on_delete=models.PROTECT, related_name="+")
    playbooks = models.JSONField(default=list, help_text="Codes of the playbooks in use.")
    reports = models.ManyToManyField(Report, related_name="incidents", help_text="Reports to a desk about it.")

    objects = LiveManager()
    played = PlayedManager()

    class Meta:
        ordering = ("-opened", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=("organisation", "number"),
                condition=models.Q(space=None),
                name="incidents_one_live_incident_per_number",
            ),
            models.UniqueConstraint(
                fields=("space", "organisation", "number"),
                condition=models.Q(space__isnull=False),
                name="incidents_one_played_incident_per_number",
            ),
        )
        indexes = (models.Index(fields=("organisation", "space", "closed"), name="incidents_open_ones"),)

    def __str__(self) -> str:
        # Never the title: this text goes to logs and error reports.
        return self.number


class IncidentFacts(models.Model):
    """All that was known of an incident from one moment on: a whole duty-facts document. The newest counts."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="facts")
    document = models.JSONField()
    recorded = models.DateTimeField()
    recorded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    entry = models.ForeignKey(
        LedgerEntry, null=True, on_delete=models.PROTECT, related_name="+", help_text="None in an exercise."
    )

    objects = LiveOfIncident()
    played = PlayedOfIncident()

    class Meta:
        ordering = ("incident_id", "id")
        indexes = (models.Index(fields=("incident", "-id"), name="incidents_newest_facts"),)

    def __str__(self) -> str:
        return f"facts of {self.incident} at {self.recorded:%Y-%m-%d %H:%M}"


class IncidentEvent(models.Model):
    """Something that happened, as far as its moment is known: not before ``earliest``, not after ``latest``.

    A correction is a new row that supersedes the old one; a row that is ``withdrawn`` says that its predecessor was no
    event at all.
    """

    class Source(models.TextChoices):
        """Where it is known from."""

        PERSON = "person", "A person"
        LOG = "log", "A log"
        SYSTEM = "system", "This system"

    class Precision(models.TextChoices):
        """How exactly its moment is known."""

        SECOND = "second", "To the second"
        MINUTE = "minute", "To the minute"
        HOUR = "hour", "To the hour"
        DAY = "day", "To the day"

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="events")
    number = models.PositiveIntegerField(help_text="From 1 within the incident.")
    what = models.TextField()
    kind = models.CharField(max_length=32, blank=True, help_text="first-activity, noticed, contained, recovered, told.")
    earliest = models.DateTimeField()
    latest = models.DateTimeField()
    precision = models.CharField(max_length=8, choices=Precision, default=Precision.MINUTE)
    zone = models.CharField(max_length=64, default="America/New_York", help_text="In which it was said.")
    source = models.CharField(max_length=8, choices=Source, default=Source.PERSON)
    detail = models.JSONField(default=dict, help_text="File, line and raw time of a log, for example.")
    supersedes = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="superseded_by", help_text="The row it corrects."
    )
    withdrawn = models.BooleanField(default=False)
    recorded = models.DateTimeField()
    recorded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    objects = LiveOfIncident()
    played = PlayedOfIncident()

    class Meta:
        ordering = ("incident_id", "earliest", "number")
        constraints = (
            models.UniqueConstraint(fields=("incident", "number"), name="incidents_one_event_per_number"),
            models.CheckConstraint(
                condition=models.Q(latest__gte=models.F("earliest")), name="incidents_event_ends_after_it_begins"
            ),
        )

    def __str__(self) -> str:
        return f"event {self.number} of {self.incident}"


class OnCallContact(models.Model):
    """Somebody whom alerts reach, in the order of ``place``; the next one is told if nobody acknowledges in time."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="on_call")
    place = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    email = models.EmailField(max_length=254)
    wait_minutes = models.PositiveIntegerField(help_text="How long they have before the next one is told.")
    added = models.DateTimeField()
    added_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    retired = models.DateTimeField(null=True, help_text="Told no longer; what was sent stays on record.")

    class Meta:
        ordering = ("organisation_id", "place", "id")

    def __str__(self) -> str:
        return f"on call {self.place}"


class Alert(models.Model):
    """That much of an outer limit has gone and nobody is on record as told. One for each duty, limit and share."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="alerts")
    duty = models.CharField(max_length=80, help_text="CT-BREACH-AG/attorney-general.")
    to = models.CharField(max_length=300)
    percent = models.PositiveSmallIntegerField(help_text="Of the outer limit: 50, 80 or 100; 0 where there is none.")
    limit = models.DateTimeField(help_text="The first instant after the outer limit, or the start where there is none.")
    reached = models.DateTimeField()
    raised = models.DateTimeField()
    acknowledged = models.DateTimeField(null=True)
    acknowledged_by = models.CharField(max_length=300, blank=True)
    ended = models.DateTimeField(null=True, help_text="The duty is open no more, or has another limit.")

    objects = LiveOfIncident()
    played = PlayedOfIncident()

    class Meta:
        ordering = ("-raised", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=("incident", "duty", "limit", "percent"), name="incidents_one_alert_per_share_of_a_limit"
            ),
        )

    def __str__(self) -> str:
        return f"{self.percent} % of {self.duty} of {self.incident}"


class _LiveOfAlert(LiveManager[_Row_co]):
    path = "alert__incident__space"


class _PlayedOfAlert(PlayedManager[_Row_co]):
    path = "alert__incident__space"


class AlertDelivery(models.Model):
    """One alert on its way to one person; it is sent, or it says why not."""

    class State(models.TextChoices):
        """How far it came."""

        PENDING = "pending", "Waiting"
        SENDING = "sending", "On its way"
        SENT = "sent", "Sent"
        FAILED = "failed", "Not delivered"

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="deliveries")
    name = models.CharField(max_length=200)
    email = models.EmailField(max_length=254)
    state = models.CharField(max_length=8, choices=State, default=State.PENDING)
    due = models.DateTimeField(help_text="When it is to be tried, or tried again.")
    attempts = models.PositiveIntegerField(default=0)
    sent = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    objects = _LiveOfAlert()
    played = _PlayedOfAlert()

    class Meta:
        ordering = ("alert_id", "id")
        constraints = (models.UniqueConstraint(fields=("alert", "email"), name="incidents_one_delivery_per_person"),)
        indexes = (models.Index(fields=("state", "due"), name="incidents_deliveries_due"),)

    def __str__(self) -> str:
        return f"delivery {self.pk}"


class CalendarFeed(models.Model):
    """A secret address at which a calendar program reads the limits of an organisation. Its secret is not kept."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="calendar_feeds")
    token_sha256 = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    created = models.DateTimeField()
    created_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    revoked = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-created", "-id")

    def __str__(self) -> str:
        return f"calendar {self.pk}"
