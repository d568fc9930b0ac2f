"""``charteroak dossier``: a record over a breach interval that the other side can check."""

from pathlib import Path
from typing import Any

import click

from charteroak.cli.files import existing_file, new_file, print_json, read_json, read_json_object
from charteroak.cli.installation import data_option, open_installation
from charteroak.cli.printable import printable, printable_lines
from charteroak.clock import parse_day
from charteroak.dossier.errors import DossierError
from charteroak.dossier.insurer_pack import ANSWERS, pack_document
from charteroak.dossier.redactions import Redaction, RedactionError, parse_redactions
from charteroak.dossier.verification import DossierReport, verify_dossier
from charteroak.errors import InputError, SourceLocation

_EXIT_FAILED = 1


@click.group()
def dossier() -> None:
    """A record that the other side can check."""


@dossier.command()
@click.option("--org", required=True, metavar="SLUG", help="The organization.")
@click.option("--breach-from", required=True, metavar="DATE", help="First day of the breach, such as 2026-09-01.")
@click.option("--breach-to", required=True, metavar="DATE", help="Last day of the breach.")
@click.option(
    "--answers",
    type=click.Path(path_type=Path, allow_dash=True),
    help="JSON with claims, breach, culpability and policy, spelled as in the facts document.",
)
@click.option(
    "--redact",
    type=click.Path(path_type=Path, allow_dash=True),
    help="JSON list of what to withhold: entries, private parts of entries, files, each with reason and basis.",
)
@click.option("-o", "output", required=True, type=click.Path(path_type=Path, dir_okay=False), metavar="F.zip")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def create(
    *,
    org: str,
    breach_from: str,
    breach_to: str,
    answers: Path | None,
    redact: Path | None,
    output: Path,
    as_json: bool,
    data_directory: Path,
) -> None:
    """Write the dossier over a breach interval from everything recorded so far.

    The same record gives the same bytes. An existing file is never overwritten. What the dossier does not enclose is
    said, with the reason; a redacted copy (--redact) verifies as the whole one does.
    """
    first, last = parse_day(breach_from), parse_day(breach_to)
    given = None if answers is None else read_json_object(answers)
    withhold = () if redact is None else _read_redactions(redact)
    open_installation(data_directory)
    from charteroak.services import dossiers, ledger, log_keys, programs  # noqa: PLC0415 - needs Django set up

    made_by = programs.Recorder(actor="system")
    organisation = ledger.organisation_with_ledger(org)
    # The file is made before the record: a dossier that cannot be written is not kept as handed out.
    with new_file(output) as file:
        try:
            record = dossiers.create_dossier(
                organisation, first, last, made_by=made_by, answers=given, redactions=withhold
            )
        except RedactionError as error:
            raise _placed(error, redact) from error
        except InputError as error:
            raise _placed(error, answers) from error
        dossiers.copy_dossier(record, file)
    vkeys = log_keys.keys_in_force(organisation).public.vkeys
    contents = record.contents
    if as_json:
        print_json(
            {
                "path": str(output),
                "sha256": record.sha256,
                "size": record.size,
                "treeSize": record.tree_size,
                "manifestSha256": record.manifest_sha256,
                "verifierSha256": record.verifier_sha256,
                "verifierKey": vkeys[0],
                "verifierKeys": list(vkeys),
                "redacted": contents["redacted"],
                "notEnclosed": contents["withheld"],
                "emptyParts": [part["number"] for part in contents["parts"] if part["isEmpty"]],
                "lastAnchor": contents["lastAnchor"],
            }
        )
        return
    click.echo(f"{output}: {record.size} bytes over {record.tree_size} ledger entries.")
    _print_contents(contents)
    click.echo(f"SHA-256 of MANIFEST.sha256  {record.manifest_sha256}")
    click.echo(f"SHA-256 of verify.sh        {record.verifier_sha256}")
    for vkey in vkeys:
        click.echo(f"The log's key               {vkey}")
    click.echo("Hand these over by another way than the dossier itself.")


def _print_contents(contents: dict[str, Any]) -> None:
    """What the dossier does not hold, line by line, and how far outsiders vouch for the record."""
    for part in contents["parts"]:
        if part["isEmpty"]:
            click.echo(printable(f"Part {part['number']}, {part['title']}: {part['lead']}"))
    for each in contents["withheld"]:
        where = each["commitment"] if each["entry"] is None else f"entry {each['entry']}"
        click.echo(printable(f"Not enclosed: {each['what']} {each['name']} ({where}), {each['by']}: {each['reason']}"))
    if not contents["withheld"]:
        click.echo("Not enclosed: nothing.")
    click.echo(printable(contents["lastAnchor"]))


def _read_redactions(path: Path) -> tuple[Redaction, ...]:
    try:
        return parse_redactions(read_json(path))
    except RedactionError as error:
        raise _placed(error, path) from error


