"""``charteroak phish campaigns``: the campaigns of a desk, what an analyst decides about them, grouping anew."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from charteroak.cli.__main__ import EXIT_DONE, EXIT_FINDINGS
from charteroak.cli.files import print_json
from charteroak.cli.installation import data_option, open_installation
from charteroak.cli.printable import printable
from charteroak.documents.wording import count as counted
from charteroak.mail.techniques import name_of_technique

if TYPE_CHECKING:
    from charteroak.records.reports.models import Campaign
    from charteroak.services.campaign_decisions import Decided
    from charteroak.services.campaign_overview import SeenIndicator

_by = click.option("--by", required=True, metavar="EMAIL", help="The analyst who looks or decides.")
_why = click.option("--why", required=True, help="Why; it stands in the desk's ledger.")
_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
_numbers = click.argument("reports", nargs=-1, required=True, type=int, metavar="REPORT...")


@click.group()
def campaigns() -> None:
    """List the campaigns of a desk, decide which reports belong together, group all anew."""


@campaigns.command(name="list")
@_by
@_json
@data_option
def list_(*, by: str, as_json: bool, data_directory: Path) -> int:
    """List the campaigns, newest first. Exit code 1: there is one."""
    open_installation(data_directory)
    from charteroak.services.campaign_confirmations import confirmed_counts  # noqa: PLC0415 - needs Django set up
    from charteroak.services.reports import campaigns_of  # noqa: PLC0415 - needs Django set up

    rows = list(campaigns_of(_desk_of(by)[0]))
    confirmed = confirmed_counts(rows)
    lines = [_line(row) | {"confirmed": confirmed[row.pk]} for row in rows]
    if as_json:
        print_json({"campaigns": lines})
    for line in [] if as_json else lines:
        is_in_part = 0 < line["confirmed"] < line["reports"]
        state = f"{line['confirmed']} of them confirmed" if is_in_part else line["state"]
        click.echo(
            printable(f"{line['name']}: {counted(line['reports'], 'report')}, {state} (number {line['number']})")
        )
    return EXIT_FINDINGS if rows else EXIT_DONE


@campaigns.command()
@click.argument("number", type=int)
@_by
@_json
@data_option
def show(*, number: int, by: str, as_json: bool, data_directory: Path) -> None:
    """Show one campaign: its reports with the reasons for each, what to block, what was decided."""
    open_installation(data_directory)
    from charteroak.services import access, campaign_decisions, campaign_overview  # noqa: PLC0415 - needs Django set up

    row = access.access_campaign(_desk_of(by)[1], number)
    seen = campaign_overview.overview_of(row)
    decisions = [
        {"number": one.number, "kind": one.kind, "why": one.why, "undoes": one.undoes.number if one.undoes else None}
        for one in campaign_decisions.decisions_about(row)
    ]
    members = [{"report": one.report.pk, "because": list(one.reasons)} for one in seen.members]
    if as_json:
        document = {"name": row.name, "state": row.state, "reports": seen.reports, "members": members}
        techniques = [
            {"id": code, "name": name_of_technique(code), "reports": count} for code, count in seen.techniques
        ]
        to_block = {"toBlock": [_seen(one) for one in seen.indicators], "toBlockLeft": seen.indicators_left}
        true_sites = {"trueSites": [_seen(one) for one in seen.sites], "trueSitesLeft": seen.sites_left}
        print_json({**document, **to_block, **true_sites, "techniques": techniques, "decisions": decisions})
        return
    click.echo(printable(f"{row.name}: {counted(seen.reports, 'report')}, {row.state}"))
    for member in seen.members:
        click.echo(printable(f"  report {member.report.pk}: {'; '.join(member.reasons)}"))
    if older := seen.reports - len(seen.members):
        click.echo(f"  {older} more, older than these; what follows is of the newest {len(seen.members)}")
    for one in seen.indicators:
        click.echo(printable(f"  to block: {one.defanged} ({one.type}, {counted(one.reports, 'report')})"))
    if seen.indicators_left:
        click.echo(f"  to block: {seen.indicators_left} more, in the STIX file")
    for one in seen.sites:
        told = f"not to be blocked, a true site; if it was broken into, tell its owner: {one.defanged}"
        click.echo(printable(f"  {told} ({one.type}, {counted(one.reports, 'report')})"))
    if seen.sites_left:
        click.echo(f"  not to be blocked: {seen.sites_left} more, on the pages of the reports")
    for code, count in seen.techniques:
        click.echo(printable(f"  technique: {code} {name_of_technique(code)} ({counted(count, 'report')})"))
    for decision in decisions:
        click.echo(printable(f"  decision {decision['number']}: {decision['kind']}, {decision['why']}"))


@campaigns.command()
@_numbers
@_why
@_by
@_json
@data_option
def together(*, reports: tuple[int, ...], why: str, by: str, as_json: bool, data_directory: Path) -> None:
    """Decide that reports, by number, belong together, whatever the evidence says."""
    open_installation(data_directory)
    from charteroak.services import campaign_decisions  # noqa: PLC0415 - needs Django set up

    desk, analyst = _desk_of(by)
    _print_decided(campaign_decisions.keep_together(desk, analyst, set(reports), why), as_json=as_json)


@campaigns.command()
@_numbers
@click.option("--from", "others", type=int, multiple=True, required=True, metavar="REPORT", help="May be repeated.")
@_why
@_by
@_json
@data_option
def apart(
    *, reports: tuple[int, ...], others: tuple[int, ...], why: str, by: str, as_json: bool, data_directory: Path
) -> None:
    """Decide that reports, by number, do not belong to a campaign of the others, whatever the evidence says."""
    open_installation(data_directory)
    from charteroak.services import campaign_decisions  # noqa: PLC0415 - needs Django set up

    desk, analyst = _desk_of(by)
    _print_decided(campaign_decisions.keep_apart(desk, analyst, set(reports), set(others), why), as_json=as_json)


@campaigns.command()
@click.argument("decision", type=int)
@_why
@_by
@_json
@data_option
def undo(*, decision: int, why: str, by: str, as_json: bool, data_directory: Path) -> None:
    """Take a decision back, by a new one."""
    open_installation(data_directory)
    from charteroak.services import campaign_decisions  # noqa: PLC0415 - needs Django set up

    desk, analyst = _desk_of(by)
    _print_decided(campaign_decisions.undo_decision(desk, analyst, decision, why), as_json=as_json)


@campaigns.command()
@click.option("--from-lures", is_flag=True, help="Make the index of traits anew too, after an update that asks for it.")
@_by
@_json
@data_option
def rebuild(*, from_lures: bool, by: str, as_json: bool, data_directory: Path) -> None:
    """Group every report anew, with the decisions replayed; nothing moves if nothing has changed."""
    open_installation(data_directory)
    from charteroak.services import campaign_rebuild  # noqa: PLC0415 - needs Django set up

    done = campaign_rebuild.rebuild_campaigns(_desk_of(by)[0], from_lures=from_lures)
    if as_json:
        counts = {"reports": done.reports, "inCampaigns": done.in_campaigns, "campaigns": done.campaigns}
        print_json({**counts, "moved": done.moved})
        return
    click.echo(f"{done.reports} reports, {done.in_campaigns} of them in {done.campaigns} campaigns; {done.moved} moved")


def _desk_of(email: str) -> Any:
    """The desk at which this person is an analyst, and the person.

    Raises:
        AccessError: they are at none.
    """
    from charteroak.services import access, accounts  # noqa: PLC0415 - needs Django set up

    analyst = accounts.person_named(email)
    return access.access_desk(analyst), analyst


def _seen(one: "SeenIndicator") -> dict[str, Any]:
    return {"type": one.type, "defanged": one.defanged, "reports": one.reports}


def _line(row: "Campaign") -> dict[str, Any]:
    return {"number": row.pk, "name": row.name, "state": row.state, "reports": row.reports.count()}


def _print_decided(decided: "Decided", *, as_json: bool) -> None:
    broken = [{"decision": one.number, "pairs": one.pairs} for one in decided.conflicts]
    if as_json:
        print_json({"decision": decided.decision.number, "cannotBeKept": broken})
        return
    click.echo(f"decision {decided.decision.number}")
    for one in decided.conflicts:
        click.echo(f"Decision {one.number} can no longer be kept for {one.pairs} pairs of reports.", err=True)
