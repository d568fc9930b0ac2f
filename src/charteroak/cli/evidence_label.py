"""``charteroak evidence label`` and ``receipt``: the papers of an item of evidence, as PDF."""

from pathlib import Path

import click

from charteroak.cli.files import new_file, print_json
from charteroak.cli.incident_custody import incident_named
from charteroak.cli.installation import data_option, open_installation
from charteroak.cli.recording import org_option


@click.command()
@click.argument("item", metavar="ITEM")
@org_option
@click.option("--receipt", is_flag=True, help="The receipt of its last step instead of the label.")
@click.option("-o", "output", required=True, type=click.Path(path_type=Path, dir_okay=False), metavar="F.pdf")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def label(*, item: str, org: str, receipt: bool, output: Path, as_json: bool, data_directory: Path) -> None:
    """Write the label of an item of evidence, such as INC-2026-003-E02: to print, stick on, and read by telephone."""
    open_installation(data_directory)
    from charteroak.services.incident_evidence import item_numbered  # noqa: PLC0415 - needs Django set up
    from charteroak.services.item_papers import label_of, receipt_of  # noqa: PLC0415 - as above

    number, _, place = item.rpartition("-E")
    incident = incident_named(org, number)
    found = item_numbered(incident, int(place) if place.isascii() and place.isdigit() and len(place) < 5 else 0)
    content = receipt_of(incident, found) if receipt else label_of(incident, found)
    with new_file(output) as written:
        written.write(content)
    if as_json:
        print_json({"item": found.name, "check": found.check, "sha256": found.digest or None, "file": str(output)})
        return
    click.echo(f"{found.name}, check {found.check}: {output}")
