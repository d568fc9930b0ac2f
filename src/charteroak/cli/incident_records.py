"""``charteroak incident open|describe|duties|alerts|on-call|calendar``: incidents that are kept here."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from charteroak.cli.files import new_file, print_json, read_document
from charteroak.cli.installation import data_option, open_installation
from charteroak.cli.printable import printable
from charteroak.cli.recording import org_option, recorder_of, writes

if TYPE_CHECKING:
    from charteroak.records.incidents.models import Incident

OUTCOMES = ("successful", "unsuccessful", "blocked", "suspected", "unknown")
_json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


@click.command(name="open")
@click.option("--title", help="What happened, in a few words; the report's first sentence with --report.")
@click.option("--outcome", type=click.Choice(OUTCOMES), help="unknown, or what the report says.")
@click.option("--facts", type=click.Path(path_type=Path), help="Duty facts (JSON); - reads stdin.")
@click.option("--report", "receipt", metavar="RECEIPT", help="Take over what this report to the desk says.")
@writes
def open_(
    *,
    title: str | None,
    outcome: str | None,
    facts: Path | None,
    receipt: str | None,
    org: str,
    by: str | None,
    as_json: bool,
    data_directory: Path,
) -> None:
    """Open an incident; little needs to be known, and nothing twice: a report says its part already."""
    if receipt is not None and facts is not None:
        raise click.UsageError("Give --facts or --report, not both.")
    if receipt is None and not title:
        raise click.UsageError("Give --title, or --report with the receipt of a report to the desk.")
    known = _facts_document(facts)
    open_installation(data_directory)
    from charteroak.services import accounts, incidents, opening_from_reports, reports  # noqa: PLC0415 - needs Django

    organisation, recorder = accounts.organisation_named(org), recorder_of(by)
    if receipt is None:
        new = incidents.NewIncident(title or "", outcome or "unknown", known)
        row = incidents.open_incident(organisation, new, recorder)
    else:
        report = reports.report_by_receipt(receipt)
        new = incidents.NewIncident(title or opening_from_reports.title_of(report), outcome or report.outcome)
        said = opening_from_reports.reported_facts(report)
        row = opening_from_reports.open_from_report(organisation, report, new, said.discovered, recorder)
    _print_number(row, as_json=as_json)


@click.command()
@click.argument("number")
@click.option("--facts", required=True, type=click.Path(path_type=Path), help="Duty facts (JSON); - reads stdin.")
@writes
def describe(*, number: str, facts: Path, org: str, by: str | None, as_json: bool, data_directory: Path) -> None:
    """Say what is known from now on; what was said before stays readable. Prints what it changed."""
    known = _facts_document(facts)
    open_installation(data_directory)
    from charteroak.services import incident_clocks, incidents  # noqa: PLC0415 - needs Django set up

    row = _incident(org, number)
    before = incident_clocks.clocks_of_incident(row)
    incidents.describe_incident(row, known, recorder_of(by))
    changes = [change.to_json() for change in incident_clocks.changes_since(row, before)]
    if as_json:
        print_json({"incident": row.number, "changes": changes})
        return
    for change in changes:
        limit = f", outer limit {change['limitNow']}" if change["limitNow"] else ""
        click.echo(printable(f"{change['to']}: {change['statusBefore']} -> {change['statusNow']}{limit}"))
    click.echo(f"{row.number}: {len(changes)} duties changed", err=True)


@click.command()
@click.argument("number")
@org_option
@_json_option
@data_option
def duties(*, number: str, org: str, as_json: bool, data_directory: Path) -> int:
    """Answer every duty of an incident by what is known now, the most urgent first.

    The law's own words on time come first; an outer limit is the last moment that it allows. Exit code 1: a duty is
    open, or a fact is missing to tell. Not legal advice.
    """
    open_installation(data_directory)
    from charteroak.adapters.system_clock import now  # noqa: PLC0415 - with the others
    from charteroak.response.duty_clocks import most_urgent, undecided  # noqa: PLC0415 - with the others
    from charteroak.services import incident_clocks  # noqa: PLC0415 - needs Django set up

    moment = now()
    clocks = incident_clocks.clocks_of_incident(_incident(org, number))
    open_ones, waiting = most_urgent(clocks, moment), undecided(clocks)
    if as_json:
        print_json([incident_clocks.clock_document(clock, moment) for clock in clocks])
    else:
        for head, rows in (("OPEN", open_ones), ("NOT KNOWN YET", waiting)):
            click.echo(f"{head} ({len(rows)})")
            for clock in rows:
                duty, limit = clock.answer.duty, clock.answer.outer_limit
                until = "" if limit is None else f"; outer limit {limit.isoformat()}"
                click.echo(printable(f"  {clock.key}: tell {duty.to} ({duty.citation})"))
                click.echo(printable(f"      {duty.standard}{until}"))
                click.echo(printable(f"      {clock.answer.reason}"))
    return int(bool(open_ones or waiting))


@click.command()
@_json_option
@data_option
def alerts(*, as_json: bool, data_directory: Path) -> int:
    """Raise the alerts that are due and send what waits; for a timer, every minute or five.

    Safe to run twice or at once with another run. After days of silence there is one message for each duty. Exit code
    3: a message could not be delivered, an alert reaches nobody, or an incident could not be read; this stays on record
    and on screen.
    """
    open_installation(data_directory)
    from charteroak.adapters.system_clock import now  # noqa: PLC0415 - with the others
    from charteroak.services import incident_alerts, outgoing_mail  # noqa: PLC0415 - needs Django set up

    configured = outgoing_mail.mail_settings()
    send = outgoing_mail.sender_by(configured)
    run = incident_alerts.run_alerts(now(), send, portal=configured.portal if configured else "")
    if as_json:
        print_json(run.to_json())
    else:
        click.echo(f"{run.raised} raised, {run.sent} sent, {run.failed} not delivered, {run.ended} over")
    for line in run.unreadable:
        click.echo(printable(f"could not be read: {line}"), err=True)
    if run.unheard:
        click.echo(f"{run.unheard} alerts reach nobody: nobody is on call.", err=True)
    if configured is None and run.failed:
        click.echo("No mail server is configured: see docs/alerts.md.", err=True)
    return 0 if run.is_clean else 3


@click.command(name="on-call")
@click.option("--contact", multiple=True, metavar="NAME,EMAIL,MINUTES", help="In order; replaces the whole list.")
@click.option("--nobody", is_flag=True, help="Empty the list: the security leads are told.")
@writes
def on_call(
    *, contact: tuple[str, ...], nobody: bool, org: str, by: str | None, as_json: bool, data_directory: Path
) -> None:
    """Show who is on call, or put another list in place."""
    open_installation(data_directory)
    from charteroak.services import accounts  # noqa: PLC0415 - needs Django set up
    from charteroak.services import on_call as lists  # noqa: PLC0415 - needs Django set up

    organisation = accounts.organisation_named(org)
    if contact or nobody:
        lists.set_on_call(organisation, [lists.read_contact(line) for line in contact], recorder_of(by))
    found = lists.contacts_of(organisation)
    if as_json:
        print_json([{"name": each.name, "email": each.email, "waitMinutes": each.wait_minutes} for each in found])
        return
    for each in found:
        click.echo(printable(f"{each.name}, {each.email}, {each.wait_minutes} minutes"))
    if not found:
        click.echo("Nobody is on call.", err=True)


@click.command()
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="The .ics file to write.")
@org_option
@data_option
def calendar(*, output: Path, org: str, data_directory: Path) -> None:
    """Write the outer limits of an organization's incidents as a calendar file; no titles are in it."""
    open_installation(data_directory)
    from charteroak.services import accounts, incident_calendar  # noqa: PLC0415 - needs Django set up

    data = incident_calendar.calendar_of(accounts.organisation_named(org))
    with new_file(output) as written:
        written.write(data)
    click.echo(f"{output}", err=True)


def _facts_document(path: Path | None) -> dict[str, Any]:
    """The document, checked before anything is opened.

    Raises:
        FactsError: it is no facts document; the place is named.
    """
    if path is None:
        return {}
    from charteroak.canonical import parse_json  # noqa: PLC0415 - only here
    from charteroak.law.duties import parse_duty_facts_json  # noqa: PLC0415 - only here

    data = read_document(path)
    parse_duty_facts_json(data, path=str(path))
    document = parse_json(data)
    return document if isinstance(document, dict) else {}


def _incident(org: str, number: str) -> "Incident":
    from charteroak.services import accounts, incidents  # noqa: PLC0415 - needs Django set up

    return incidents.incident_named(accounts.organisation_named(org), number)


def _print_number(row: "Incident", *, as_json: bool) -> None:
    if as_json:
        print_json({"incident": row.number, "title": row.title, "outcome": row.outcome})
    else:
        click.echo(row.number)


RECORD_VERBS = (open_, describe, duties, alerts, on_call, calendar)
"""The verbs of this module, for the group."""
