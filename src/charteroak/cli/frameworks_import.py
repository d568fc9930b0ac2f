"""``charteroak frameworks import`` and ``imported``: OSCAL documents that this installation keeps."""

from pathlib import Path
from typing import Any

import click

from charteroak.cli.files import print_json, read_document
from charteroak.cli.installation import data_option, open_installation
from charteroak.cli.printable import printable


@click.command("import")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def import_(file: Path, *, as_json: bool, data_directory: Path) -> None:
    """Bring a catalog, profile or component definition (OSCAL 1.0-1.2) into the installation: whole, or not at all.

    The official catalog of an edition adds its full wording to the pages of that edition.
    """
    from charteroak.oscal.limits import DOCUMENT_LIMIT_BYTES  # noqa: PLC0415 - `frameworks list` needs none of it

    data = read_document(file, limit_bytes=DOCUMENT_LIMIT_BYTES)
    open_installation(data_directory)
    from charteroak.services import imported_catalogs  # noqa: PLC0415 - needs Django set up

    imported = imported_catalogs.import_document(data, file.name, importer=None)
    row = imported_catalogs.access_imported(imported.row.pk)
    if as_json:
        warnings = [issue.to_json() for issue in imported.warnings]
        print_json(_document(row) | {"isNew": imported.is_new, "warnings": warnings})
        return
    if not imported.is_new:
        click.echo(f"{file}: these bytes were imported before; nothing was changed.", err=True)
    click.echo(_line(row))
    if imported.warnings:
        count = len(imported.warnings)
        click.echo(
            f"{count} warning{'s' if count != 1 else ''}: see `charteroak frameworks validate {file}`.", err=True
        )


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def imported(*, as_json: bool, data_directory: Path) -> None:
    """List what was imported, the newest first."""
    open_installation(data_directory)
    from charteroak.services import imported_catalogs  # noqa: PLC0415 - needs Django set up

    rows = list(imported_catalogs.imported_documents())
    if as_json:
        print_json({"imported": [_document(row) for row in rows]})
        return
    for row in rows:
        click.echo(_line(row))
    if not rows:
        click.echo("Nothing was imported.", err=True)


def _document(row: Any) -> dict[str, Any]:
    return {
        "sha256": row.sha256,
        "model": row.model,
        "title": row.title,
        "version": row.version,
        "lastModified": row.last_modified,
        "oscalVersion": row.oscal_version,
        "uuid": row.uuid,
        "fileName": row.file_name,
        "framework": row.framework or None,
        "edition": row.edition or None,
        "controls": row.number,
        "imported": row.imported.isoformat(),
        "contents": row.contents,
    }


def _line(row: Any) -> str:
    meaning = f"the text of {row.framework}@{row.edition}" if row.framework else "no edition of ours"
    if row.model == "profile":
        meaning = f"selects {len(row.contents['selected'])} controls"
    elif row.model == "component-definition":
        meaning = f"{len(row.contents['components'])} components"
    return printable(f"{row.sha256[:12]}  {row.model}  {row.title}, version {row.version}: {meaning}")
