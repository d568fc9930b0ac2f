"""The desk's indicators, the collections it shares, what members pulled, and the counts they sent back.

``SharedObject`` rows are never changed or deleted: a new version is a new row, and a withdrawal is one as well. Reading
follows ``date_added`` alone, which rises strictly within a collection, so that a reader who remembers the last moment
seen misses nothing and reads nothing twice.
"""

import uuid

from django.db import models

from charteroak.intel.audiences import Audience
from charteroak.observables import ObservableType
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.ledger.models import LedgerEntry
from charteroak.tlp import TLPLabel

TLP_CHOICES = [(label.value, label.value) for label in TLPLabel]
TYPE_CHOICES = [(type_.value, type_.value) for type_ in ObservableType]


class OwnDomain(models.Model):
    """A domain that an organisation calls its own: never released as an indicator, never let out in a text."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="own_domains")
    domain = models.CharField(max_length=253)

    class Meta:
        ordering = ("domain",)
        constraints = (models.UniqueConstraint(fields=("organisation", "domain"), name="intelligence_one_own_domain"),)

    def __str__(self) -> str:
        return self.domain


class IndicatorRecord(models.Model):
    """The current version of one of the desk's indicators, and what the release gate said of it."""

    class State(models.TextChoices):
        """Where it stands between an analyst's proposal and its end."""

        PROPOSED = "proposed", "Proposed"
        RELEASED = "released", "Released"
        REFUSED = "refused", "Refused"
        REVOKED = "revoked", "Withdrawn"

    desk = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="indicators")
    stix_id = models.CharField(max_length=64, unique=True)
    type = models.CharField(max_length=16, choices=TYPE_CHOICES)
    value = models.CharField(max_length=4096)
    value_sha256 = models.CharField(max_length=64, help_text="An index on the value itself would be too long.")
    name = models.CharField(max_length=250, blank=True)
    description = models.TextField(blank=True)
    tlp = models.CharField(max_length=16, choices=TLP_CHOICES)
    confidence = models.PositiveSmallIntegerField(null=True)
    campaign = models.CharField(max_length=250, blank=True)
    state = models.CharField(max_length=16, choices=State, default=State.PROPOSED)
    reasons = models.JSONField(default=list, help_text="Why the gate refused: a code and a sentence each.")
    confidential = models.JSONField(default=list, help_text="Names and addresses of who reported or received it.")
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)
    created = models.DateTimeField()
    modified = models.DateTimeField()
    proposed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    released_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    entry = models.ForeignKey(LedgerEntry, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-created", "-id")
        indexes = (models.Index(fields=("desk", "state"), name="intelligence_by_state"),)
        constraints = (
            models.UniqueConstraint(
                fields=("desk", "type", "value_sha256"),
                condition=~models.Q(state="revoked"),
                name="intelligence_one_live_indicator",
            ),
        )

    def __str__(self) -> str:
        return f"{self.type} {self.value}"


class PublishedName(models.Model):
    """The lasting STIX identity of the desk itself, or of one of its campaigns."""

    class Kind(models.TextChoices):
        """Which kind of STIX object it is."""

        IDENTITY = "identity", "Identity"
        CAMPAIGN = "campaign", "Campaign"

    desk = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=Kind)
    name = models.CharField(max_length=250)
    stix_id = models.CharField(max_length=64, unique=True)
    tlp = models.CharField(max_length=16, choices=TLP_CHOICES)
    created = models.DateTimeField()
    modified = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("desk", "kind", "name"), name="intelligence_one_published_name"),
        )

    def __str__(self) -> str:
        return self.stix_id


class Collection(models.Model):
    """A TAXII collection of a desk: who may read it, and the strictest label that goes into it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    desk = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="collections")
    title = models.CharField(max_length=200)
    alias = models.SlugField(max_length=63, unique=True)
    description = models.TextField(blank=True)
    audience = models.CharField(max_length=32, choices=[(one.value, one.value) for one in Audience])
    tlp_ceiling = models.CharField(max_length=16, choices=TLP_CHOICES)
    created = models.DateTimeField()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.title


class SharedObject(models.Model):
    """One version of one STIX object in one collection, byte for byte as it is handed out."""

    collection = models.ForeignKey(Collection, on_delete=models.PROTECT, related_name="objects_shared")
    stix_id = models.CharField(max_length=128)
    type = models.CharField(max_length=64)
    version = models.DateTimeField(help_text="STIX's modified; created where an object has no versions.")
    spec_version = models.CharField(max_length=8, default="2.1")
    media_type = models.CharField(max_length=64)
    date_added = models.DateTimeField()
    body = models.TextField()

    class Meta:
        ordering = ("collection_id", "date_added")
        constraints = (
            models.UniqueConstraint(fields=("collection", "date_added"), name="intelligence_date_added_rises"),
            models.UniqueConstraint(fields=("collection", "stix_id", "version"), name="intelligence_one_version"),
        )

    def __str__(self) -> str:
        return f"{self.stix_id} of {self.version:%Y-%m-%d}"


class FeedSubscription(models.Model):
    """A collection elsewhere that a member pulls. The password is not kept here; whoever pulls brings it.

    ``added_after`` is the moment from which the current run reads, ``next_cursor`` where in it the run stands, and
    ``newest_added`` the last moment seen: enough to go on after a crash without missing or repeating anything.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="subscriptions")
    url = models.URLField(max_length=500, help_text="The API root of the TAXII server.")
    collection_id = models.CharField(max_length=64)
    username = models.CharField(max_length=254, blank=True)
    title = models.CharField(max_length=200, blank=True)
    added_after = models.CharField(max_length=64, blank=True)
    next_cursor = models.TextField(blank=True)
    newest_added = models.CharField(max_length=64, blank=True)
    last_pulled = models.DateTimeField(null=True)

    class Meta:
        ordering = ("url", "collection_id")
        constraints = (
            models.UniqueConstraint(
                fields=("organisation", "url", "collection_id"), name="intelligence_one_subscription"
            ),
        )

    def __str__(self) -> str:
        return self.title or self.url


class PulledIndicator(models.Model):
    """One observable of an indicator that a member pulled, in its newest version."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="pulled_indicators")
    subscription = models.ForeignKey(FeedSubscription, on_delete=models.PROTECT, related_name="pulled_indicators")
    stix_id = models.CharField(max_length=256)
    type = models.CharField(max_length=16, choices=TYPE_CHOICES)
    value = models.TextField()
    name = models.CharField(max_length=250, blank=True)
    tlp = models.CharField(max_length=16, choices=TLP_CHOICES)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)
    modified = models.DateTimeField()
    revoked = models.BooleanField(default=False)
    pulled_at = models.DateTimeField()

    class Meta:
        ordering = ("-modified", "id")
        indexes = (models.Index(fields=("organisation", "stix_id"), name="intelligence_pulled_by_id"),)

    def __str__(self) -> str:
        return f"{self.type} {self.value}"


class Sighting(models.Model):
    """How often an organisation saw one of the desk's indicators, and between when. Counts only."""

    desk = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="sightings")
    stix_id = models.CharField(max_length=64, db_index=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="sightings_sent")
    count = models.PositiveBigIntegerField()
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()
    received = models.DateTimeField()
    entry = models.ForeignKey(LedgerEntry, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-received", "-id")

    def __str__(self) -> str:
        return f"{self.stix_id}: {self.count}"
