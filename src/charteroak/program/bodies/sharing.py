"""Bodies about what was reported, released, and seen in own logs."""

from datetime import datetime
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta

from charteroak.observables import ObservableType
from charteroak.program.bodies.fields import Body, Count, Line, Text
from charteroak.tlp import TLPLabel

ReportOutcome: TypeAlias = Literal["successful", "unsuccessful", "blocked", "suspected", "unknown"]


class ReportFiled(Body, frozen=True, kw_only=True):
    """A phishing or incident report was filed. The receipt is a secret of the reporter and stands nowhere here."""

    report: Count
    report_kind: Literal["phish", "incident"]
    outcome: ReportOutcome
    channel: Line


class CampaignConfirmed(Body, frozen=True, kw_only=True):
    """An analyst confirmed that reports belong together."""

    campaign: Line
    reports: Count


class CampaignDecided(Body, frozen=True, kw_only=True):
    """An analyst decided that reports belong together or apart, or took such a decision back.

    ``decision`` is its number at the desk, ``reports`` how many it is about, ``undoes`` the number of the other.
    """

    decision: Count
    verdict: Literal["together", "apart", "undone"]
    reports: Count
    undoes: Count | None = None
    reason: Text = ""


class IndicatorReleased(Body, frozen=True, kw_only=True):
    """An indicator passed the release gate."""

    indicator: Line
    type: ObservableType
    value: Annotated[str, Meta(min_length=1, max_length=4096)]
    tlp: TLPLabel
    campaign: Line | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    rationale: Text = ""


class SightingSent(Body, frozen=True, kw_only=True):
    """Counts of an indicator seen in own logs were sent to a desk."""

    indicator: Line
    count: Annotated[int, Meta(ge=1, le=2**53 - 1)]
    first_seen: datetime
    last_seen: datetime
    desk: Line


class SightingReceived(Body, frozen=True, kw_only=True):
    """A desk received a member's counts."""

    indicator: Line
    count: Annotated[int, Meta(ge=1, le=2**53 - 1)]
    first_seen: datetime
    last_seen: datetime
    organisation: Line
