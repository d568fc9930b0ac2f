"""``charteroak exercise``: practice a bad day before it comes. Nothing of it leaves this machine."""

import hashlib
from pathlib import Path
from typing import Any

import click
import msgspec

from charteroak.cli.exercise_run import run
from charteroak.cli.files import FileInputError, existing_file, new_file, print_json, read_document
from charteroak.cli.printable import printable
from charteroak.cli.scenario_files import read_scenario
from charteroak.errors import SourceLocation
from charteroak.response.exercises.after_action import after_action_report, practised
from charteroak.response.exercises.packaged import load_scenarios
from charteroak.response.exercises.play import parse_play
from charteroak.response.exercises.scenario_checks import validate_scenario


@click.group()
def exercise() -> None:
    """Practice a bad day: scenarios, a clock, and a report afterwards."""


@exercise.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def list_scenarios(*, as_json: bool) -> None:
    """List the scenarios that come with Charter Oak."""
    scenarios = load_scenarios().values()
    if as_json:
        print_json({"scenarios": [_summary(scenario) for scenario in scenarios]})
        return
    for each in scenarios:
        click.echo(
            f"{each.id}: {each.title}. {each.minutes} minutes, {len(each.roles)} roles, {len(each.injects)} injects"
        )
        click.echo(f"  {each.summary}")


@exercise.command()
@click.argument("scenario")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def check(*, scenario: str, as_json: bool) -> int:
    """Check a scenario of your own: its form, its roles, times, conditions, and what it refers to.

    Exit code 1: it refers to a practice that is not there; what cannot be played at all ends with exit code 2.
    """
    from charteroak.program.practices import load_practices  # noqa: PLC0415 - only here, and it reads a folder

    found, data = read_scenario(scenario)
    faults = validate_scenario(found, load_practices().asked)
    if as_json:
        print_json(
            {
                "scenario": found.id,
                "sha256": hashlib.sha256(data).hexdigest(),
                "faults": [{"place": fault.pointer, "what": fault.what, "remedy": fault.remedy} for fault in faults],
            }
        )
    else:
        for fault in faults:
            click.echo(f"{printable(fault.pointer)}: {printable(fault.what)} {printable(fault.remedy)}")
        expected = len(found.expected)
        click.echo(
            f"{found.id}: {len(found.injects)} injects for {len(found.roles)} roles in {found.minutes} minutes, "
            f"{expected} expected actions; {len(faults) or 'no'} faults."
        )
    return int(bool(faults))


@exercise.command()
@click.argument("scenario")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def show(*, scenario: str, as_json: bool) -> None:
    """Print a scenario as its facilitator reads it: every inject in order, with what is expected."""
    found, _ = read_scenario(scenario)
    if as_json:
        print_json(msgspec.to_builtins(found))
        return
    roles = {role.id: role.title for role in found.roles}
    click.echo(f"{found.title} ({found.minutes} minutes)\n{found.summary}")
    for inject in found.in_time:
        to = ", ".join(roles[role] for role in inject.to)
        only = "" if inject.only_if is None else f" [only if {inject.only_if.inject} is {inject.only_if.chose}]"
        click.echo(f"\n{inject.at_minutes // 60}:{inject.at_minutes % 60:02d} {inject.title}, to {to}{only}")
        click.echo(f"  {inject.sender}: {inject.text}")
        if inject.choice is not None:
            click.echo(f"  Decide: {inject.choice.ask} {' / '.join(option.text for option in inject.choice.options)}")
        for each in inject.expect:
            names = practised(each)
            click.echo(
                f"  Expected of {roles[each.by]} within {each.within_minutes} min: {each.text}"
                + (f" [{names}]" if names else "")
            )


@exercise.command()
@click.argument("play", type=click.Path(path_type=Path))
@click.option("--scenario", "scenario_file", help="The scenario's file, if it is not one of ours.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="A PDF, DOCX or Markdown file to write.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def report(*, play: Path, scenario_file: str | None, output: Path | None, as_json: bool) -> None:
    """Write the after-action report of an exercise from the record that ``exercise run -o`` made."""
    played = parse_play(read_document(existing_file(play)), str(play))
    scenario, data = read_scenario(scenario_file or played.scenario)
    if hashlib.sha256(data).hexdigest() != played.scenario_sha256:
        click.echo("The scenario has changed since it was played; the report uses it as it is now.", err=True)
    found = after_action_report(scenario, played)
    if output is not None:
        with new_file(output) as file:
            file.write(_rendered(found, output))
        click.echo(f"Written: {output}", err=True)
    if as_json:
        print_json(msgspec.to_builtins(found))
        return
    if output is not None:
        return
    click.echo(f"{found.name}: {found.in_time} in time, {found.late} late, {found.not_seen} not seen")
    for row in found.actions:
        click.echo(f"  {row.result}: {printable(row.text)}")
    for mend in found.mends:
        click.echo(f"  To mend: {printable(mend.what)} ({printable(mend.owner) or 'no owner'}, {mend.due or 'no day'})")


def _rendered(found: Any, output: Path) -> bytes:
    from charteroak.documents.after_action import after_action_document  # noqa: PLC0415 - only for this verb

    document = after_action_document(found)
    match output.suffix.lower():
        case ".pdf":
            from charteroak.documents.typesetting import render_document  # noqa: PLC0415 - Typst is heavy

            return render_document(document)
        case ".docx":
            from charteroak.documents.docx_writer import docx_bytes  # noqa: PLC0415 - python-docx is heavy

            return docx_bytes(document)
        case ".md":
            from charteroak.documents.markdown import markdown_text  # noqa: PLC0415 - only for this form

            return markdown_text(document).encode()
    raise FileInputError(
        "The name must end in .pdf, .docx or .md.", remedy="Name it so.", location=SourceLocation(path=str(output))
    )


def _summary(scenario: Any) -> dict[str, Any]:
    return {
        "id": scenario.id,
        "title": scenario.title,
        "audience": scenario.audience,
        "summary": scenario.summary,
        "minutes": scenario.minutes,
        "roles": [role.title for role in scenario.roles],
        "injects": len(scenario.injects),
        "expected": len(scenario.expected),
        "objectives": list(scenario.objectives),
    }


exercise.add_command(run)
