"""``charteroak program import``: bring in a control list or written program, and record what a mapping says of it."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from charteroak.cli.files import existing_file, print_json, read_document
from charteroak.cli.installation import data_option, open_installation
from charteroak.cli.printable import printable
from charteroak.cli.recording import org_option, recorder_of

if TYPE_CHECKING:
    from charteroak.program.imports.rows import ReadFile

MEDIA_TYPES = {
    ".csv": "text/csv",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pdf": "application/pdf",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
SHOWN_ROWS = 5


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--map", "map_file", type=click.Path(path_type=Path), metavar="MAP.toml", help="What its rows are about.")
@click.option("--by", metavar="EMAIL", help="The person who records it; otherwise the software does.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@org_option
@data_option
def import_file(
    *, file: Path, map_file: Path | None, by: str | None, as_json: bool, org: str, data_directory: Path
) -> None:
    """Bring in a control list or a written program (CSV, XLSX, DOCX, PDF, text).

    The file is kept as evidence as it is, and claims nothing. With --map, what the map says of its rows is recorded
    too, all of it or nothing; without, the rows are listed, and the portal's page assigns them.
    """
    existing_file(file)
    text = None if map_file is None else read_document(map_file).decode("utf-8", "replace")
    open_installation(data_directory)
    from charteroak.program.imports.mapping import parse_mapping_file  # noqa: PLC0415 - only here
    from charteroak.services import accounts, imports, programs  # noqa: PLC0415 - needs Django set up

    mapping = None if text is None else parse_mapping_file(text)
    recorder, organisation = recorder_of(by), accounts.organisation_named(org)
    media_type = MEDIA_TYPES.get(file.suffix.lower(), "text/plain")
    with file.open("rb") as stream:
        # A map that cannot be recorded keeps the file out as well.
        upload = programs.UploadedFile(file.name, media_type, stream)
        brought = imports.bring_in(organisation, upload, "", recorder, mapping=mapping)
    recorded = None if mapping is None else imports.record_mapping(brought, recorder)
    read = imports.read_imported(brought)
    answers = [] if recorded is None else [entry.index for entry in recorded.answers]
    evidence = [] if recorded is None else [entry.index for entry in recorded.evidence]
    if as_json:
        print_json(
            {
                "organisation": org,
                "entry": brought.entry.index,
                "sha256": brought.sha256,
                "reader": read.reader,
                "columns": list(read.columns),
                "rows": [{"number": row.number, "place": row.place, "cells": list(row.cells)} for row in read.rows],
                "remarks": list(read.remarks),
                "answers": answers,
                "evidence": evidence,
            }
        )
        return
    click.echo(printable(f"Kept {brought.name} as entry {brought.entry.index} of {org}; by itself it claims nothing."))
    _print_rows(read)
    if recorded is not None:
        click.echo(f"Recorded {len(answers)} answers and {len(evidence)} items of evidence.")


def _print_rows(read: "ReadFile") -> None:
    for remark in read.remarks:
        click.echo(printable(remark), err=True)
    for row in read.rows[:SHOWN_ROWS]:
        click.echo(printable(f"  {row.number}: {row.text[:120]}"))
    if len(read.rows) > SHOWN_ROWS:
        click.echo(f"  ... {len(read.rows)} rows in all; --json lists them.")
