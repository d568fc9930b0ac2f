"""``charteroak program``: what was known of a program, and when."""

from datetime import date, datetime
from pathlib import Path

import click

from charteroak.cli.files import print_json
from charteroak.cli.installation import data_option, open_installation
from charteroak.cli.printable import printable
from charteroak.cli.program_assessments import ASSESSMENT_VERBS
from charteroak.cli.program_coverage import coverage
from charteroak.cli.program_determination import determine_command
from charteroak.cli.program_events import VERBS
from charteroak.cli.program_gaps import GAP_VERBS
from charteroak.cli.program_import import import_file
from charteroak.cli.program_papers import PAPER_VERBS
from charteroak.cli.program_plan import plan_command
from charteroak.cli.program_refresh import refresh
from charteroak.clock import parse_day, parse_instant


@click.group()
def program() -> None:
    """What was known of a program, and when."""


for verb in (*VERBS, *GAP_VERBS, *ASSESSMENT_VERBS, *PAPER_VERBS):
    program.add_command(verb)
program.add_command(refresh)
program.add_command(coverage)
program.add_command(import_file)


program.add_command(determine_command)
program.add_command(plan_command)


@program.command()
@click.option("--org", required=True, metavar="SLUG", help="The organization.")
@click.option("--as-of", "as_of", required=True, metavar="DATE", help="The day asked about, such as 2026-09-01.")
@click.option("--known-at", "known_at", metavar="DATE", help="Only what was recorded by then; a day or an instant.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def status(*, org: str, as_of: str, known_at: str | None, as_json: bool, data_directory: Path) -> None:
    """Where a program stood on a day, as known at a moment. The answer comes from the ledger alone."""
    day = parse_day(as_of)
    moment = None if known_at is None else parse_moment(known_at)
    open_installation(data_directory)
    from charteroak.services import ledger as ledgers  # noqa: PLC0415 - needs Django set up
    from charteroak.services import programs  # noqa: PLC0415 - needs Django set up

    document = programs.status_of(ledgers.organisation_with_ledger(org), as_of=day, known_at=moment).to_json()
    if as_json:
        print_json(document)
        return
    click.echo(f"{org} on {as_of}, as known {known_at or 'today'}:")
    spoken = [one for one in document["practices"] if one["promised"] or one["answered"] or one["evidence"]]
    for practice in spoken:
        click.echo(f"  {practice['title']}: {practice['answer']}, evidence {practice['freshness']['state']}")
    if len(spoken) < len(document["practices"]):
        click.echo(f"  {len(document['practices']) - len(spoken)} more: not promised, not answered, not shown")
    for exception in document["exceptions"]:
        body = exception["body"]
        click.echo(printable(f"  Exception {body['exception']}, until {body['expires']}: for counsel."))
    for gap in document["recordedGaps"]:
        click.echo(printable(f"  Open gap: {gap['body']['title']} ({gap['ageDays']} days)"))
    left_out = document["leftOut"]["late"]
    more = f" and {left_out} more" if left_out else ""
    click.echo(f"Late entries: {len(document['late'])}{more}. This is not legal advice.")


def parse_moment(text: str) -> date | datetime:
    """A day or an instant.

    Raises:
        TimeFormatError: it is neither.
    """
    return parse_instant(text) if "T" in text.upper() else parse_day(text)
