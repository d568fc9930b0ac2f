"""``charteroak evidence``: keeping evidence, holding it, passing it on, erasing it."""

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click

from charteroak.cli.__main__ import EXIT_DONE, EXIT_FINDINGS
from charteroak.cli.evidence_collect import COLLECT_VERBS
from charteroak.cli.evidence_custody import custody
from charteroak.cli.evidence_holds import hold
from charteroak.cli.evidence_label import label
from charteroak.cli.files import existing_file, new_file, print_json
from charteroak.cli.installation import data_option, open_installation
from charteroak.cli.printable import printable
from charteroak.cli.recording import chosen_organisations, org_option, print_entry, recorder_of
from charteroak.clock import parse_day
from charteroak.errors import InputError

_PIECE_BYTES = 1 << 20


@click.group()
def evidence() -> None:
    """Keep evidence, hold it, pass it on, erase it."""


evidence.add_command(hold)
evidence.add_command(custody)
evidence.add_command(label)
for verb in COLLECT_VERBS:
    evidence.add_command(verb)


@evidence.command()
@click.argument("paths", metavar="[FILE]...", nargs=-1, type=click.Path(path_type=Path))
@org_option
@click.option("--practice", required=True, metavar="ID", help="The practice that it shows.")
@click.option("--title", required=True, help="What it is, in one line.")
@click.option("--on", "first", required=True, metavar="DATE", help="The day on which it was so.")
@click.option("--until", "last", metavar="DATE", help="The last day, if it lasted.")
@click.option("--note", default="", help="What was done; needed without a file.")
@click.option("--by", metavar="EMAIL", help="The person who records it; otherwise the software does.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def record(
    *,
    paths: tuple[Path, ...],
    org: str,
    practice: str,
    title: str,
    first: str,
    last: str | None,
    note: str,
    by: str | None,
    as_json: bool,
    data_directory: Path,
) -> None:
    """Record that a practice was followed, with the files that show it.

    The files are sealed and durable before anything is printed.
    """
    days = parse_day(first), None if last is None else parse_day(last)
    chosen = [existing_file(path) for path in paths]
    open_installation(data_directory)
    from charteroak.services import accounts, programs  # noqa: PLC0415 - needs Django set up

    organisation = accounts.organisation_named(org)
    recorder = recorder_of(by)
    with ExitStack() as opened:
        files = [
            programs.UploadedFile(path.name, "application/octet-stream", opened.enter_context(path.open("rb")))
            for path in chosen
        ]
        new = programs.NewEvidence(practice, title, days[0], days[1], note, files)
        entry = programs.record_evidence(organisation, new, recorder)
    kept = [{"sha256": row.sha256, "size": row.size, "name": row.name} for row in entry.evidence_files.all()]
    if as_json:
        print_json({"organisation": org, "entry": entry.index, "files": kept})
        return
    click.echo(f"Recorded as entry {entry.index} of {org}.")
    for row in kept:
        click.echo(printable(f"  {row['sha256']}  {row['name']} ({row['size']} bytes)"))


