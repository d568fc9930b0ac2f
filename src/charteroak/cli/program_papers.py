"""``charteroak program`` verbs about papers: the written program as a file, and what changed between two versions."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from charteroak.cli.files import new_file, print_json
from charteroak.cli.installation import data_option, open_installation
from charteroak.cli.printable import printable
from charteroak.cli.recording import org_option, recorder_of
from charteroak.clock import parse_day

if TYPE_CHECKING:
    from charteroak.services.program_papers import Comparison, PaperFile

FORMS = ("pdf", "docx", "md")
MARKS = {"added": "+", "removed": "-", "changed": "~"}


@click.command("write")
@org_option
@click.option("--format", "form", type=click.Choice(FORMS), default="pdf", show_default=True, help="The kind of file.")
@click.option("--version", "version", metavar="VERSION", help="An adopted version, as its bytes were kept.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The new file; otherwise a name of its own.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def write(
    *, org: str, form: str, version: str | None, output: Path | None, as_json: bool, data_directory: Path
) -> None:
    """Write the written program as a file: the draft from today's record, or a version as it was adopted.

    A draft is marked as one on every page, and lists on its first page what is open in it.
    """
    open_installation(data_directory)
    from charteroak.services import accounts, program_papers  # noqa: PLC0415 - needs Django set up

    organisation, recorder = accounts.organisation_named(org), recorder_of(None)
    if version is not None:
        file = program_papers.adopted_file(organisation, version, form, recorder)  # type: ignore[arg-type] # a choice
        points: list[str] = []
    else:
        file = program_papers.paper_file(organisation, form, recorder)  # type: ignore[arg-type] # click checked it
        points = [point.text for point in program_papers.program_paper(organisation, recorder).points]
    path = write_paper(file, output)
    if as_json:
        print_json({"organisation": org, "file": str(path), "bytes": len(file.content), "openPoints": points})
        return
    click.echo(printable(f"Wrote {path}, {len(file.content):,} bytes."))
    for point in points:
        click.echo(printable(f"  Open: {point}"))
    click.echo("This is not legal advice.", err=True)


def write_paper(file: "PaperFile", output: Path | None) -> Path:
    """Write a paper into a new file.

    Raises:
        FileInputError: the file is there already, or cannot be made.
    """
    path = output or Path(file.name)
    with new_file(path) as target:
        target.write(file.content)
    return path


@click.command("compare")
@org_option
@click.argument("old", metavar="V1")
@click.argument("new", metavar="V2")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def compare(*, org: str, old: str, new: str, as_json: bool, data_directory: Path) -> None:
    """Show what changed in the written program from version V1 to V2; ``draft`` names the draft.

    Exit code 1: something changed. 0: nothing did.
    """
    open_installation(data_directory)
    from charteroak.services import accounts, program_papers  # noqa: PLC0415 - needs Django set up

    comparison = program_papers.compare_versions(accounts.organisation_named(org), old, new, recorder_of(None))
    if as_json:
        print_json(comparison_document(comparison))
    else:
        for line in comparison_lines(comparison):
            click.echo(printable(line))
    if any(change.state != "same" for change in comparison.changes):
        raise click.exceptions.Exit(1)


def comparison_document(comparison: "Comparison") -> dict[str, Any]:
    """What changed, as JSON values."""
    sections = [
        {
            "heading": change.heading,
            "state": change.state,
            "paragraphs": [
                {
                    "state": each.state,
                    "pieces": [{"kind": piece.kind, "text": piece.text} for piece in each.pieces],
                }
                for each in change.changed
            ],
        }
        for change in comparison.changes
        if change.state != "same"
    ]
    return {"old": comparison.old, "new": comparison.new, "sections": sections}


def comparison_lines(comparison: "Comparison") -> Iterator[str]:
    """What changed, line by line for a terminal."""
    yield comparison.sentence
    for change in comparison.changes:
        if change.state == "same":
            continue
        yield f"{change.heading}{f' ({change.state})' if change.state != 'changed' else ''}"
        for each in change.changed:
            said = "".join(
                piece.text if piece.kind == "same" else f"[{piece.kind}: {piece.text}]" for piece in each.pieces
            )
            yield f"  {MARKS[each.state]} {said}"


@click.command("report")
@org_option
@click.option("--from", "first", required=True, metavar="DATE", help="The first day, such as that of the last report.")
@click.option("--to", "last", required=True, metavar="DATE", help="The last day.")
@click.option("--format", "form", type=click.Choice(FORMS), default="pdf", show_default=True, help="The kind of file.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The new file; otherwise a name of its own.")
@click.option("--json", "as_json", is_flag=True, help="Print what the report says as one JSON document; write no file.")
@data_option
def report(
    *, org: str, first: str, last: str, form: str, output: Path | None, as_json: bool, data_directory: Path
) -> None:
    """Write a report for a board or a client: where the record stands, what slipped, what comes next."""
    days = parse_day(first), parse_day(last)
    open_installation(data_directory)
    from charteroak.services import accounts, client_reports  # noqa: PLC0415 - needs Django set up

    organisation, recorder = accounts.organisation_named(org), recorder_of(None)
    if as_json:
        print_json(msgspec.to_builtins(client_reports.client_report(organisation, *days, recorder)))
        return
    made = client_reports.report_file(organisation, *days, recorder, form)  # type: ignore[arg-type] # click checked it
    path = write_paper(made, output)
    click.echo(printable(f"Wrote {path}, {len(made.content):,} bytes."))
    click.echo("This is not legal advice.", err=True)


PAPER_VERBS = (write, compare, report)
