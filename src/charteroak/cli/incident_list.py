"""``charteroak incident list``: which incidents an organization has, and what each asks for first."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from charteroak.cli.files import print_json
from charteroak.cli.installation import data_option, open_installation
from charteroak.cli.printable import printable
from charteroak.cli.recording import org_option
from charteroak.clock import format_instant
from charteroak.errors import InputError

if TYPE_CHECKING:
    from datetime import datetime

    from charteroak.records.incidents.models import Incident


@click.command("list")
@org_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def list_(*, org: str, as_json: bool, data_directory: Path) -> None:
    """List the incidents of an organization, open ones first, with what is open of each."""
    open_installation(data_directory)
    from charteroak.adapters.system_clock import now  # noqa: PLC0415 - with the others
    from charteroak.services import accounts, incidents  # noqa: PLC0415 - needs Django set up

    organisation, moment = accounts.organisation_named(org), now()
    rows = [_row(each, moment) for each in incidents.incidents_of(organisation)]
    rows.sort(key=lambda row: row["closed"] is not None)
    if as_json:
        print_json({"organisation": org, "incidents": rows})
        return
    for row in rows:
        click.echo(printable(f"{row['incident']}  {_state(row)}  {row['title']}"))
    if not rows:
        click.echo(f"{org} has no incident. Open one with: charteroak incident open --org {org} --title ...", err=True)


def _row(incident: "Incident", moment: "datetime") -> dict[str, Any]:
    from charteroak.response.duty_clocks import most_urgent, undecided  # noqa: PLC0415 - with the others
    from charteroak.services import incident_clocks  # noqa: PLC0415 - needs Django set up

    row = {
        "incident": incident.number,
        "title": incident.title,
        "outcome": incident.outcome,
        "opened": format_instant(incident.opened),
        "closed": None if incident.closed is None else format_instant(incident.closed),
        "openedInError": incident.opened_in_error is not None,
        "openDuties": None,
        "notKnownYet": None,
        "problem": None,
    }
    try:
        clocks = incident_clocks.clocks_of_incident(incident)
    except InputError as error:
        return {**row, "problem": str(error)}
    return {**row, "openDuties": len(most_urgent(clocks, moment)), "notKnownYet": len(undecided(clocks))}


def _state(row: dict[str, Any]) -> str:
    """One incident in a few words; one that cannot be read says so and never looks like one without duties."""
    if row["openedInError"]:
        return f"closed {row['closed'][:10]}, opened in error: there was no incident"
    state = f"opened {row['opened'][:10]}" if row["closed"] is None else f"closed {row['closed'][:10]}"
    if row["problem"] is not None:
        return f"{state}, could not be read: {row['problem']}"
    return f"{state}, {row['outcome']}, duties open: {row['openDuties']}, not known yet: {row['notKnownYet']}"
