"""``charteroak oscal``: what a record says, in NIST's OSCAL, for other people's tools."""

import sys
from pathlib import Path

import click

from charteroak.cli.files import new_file
from charteroak.cli.installation import data_option, open_installation
from charteroak.cli.program import parse_moment
from charteroak.clock import parse_day

MODELS = ("assessment-results", "assessment-plan", "poam", "ssp", "component-definition")


@click.group()
def oscal() -> None:
    """What a record says, in NIST's OSCAL."""


@oscal.command()
@click.option("--org", required=True, metavar="SLUG", help="The organization.")
@click.option("--model", required=True, type=click.Choice(MODELS), help="The document.")
@click.option("--framework", metavar="F[@EDITION]", help="The edition that it is about.  [default: nist-csf@2.0]")
@click.option("--as-of", "as_of", metavar="DATE", help="The day asked about.  [default: today]")
@click.option("--known-at", "known_at", metavar="DATE", help="Only what was recorded by then; a day or an instant.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write it to this new file.")
@click.option("--json", "as_json", is_flag=True, help="The document is JSON in any case; accepted for habit's sake.")
@data_option
def export(
    *,
    org: str,
    model: str,
    framework: str | None,
    as_of: str | None,
    known_at: str | None,
    output: Path | None,
    as_json: bool,  # noqa: ARG001 - every command takes it, and this one prints nothing else
    data_directory: Path,
) -> None:
    """Write a document from an organization's record: OSCAL 1.2, checked against its schema and its own references."""
    day = None if as_of is None else parse_day(as_of)
    moment = None if known_at is None else parse_moment(known_at)
    open_installation(data_directory)
    from charteroak.adapters.system_clock import now  # noqa: PLC0415 - what needs no installation loads no adapter
    from charteroak.clock import connecticut_day  # noqa: PLC0415 - as above
    from charteroak.frameworks.catalog import parse_edition_name  # noqa: PLC0415 - as above
    from charteroak.oscal.document import write_document  # noqa: PLC0415 - as above
    from charteroak.program.status import STARTING_EDITION  # noqa: PLC0415 - as above
    from charteroak.services import ledger as ledgers  # noqa: PLC0415 - needs Django set up
    from charteroak.services import oscal_exports  # noqa: PLC0415 - needs Django set up

    document = oscal_exports.export_oscal(
        ledgers.organisation_with_ledger(org),
        model,
        as_of=day or connecticut_day(now()),
        edition=STARTING_EDITION if framework is None else parse_edition_name(framework),
        known_at=moment,
    )
    if output is None:
        sys.stdout.write(write_document(document).decode())
        return
    with new_file(output) as target:
        target.write(write_document(document))
    click.echo(f"{document.title}: {output}. It says what the record shows; it is not legal advice.", err=True)
