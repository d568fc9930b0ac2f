"""``charteroak frameworks validate`` and ``resolve``: what a file of OSCAL is worth. They need no installation."""

from pathlib import Path
from typing import Any

import click

from charteroak.cli.files import new_file, print_json, read_document
from charteroak.oscal.checking import read_document as read_oscal
from charteroak.oscal.checking import usable_document, validate_document
from charteroak.oscal.document import Document, write_document
from charteroak.oscal.issues import Issue, errors_among
from charteroak.oscal.limits import DOCUMENT_LIMIT_BYTES, LISTED_ISSUES
from charteroak.oscal.resolution import Resolution, resolve_profile
from charteroak.oscal.shelf import Shelf, Shelved


@click.command()
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def validate(context: click.Context, file: Path, *, as_json: bool) -> None:
    """Check an OSCAL 1.0-1.2 document: its schema, then its references. Exit code 1 says that it cannot be used."""
    document = read_oscal(read_document(file, limit_bytes=DOCUMENT_LIMIT_BYTES), path=str(file))
    issues = validate_document(document)
    errors = errors_among(issues)
    if as_json:
        print_json(_answer(file, document, issues))
    else:
        for issue in issues:
            click.echo(f"{file}, {issue.pointer or '/'}: {issue.severity.value}: {issue.reason} [{issue.code}]")
        click.echo(_sentence(document, len(errors), len(issues) - len(errors)), err=True)
    context.exit(1 if errors else 0)


def _answer(file: Path, document: Document, issues: list[Issue]) -> dict[str, Any]:
    return {
        "path": str(file),
        "model": document.model.value,
        "oscalVersion": document.oscal_version,
        "sha256": document.sha256,
        "valid": not errors_among(issues),
        "issues": [issue.to_json() for issue in issues],
        "listedAtMost": LISTED_ISSUES,
    }


def _sentence(document: Document, errors: int, warnings: int) -> str:
    kind = f"{document.model.value} of OSCAL {document.oscal_version}"
    if errors:
        at_least = "at least " if errors + warnings >= LISTED_ISSUES else ""
        return f"This {kind} cannot be used: {at_least}{errors} error{'s' if errors != 1 else ''}."
    told = f"; {warnings} warning{'s' if warnings != 1 else ''}" if warnings else ""
    return f"This {kind} is valid, and what it refers to is there{told}."


@click.command()
@click.argument("profile", metavar="PROFILE", type=click.Path(path_type=Path))
@click.option(
    "--catalog",
    "catalogs",
    multiple=True,
    required=True,
    type=click.Path(path_type=Path),
    help="A catalog or profile that it builds on; may be given several times. Nothing is fetched.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write the resolved catalog to this new file.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def resolve(profile: Path, catalogs: tuple[Path, ...], output: Path | None, *, as_json: bool) -> None:
    """Say which controls an OSCAL profile selects, and write the catalog that it means."""
    shelf = Shelf(Shelved(path.name, _usable(path)) for path in catalogs)
    resolution = resolve_profile(_usable(profile), shelf)
    if output is not None:
        with new_file(output) as target:
            target.write(write_document(resolution.document))
    if as_json:
        print_json(_resolved(resolution))
        return
    for identifier in resolution.selected:
        click.echo(identifier)
    for issue in resolution.issues[:LISTED_ISSUES]:
        click.echo(f"{profile}, {issue.pointer}: {issue.severity.value}: {issue.reason} [{issue.code}]", err=True)
    if len(resolution.issues) > LISTED_ISSUES:
        click.echo(f"{len(resolution.issues)} changes of the profile found no place in these catalogs.", err=True)


def _usable(path: Path) -> Document:
    return usable_document(read_document(path, limit_bytes=DOCUMENT_LIMIT_BYTES), path=str(path))[0]


def _resolved(resolution: Resolution) -> dict[str, Any]:
    return {
        "title": resolution.document.title,
        "selected": list(resolution.selected),
        "document": resolution.document.whole,
        "issues": [issue.to_json() for issue in resolution.issues],
    }