@evidence.command()
@click.argument("sha256")
@org_option
@click.option("-o", "output", type=click.Path(path_type=Path, dir_okay=False), help="Write its bytes to a new file.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def show(*, sha256: str, org: str, output: Path | None, as_json: bool, data_directory: Path) -> int:
    """What the record knows of one file: whether it holds, its type by content, holds, markings, custody.

    Exit code 1: its bytes are missing or altered.
    """
    open_installation(data_directory)
    from charteroak.services import custody as chains  # noqa: PLC0415 - needs Django set up
    from charteroak.services import evidence_checks, holds, ledger, programs, retention  # noqa: PLC0415 - as above

    organisation = ledger.organisation_with_ledger(org)
    state = evidence_checks.file_state(organisation, sha256)
    document = state.to_json() | {
        "holds": [each.name for each in holds.holds_of(organisation) if each.stands and each.covers([sha256])],
        "markings": [each.code for each in retention.markings_of(organisation) if each.sha256 == sha256],
        "holder": chains.chain_of(organisation, sha256).holder,
    }
    if output is not None:
        _, stream = programs.open_evidence_file(organisation, sha256)
        with stream, new_file(output) as file:
            while piece := stream.read(_PIECE_BYTES):
                file.write(piece)
        document["path"] = str(output)
    if as_json:
        print_json(document)
    else:
        click.echo(printable(f"{state.name}: {state.state}. {state.reason}".rstrip()))
        told = f"content {state.detected_type or 'not told yet'}, claimed {state.claimed_type or 'nothing'}"
        click.echo(printable(f"  entry {state.entry}, {'sealed' if state.sealed else 'not sealed yet'}, {told}"))
        if state.contradicts:
            click.echo("  The content is of another type than the name promises.")
        for label in ("holds", "markings"):
            click.echo(f"  {label}: {', '.join(document[label]) or 'none'}")
        click.echo(printable(f"  with: {document['holder']}"))
    return EXIT_FINDINGS if state.state in {"missing", "altered"} else EXIT_DONE


@evidence.command()
@click.option("--org", metavar="SLUG", help="One organization; all of them when left out.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def verify(*, org: str | None, as_json: bool, data_directory: Path) -> int:
    """Read every file of the record and hold it against its digest.

    Exit code 1: a file is missing or altered, and each is named. What was erased, and the ledger says so, is no fault.
    """
    open_installation(data_directory)
    from charteroak.services import evidence_checks  # noqa: PLC0415 - needs Django set up

    states = [evidence_checks.check_evidence(each) for each in chosen_organisations(org)]
    if as_json:
        print_json([state.to_json() for state in states])
    else:
        for state in states:
            erased = sum(file.state == "erased" for file in state.files)
            click.echo(
                f"{state.organisation}: {len(state.files)} files, {erased} erased, {len(state.faults)} do not hold."
            )
            for file in state.faults:
                click.echo(printable(f"  {file.state.upper()}: {file.sha256} {file.name}: {file.reason}"))
            for name in state.orphans:
                click.echo(f"  orphan (no key, nobody's): {name}")
            for name in state.leftovers:
                click.echo(f"  erased, its file still to go (evidence seal): {name}")
    return EXIT_FINDINGS if any(state.faults for state in states) else EXIT_DONE


@evidence.command()
@click.option("--org", metavar="SLUG", help="One organization; all of them when left out.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def seal(*, org: str | None, as_json: bool, data_directory: Path) -> None:
    """Seal the files of an older data directory; take away what was erased and what a killed process left.

    Each thing that is sealed or removed is named. A process killed in between loses nothing: run it again.
    """
    open_installation(data_directory)
    from charteroak.services import evidence_checks  # noqa: PLC0415 - needs Django set up

    done = [evidence_checks.seal_evidence(each) for each in chosen_organisations(org)]
    drafts = evidence_checks.sweep_drafts()
    if as_json:
        document = [
            {"organisation": d.organisation, "sealed": d.sealed, "removed": d.removed, "orphans": d.orphans}
            for d in done
        ]
        print_json({"organisations": document, "drafts": drafts})
        return
    for each in done:
        click.echo(f"{each.organisation}: {len(each.sealed)} sealed, {len(each.removed)} removed.")
        for name in (*each.removed, *each.orphans):
            click.echo(f"  removed {name}")
    for name in drafts:
        click.echo(f"  removed the unfinished file {name}")


@evidence.command()
@org_option
@click.option("--entry", "entries", multiple=True, type=click.IntRange(min=0), help="A whole body, by its entry.")
@click.option("--part", "parts", multiple=True, metavar="N/MEMBER", help="A private part, such as 12/note.")
@click.option("--sha256", multiple=True, metavar="DIGEST", help="A file.")
@click.option("--basis", required=True, help="On which ground; it stands in the record for everybody to read.")
@click.option("--approved-by", required=True, metavar="NAME", help="Who approved it.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def erase(
    *,
    org: str,
    entries: tuple[int, ...],
    parts: tuple[str, ...],
    sha256: tuple[str, ...],
    basis: str,
    approved_by: str,
    as_json: bool,
    data_directory: Path,
) -> None:
    """Erase bodies, private parts or files. It is recorded first, a legal hold refuses it, and every proof still holds.

    Nobody can bring back what was erased here. Backups and what was handed out are beyond this command.
    """
    open_installation(data_directory)
    from charteroak.services import erasure, ledger, programs  # noqa: PLC0415 - needs Django set up

    organisation = ledger.organisation_with_ledger(org)
    done = erasure.erase(
        organisation,
        erasure.Targets(entries, parts, sha256),
        basis=basis,
        approved_by=approved_by,
        recorder=programs.Recorder("system"),
    )
    index = None if done.entry is None else done.entry.index
    if as_json:
        print_json({"organisation": org, "entry": index, "erased": done.targets.to_json(), "dossiers": done.dossiers})
        return
    if index is None:
        click.echo("All of it was erased before; nothing was recorded.")
        return
    counted = (
        (len(done.targets.entries), "body", "bodies"),
        (len(done.targets.parts), "private part", "private parts"),
        (len(done.targets.sha256), "file", "files"),
    )
    told = ", ".join(f"{count} {one if count == 1 else many}" for count, one, many in counted if count)
    click.echo(f"Entry {index}: erased {told}. Dossiers kept here that went with it: {done.dossiers}.")
    click.echo("Backups made before now still hold it: let them expire, or destroy them.", err=True)


@evidence.command()
@org_option
@click.option("--marking", required=True, metavar="CODE", help="The ground, such as exempt-it-security.")
@click.option("--sha256", metavar="DIGEST", help="The file that is marked.")
@click.option("--entry", type=click.IntRange(min=0), help="Or the entry that is marked.")
@click.option("--basis", required=True, help="Why this ground applies.")
@click.option("--marked-by", required=True, metavar="NAME", help="Who says so.")
@click.option("--withdraw", is_flag=True, help="Take the marking back; both stay in the record.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def mark(
    *,
    org: str,
    marking: str,
    sha256: str | None,
    entry: int | None,
    basis: str,
    marked_by: str,
    withdraw: bool,
    as_json: bool,
    data_directory: Path,
) -> None:
    """Set or withdraw a public-records marking. It decides nothing; counsel does."""
    open_installation(data_directory)
    from charteroak.services import ledger, programs, retention  # noqa: PLC0415 - needs Django set up

    new = retention.NewMarking(marking, basis, marked_by, sha256, entry, withdraw=withdraw)
    row = retention.mark(ledger.organisation_with_ledger(org), new, programs.Recorder("system"))
    print_entry(org, row.index, as_json=as_json)


@evidence.command()
@click.option("--org", metavar="SLUG", help="The organization.")
@click.option("--on", "day", metavar="DATE", help="As of this day; otherwise today.")
@click.option("--schedule", is_flag=True, help="Print the schedule that we ship, to edit as retention.toml.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def retention(*, org: str | None, day: str | None, schedule: bool, as_json: bool, data_directory: Path) -> int:
    """List what has passed its term. Nothing is ever erased by this.

    Exit code 1: something has passed its term.
    """
    if schedule:
        from charteroak.program.retention import packaged_schedule  # noqa: PLC0415 - needs no installation

        sys.stdout.write(packaged_schedule().decode("utf-8"))
        return EXIT_DONE
    if org is None:
        raise InputError("Name an organisation with --org, or ask for the --schedule.")
    asked = None if day is None else parse_day(day)
    open_installation(data_directory)
    from charteroak.adapters.system_clock import now  # noqa: PLC0415 - needs an installation
    from charteroak.clock import connecticut_day  # noqa: PLC0415 - as above
    from charteroak.services import ledger  # noqa: PLC0415 - needs Django set up
    from charteroak.services import retention as terms  # noqa: PLC0415 - as above

    in_force, is_own = terms.schedule_in_force()
    eligible = terms.eligible_for_erasure(ledger.organisation_with_ledger(org), asked or connecticut_day(now()))
    lines: list[dict[str, Any]] = [
        {
            "entry": each.due.fact.index,
            "kind": each.due.fact.kind,
            "class": each.due.record_class.code,
            "keptUntil": each.due.kept_until.isoformat(),
            "heldBy": list(each.held_by),
        }
        for each in eligible
    ]
    if as_json:
        print_json({"organisation": org, "schedule": in_force.name, "own": is_own, "pastTheirTerm": lines})
    else:
        click.echo(f"{org}: {len(lines)} entries have passed their term under {in_force.name}.")
        for line in lines:
            held = f", held by {', '.join(line['heldBy'])}" if line["heldBy"] else ""
            click.echo(f"  entry {line['entry']} {line['kind']}: kept until {line['keptUntil']}{held}")
    return EXIT_FINDINGS if lines else EXIT_DONE


@evidence.command(name="privilege-log")
@org_option
@click.option("--by", required=True, metavar="EMAIL", help="Its counsel, or somebody whom counsel admitted.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of CSV.")
@data_option
def privilege_log(*, org: str, by: str, as_json: bool, data_directory: Path) -> None:
    """Print the privilege log: what is withheld, by and for whom, on which ground; no content."""
    open_installation(data_directory)
    from charteroak.program.tables import render_csv  # noqa: PLC0415 - needs no installation, yet only here
    from charteroak.services import accounts, privilege  # noqa: PLC0415 - needs Django set up

    rows = list(privilege.privilege_log(accounts.organisation_named(org), accounts.person_named(by)))
    if as_json:
        print_json({"organisation": org, "items": rows})
        return
    sys.stdout.write(render_csv(privilege.LOG_COLUMNS, rows).decode("utf-8-sig").replace("\r\n", "\n"))
