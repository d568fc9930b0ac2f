"""``charteroak program determine``: the determination from an organisation's record, with what speaks against it."""

from pathlib import Path
from typing import Any

import click

from charteroak.adapters.system_clock import now
from charteroak.cli.files import print_json
from charteroak.cli.installation import data_option, open_installation
from charteroak.cli.printable import printable_lines
from charteroak.clock import connecticut_day, parse_day
from charteroak.law.safe_harbor.statute import load_statute

EXIT_FINDINGS = 1
"""The record does not support every element, or a clock that it rests on runs out within 90 days."""


@click.command("determine")
@click.option("--org", required=True, metavar="SLUG", help="The organization.")
@click.option("--from", "first", metavar="DATE", help="First day of a breach; without it a breach is imagined today.")
@click.option("--to", "last", metavar="DATE", help="Last day of the breach.  [default: the first]")
@click.option("--statute", default="ct", show_default=True, help="The state's act: ct, oh or tx.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def determine_command(
    *, org: str, first: str | None, last: str | None, statute: str, as_json: bool, data_directory: Path
) -> int:
    """What the record supports under an act, element by element, and what the other side may point to.

    Exit code 0 if the record supports all elements and no clock runs out soon, 1 otherwise.
    """
    if first is None and last is not None:
        raise click.UsageError("--to needs --from.")
    load_statute(statute)
    begin = None if first is None else parse_day(first)
    end = begin if last is None else parse_day(last)
    open_installation(data_directory)
    from charteroak.services import determinations  # noqa: PLC0415 - needs Django set up
    from charteroak.services import ledger as ledgers  # noqa: PLC0415 - needs Django set up

    document = determinations.determination_document(
        ledgers.organisation_with_ledger(org),
        statute=statute,
        today=connecticut_day(now()),
        first=begin,
        last=end,
    )
    if as_json:
        print_json(document)
    else:
        click.echo(printable_lines(_as_text(org, document)))
    supported = document["outcome"] == "record-supports-all-elements" and not document["clocksRunningOut"]
    return 0 if supported else EXIT_FINDINGS


def _as_text(org: str, document: dict[str, Any]) -> str:
    interval = document["interval"]
    lines = [
        f"{org}, {load_statute(document['statute']).name}, {interval['from']} to {interval['to']}",
        f"Outcome: {document['outcome'].replace('-', ' ')}",
        "",
    ]
    for element in document["elements"]:
        word = "assumed" if element["assumed"] else element["status"]
        lines.append(f"{element['id']:<5}{word:<11}{element['reason']}")
    lines += ["", "What the other side may point to:"]
    lines += [f"  {item['what']} ({item['days']} days)" for item in document["contraryEvidence"]] or [
        "  nothing on record"
    ]
    lines += [
        f"Clock: {clock['name']} {clock['edition']} counts to {clock['lastDay']}"
        for clock in document["clocksRunningOut"]
    ]
    lines += [
        f"STALE: {review['subject']} was last reviewed on {review['reviewedOn']}"
        for review in document["dataReviews"]
        if review["stale"]
    ]
    return "\n".join([*lines, "This is not legal advice."])
