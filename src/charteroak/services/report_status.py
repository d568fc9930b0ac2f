"""What whoever holds a receipt may know of a report: when something was said and what became of it, never its words."""

from typing import Any

from charteroak.clock import format_instant
from charteroak.records.reports.models import Report


def arrival_of(report: Report) -> dict[str, Any]:
    """How a report came, for its desk: by which channel, what was found out about its sender, and what that claims."""
    first = report.versions.filter(number=1).first()
    found: dict[str, Any] = (first.arrival if first is not None else report.details.get("arrival")) or {}
    return {**found, "channel": report.channel}


def status_of(report: Report) -> dict[str, Any]:
    """The state of a report as JSON, the same on the API and the command line."""
    return {
        "received": format_instant(report.received),
        "outcome": report.outcome,
        "disclosure": report.disclosure,
        "channel": report.channel,
        "withdrawn": None if report.withdrawn is None else format_instant(report.withdrawn),
        "closed": None if report.closed is None else format_instant(report.closed),
        "versions": [
            {
                "number": version.number,
                "kind": version.kind,
                "received": format_instant(version.received),
                "sha256": version.sha256 or None,
            }
            for version in report.versions.all()
        ],
    }
