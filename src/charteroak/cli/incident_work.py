"""``charteroak incident tasks``, ``timeline`` and the stored severity: work on one incident, from a terminal."""

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from charteroak.cli.files import existing_file, new_file, print_json, read_document, read_json_object
from charteroak.cli.installation import data_option, open_installation
from charteroak.cli.printable import printable
from charteroak.cli.recording import org_option, recorder_of
from charteroak.clock import format_instant
from charteroak.errors import InputError, SourceLocation
from charteroak.response.disruption_levels import load_levels

if TYPE_CHECKING:
    from charteroak.records.incident_work.models import LogReading, SeverityAssessment
    from charteroak.records.incidents.models import Incident
    from charteroak.response.incident_tasks import Task


@click.command()
@click.argument("number", metavar="INCIDENT")
@org_option
@click.option("--playbook", "playbooks", multiple=True, metavar="NAME", help="Follow this playbook from now on.")
@click.option("--done", metavar="TASK", help="Say that this task is done.")
@click.option("--not-needed", metavar="TASK", help="Say that this task is not needed; say why with --note.")
@click.option("--hand-to", nargs=2, metavar="TASK NAME", help="Say who does this task now.")
@click.option("--note", default="", help="Why, or what was found.")
@click.option("--by", metavar="EMAIL", help="The person who records it; otherwise the software does.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def tasks(
    *,
    number: str,
    org: str,
    playbooks: tuple[str, ...],
    done: str | None,
    not_needed: str | None,
    hand_to: tuple[str, str] | None,
    note: str,
    by: str | None,
    as_json: bool,
    data_directory: Path,
) -> None:
    """Show what to do about an incident, what is due first; or record what was done.

    A task is named as the list shows it, such as ransomware/cut-off.
    """
    open_installation(data_directory)
    from charteroak.services import incident_tasks as service  # noqa: PLC0415 - needs Django set up

    incident, recorder = _incident(org, number), recorder_of(by)
    if playbooks:
        service.choose_playbooks(incident, playbooks, recorder)
    if done is not None:
        service.say_of_task(incident, done, "done", recorder, note=note)
    if not_needed is not None:
        service.say_of_task(incident, not_needed, "not-needed", recorder, note=note)
    if hand_to is not None:
        service.say_of_task(incident, hand_to[0], "reassigned", recorder, owner=hand_to[1], note=note)
    board = service.task_board(incident)
    if as_json:
        print_json(
            {
                "incident": incident.number,
                "playbooks": list(board.playbooks),
                "start": format_instant(board.start),
                "next": [task.key for task in board.next],
                "tasks": [_task(task) for task in board.tasks],
            }
        )
        return
    if not board.playbooks:
        click.echo("No playbook is chosen yet: --playbook NAME; charteroak incident playbooks lists them.", err=True)
    for task in board.tasks:
        click.echo(printable(f"{task.state.value:<10}  {format_instant(task.due)}  {task.key}  {task.owner}"))
        click.echo(printable(f"            {task.text}"))


@click.command()
@click.argument("number", metavar="INCIDENT")
@org_option
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write it as .svg or .pdf instead.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def timeline(*, number: str, org: str, output: Path | None, as_json: bool, data_directory: Path) -> None:
    """Tell an incident in the order of time, with what is uncertain and what cannot all be so.

    Exit code 3 if what is told contradicts itself: the questions stand at the end.
    """
    if output is not None and output.suffix.lower() not in {".svg", ".pdf"}:
        raise InputError(
            "The timeline is written as .svg or .pdf.",
            remedy="Name the file so.",
            location=SourceLocation(path=str(output)),
        )
    open_installation(data_directory)
    from charteroak.adapters.system_clock import now  # noqa: PLC0415 - needs Django set up
    from charteroak.services import incident_timeline, timeline_papers  # noqa: PLC0415 - likewise

    incident = _incident(org, number)
    told = incident_timeline.timeline_of(incident)
    if output is not None:
        is_picture = output.suffix.lower() == ".svg"
        made = (
            timeline_papers.timeline_svg(told).encode() if is_picture else timeline_papers.timeline_pdf(incident, now())
        )
        with new_file(output) as written:
            written.write(made)
        click.echo(f"{incident.number}: {output}", err=True)
    document = timeline_papers.timeline_document(incident)
    if as_json:
        print_json(document)
    elif output is None:
        for row in timeline_papers.timeline_rows(told):
            remark = f" ({row.remark})" if row.remark else ""
            click.echo(printable(f"{row.number}. {row.when}{remark}: {row.what} [{row.source}]"))
    for question in document["questions"]:
        click.echo(printable(question["question"]), err=True)
    if document["questions"]:
        raise click.exceptions.Exit(3)


