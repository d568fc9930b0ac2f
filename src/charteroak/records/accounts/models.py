"""Organisations, users, memberships, and which provider looks after which member."""

import uuid

from django.contrib.auth.models import AbstractUser
from django.db import models


class Organisation(models.Model):
    """A member, a provider (MSSP) or the desk of a fusion centre."""

    class Part(models.TextChoices):
        """What an organisation does in the loop."""

        MEMBER = "member", "Member"
        PROVIDER = "provider", "Provider"
        DESK = "desk", "Desk"

    slug = models.SlugField(max_length=63, unique=True)
    name = models.CharField(max_length=200)
    part = models.CharField(max_length=16, choices=Part)
    kind = models.CharField(
        max_length=32, help_text="A legal form of the safe-harbor facts document, such as corporation or municipality."
    )
    is_fictional = models.BooleanField(default=False, help_text="Made up for the sample state; pages say so.")
    created = models.DateTimeField()
    providers = models.ManyToManyField(
        "self", symmetrical=False, blank=True, related_name="clients", help_text="Providers that may act for it."
    )

    class Meta:
        ordering = ("slug",)

    def __str__(self) -> str:
        return self.name


class User(AbstractUser):
    """A person who signs in. ``actor_id`` stands for the person in ledgers, so that a name can be forgotten."""

    actor_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    def __str__(self) -> str:
        return self.get_full_name() or self.get_username()


class Membership(models.Model):
    """What a person may do for an organisation."""

    class Role(models.TextChoices):
        """A role decides the home page and the verbs a person may use."""

        SECURITY_LEAD = "security-lead", "Security lead"
        PROVIDER = "provider", "Provider"
        ANALYST = "analyst", "Analyst"
        COUNSEL = "counsel", "Counsel"

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=32, choices=Role)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("user", "organisation"), name="accounts_one_membership_per_organisation"),
        )

    def __str__(self) -> str:
        return f"{self.user} is {self.role} for {self.organisation}"


class RequestCount(models.Model):
    """How often something was asked within one span of time. ``bucket`` is a keyed digest; no address is kept."""

    bucket = models.CharField(max_length=64, unique=True)
    ends = models.DateTimeField(db_index=True, help_text="The end of the span; afterwards the row is deleted.")
    count = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.count} until {self.ends:%Y-%m-%d %H:%M}"
