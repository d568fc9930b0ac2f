"""``charteroak frameworks validate``: whether a file of OSCAL is what it claims to be. It needs no installation."""

from pathlib import Path
from typing import Any

import click

from charteroak.cli.files import print_json, read_document
from charteroak.oscal.checking import read_document as read_oscal
from charteroak.oscal.checking import validate_document
from charteroak.oscal.document import Document
from charteroak.oscal.issues import Issue, errors_among
from charteroak.oscal.limits import DOCUMENT_LIMIT_BYTES, LISTED_ISSUES


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