@click.command()
@click.argument("number", metavar="INCIDENT")
@click.argument("paths", metavar="[LOG...]", nargs=-1, type=click.Path(path_type=Path, dir_okay=False))
@org_option
@click.option("--indicators", type=click.Path(path_type=Path), help="What to look for, one a line; - reads stdin.")
@click.option("--zone", default="America/New_York", show_default=True, help="Of times that name none.")
@click.option("--behind", default=0, metavar="SECONDS", help="By how much the logs' clock is behind.")
@click.option("--take", "reading", type=int, metavar="READING", help="Put a reading's proposals into the timeline.")
@click.option("--proposal", "proposals", type=int, multiple=True, metavar="N", help="Take only these of --take.")
@click.option("--by", metavar="EMAIL", help="The person who records it; otherwise the software does.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def logs(
    *,
    number: str,
    paths: tuple[Path, ...],
    org: str,
    indicators: Path | None,
    zone: str,
    behind: int,
    reading: int | None,
    proposals: tuple[int, ...],
    by: str | None,
    as_json: bool,
    data_directory: Path,
) -> None:
    """Search logs for an incident and show what they propose for its timeline; take it with --take.

    Exit code 3 if a log could not be read to its end. Nothing of a log leaves the machine.
    """
    if (reading is None) == (not paths):
        raise InputError("Name logs to read, or a reading to take.", remedy="charteroak incident logs INC-2026-001 LOG")
    listed = read_document(indicators, limit_bytes=1 << 20).decode("utf-8", "replace") if indicators else ""
    open_installation(data_directory)
    from charteroak.response.log_proposals import proposal_in_words  # noqa: PLC0415 - the matcher, only here
    from charteroak.services import incident_logs, programs  # noqa: PLC0415 - needs Django set up

    incident, recorder = _incident(org, number), recorder_of(by)
    if reading is not None:
        row = incident_logs.access_reading(incident, reading)
        row.incident = incident
        chosen = proposals or tuple(each["number"] for each in row.proposals)
        events = incident_logs.take_proposals(row, chosen, recorder)
        click.echo(f"{len(events)} events are in the timeline of {incident.number}.", err=True)
        if as_json:
            print_json({"reading": row.pk, "events": [event.number for event in events]})
        return
    with ExitStack() as opened:
        files = [
            programs.UploadedFile(path.name, "", opened.enter_context(existing_file(path).open("rb"))) for path in paths
        ]
        try:
            rows = incident_logs.read_logs(incident, files, recorder, looked_for=listed, zone=zone, skew_seconds=behind)
        except programs.ProgramInputError as error:
            if error.field != "looked_for" or indicators is not None:
                raise
            remedy = "Name a file with an address, a domain, a link or a digest on each line: --indicators FILE."
            raise programs.ProgramInputError(error.message, field=error.field, remedy=remedy) from error
    if as_json:
        print_json({"readings": [_reading(row) for row in rows]})
    else:
        for row in rows:
            click.echo(printable(f"Reading {row.pk}: {row.name}, sha256 {row.sha256}"))
            for each in row.proposals:
                click.echo(printable(f"  {each['number']}. {each['earliest']}  {proposal_in_words(each, row.name)}"))
    incomplete = [f"{row.name}: {reason}" for row in rows for reason in row.summary["couldNotRead"]]
    for line in incomplete:
        click.echo(printable(f"charteroak: {line}"), err=True)
    if incomplete:
        raise click.exceptions.Exit(3)