def _placed(error: InputError, file: Path | None) -> InputError:
    """The error with the file that it points into."""
    if file is not None and error.location is not None and error.location.path is None:
        error.location = SourceLocation(path=str(file), line=error.location.line, pointer=error.location.pointer)
    return error


@dossier.command()
@click.option("--org", required=True, metavar="SLUG", help="The organization.")
@click.option("--as-of", required=True, metavar="DATE", help="The day of the answers, such as 2026-09-01.")
@click.option("-o", "output", required=True, type=click.Path(path_type=Path, dir_okay=False), metavar="F.zip")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def insurer(*, org: str, as_of: str, output: Path, as_json: bool, data_directory: Path) -> None:
    """Write the answers that insurers and pools commonly ask for, as the record gives them on a day.

    PDF, CSV and JSON in one zip file, the same bytes for the same record. No insurer's form is filled in.
    """
    day = parse_day(as_of)
    open_installation(data_directory)
    from charteroak.services import insurer_packs, ledger, programs  # noqa: PLC0415 - needs Django set up

    organisation = ledger.organisation_with_ledger(org)
    with new_file(output) as file:
        made = insurer_packs.write_insurer_pack(
            organisation, file, as_of=day, made_by=programs.Recorder(actor="system")
        )
    if as_json:
        print_json({"path": str(output), "manifestSha256": made.manifest_sha256, **pack_document(made.pack)})
        return
    for row in made.pack.rows:
        click.echo(printable(f"{row.number:>2}. {ANSWERS[row.answer]:<14}{row.question}"))
    click.echo(f"{output}: SHA-256 of MANIFEST.sha256  {made.manifest_sha256}")


@dossier.command()
@click.argument("archive", metavar="F.zip", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def verify(*, archive: Path, as_json: bool) -> int:
    """Check a dossier and name the first file that does not hold.

    Needs no data directory. The dossier's own verify.sh checks the same with sh, openssl, sha256sum and xxd alone.
    Exit code 0: everything holds; 1: a file does not; 2: this is no dossier archive.
    """
    try:
        report = verify_dossier(existing_file(archive))
    except DossierError as error:
        if as_json:
            print_json(
                {
                    "path": str(archive),
                    "status": "failed",
                    "file": error.file,
                    "reason": error.reason,
                    "code": error.code,
                }
            )
        else:
            click.echo(printable(f"FAILED: {error.file}: {error.reason}"))
        return _EXIT_FAILED
    if as_json:
        print_json(report_document(archive, report))
    else:
        _print_report(report)
    return 0


def report_document(archive: Path, report: DossierReport) -> dict[str, Any]:
    """The report as a JSON object."""
    return {
        "path": str(archive),
        "status": "verified",
        "folder": report.folder,
        "organisation": report.organisation,
        "manifestSha256": report.manifest_sha256,
        "verifierSha256": report.verifier_sha256,
        "verifierIsOfThisRelease": report.is_known_verifier,
        "verifierKey": report.verifier_keys[0],
        "verifierKeys": list(report.verifier_keys),
        "origin": report.checkpoint.origin,
        "treeSize": report.checkpoint.size,
        "rootHash": report.checkpoint.root.hex(),
        "checkpoints": report.checkpoints,
        "bodiesChecked": report.entries.bodies,
        "bodiesWithheld": report.entries.withheld_bodies,
        "privatePartsChecked": report.entries.private_parts,
        "privatePartsWithheld": report.entries.withheld_parts,
        "evidenceFiles": report.entries.evidence_files,
        "coSignatures": len(report.anchors.cosignatures),
        "timeStamps": len(report.anchors.stamps),
        "lateEntries": list(report.late_entries),
        "packing": "as-written" if report.is_as_written else "packed-anew",
        "steps": [{"step": step.number, "what": step.what, "found": step.found} for step in report.steps],
    }


def _print_report(report: DossierReport) -> None:
    click.echo(printable(report.folder))
    for step in report.steps:
        click.echo(printable_lines(f"{step.number}. {step.what}\n   {step.found}"))
    known = "the one of this release" if report.is_known_verifier else "NOT the one of this release"
    click.echo("Compare these with what you were given apart from this file:")
    click.echo(f"   SHA-256 of MANIFEST.sha256  {report.manifest_sha256}")
    click.echo(f"   SHA-256 of verify.sh        {report.verifier_sha256} ({known})")
    for vkey in report.verifier_keys:
        click.echo(printable(f"   The log's key               {vkey}"))
    click.echo(
        "This shows that the record is unchanged since it was signed. It does not show that what it says is true."
    )
    click.echo(
        f"OK: {report.checkpoint.size} entries, {report.entries.evidence_files} evidence files: everything holds."
    )