def stored_severity(
    *, org: str, number: str, answers: Path | None, victims: int | None, by: str | None, as_json: bool, data: Path
) -> None:
    """Print the severity on record, after recording new answers where a file of them is given."""
    open_installation(data)
    from charteroak.services import incident_severity  # noqa: PLC0415 - needs Django set up

    incident = _incident(org, number)
    if answers is not None:
        document = read_json_object(answers)
        said = {name: value if isinstance(value, list) else [value] for name, value in document.items()}
        try:
            incident_severity.assess_incident(incident, said, recorder_of(by), victims=victims)
        except InputError as error:
            if error.location is not None and error.location.path is None:
                error.location = SourceLocation(path=str(answers), pointer=error.location.pointer)
            raise
    newest = incident_severity.newest_severity(incident)
    if newest is None:
        raise InputError(
            f"Nobody has judged {incident.number} yet.",
            remedy="Give the answers with --answers, or judge it on its page.",
        )
    if as_json:
        print_json(_assessment(incident, newest))
        return
    levels = load_levels()
    low, high = levels.level[newest.low_level], levels.level[newest.high_level]
    names = low.name if low == high else f"{low.name} to {high.name}"
    span = str(low.number) if low == high else f"{low.number} to {high.number}"
    click.echo(f"{incident.number}: national level {span}, {names}, by our profile")
    for model in ("nciss", "local"):
        found = newest.found[model]
        ends = found["low"], found["high"]
        score = f"{ends[0]:.1f}" if ends[0] == ends[1] else f"{ends[0]:.1f} to {ends[1]:.1f}"
        click.echo(
            f"  {found['model']}: {score} of 100, {' to '.join(dict.fromkeys(found['levels']))}. {found['label']}."
        )
        for remark in found["remarks"]:
            click.echo(f"    {remark}")
    click.echo(f"  Tell, by our own matrix at level {high.number}: {'; '.join(high.tell)}.")
    click.echo(f"  Plan in force: {high.plan}. {levels.label}.")


def _incident(org: str, number: str) -> "Incident":
    """The live incident of this number.

    Raises:
        InputError: the organization has none.
    """
    from charteroak.services import accounts, incidents  # noqa: PLC0415 - needs Django set up

    return incidents.incident_named(accounts.organisation_named(org), number)


def _task(task: "Task") -> dict[str, Any]:
    last = task.last
    return {
        "task": task.key,
        "text": task.text,
        "phase": task.phase.value,
        "owner": task.owner,
        "due": format_instant(task.due),
        "state": task.state.value,
        "chosen": task.is_chosen,
        "last": None
        if last is None
        else {"outcome": last.outcome, "at": format_instant(last.moment), "note": last.note, "by": last.by},
    }


def _assessment(incident: "Incident", newest: "SeverityAssessment") -> dict[str, Any]:
    return {
        "incident": incident.number,
        "recorded": format_instant(newest.recorded),
        "entry": None if newest.entry is None else newest.entry.index,
        "levels": [newest.low_level, newest.high_level],
        "victims": newest.victims,
        "victimsFrom": newest.victims_from,
        "answers": newest.answers,
        **newest.found,
    }


def _reading(row: "LogReading") -> dict[str, Any]:
    return {
        "reading": row.pk,
        "name": row.name,
        "sha256": row.sha256,
        "zone": row.zone,
        "skewSeconds": row.skew_seconds,
        "summary": row.summary,
        "proposals": row.proposals,
    }
