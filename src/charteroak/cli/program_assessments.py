"""``charteroak program`` verbs about assessments: one finding, a whole sheet of them, and how far an edition is."""

import sys
from datetime import date
from pathlib import Path

import click

from charteroak.cli.files import print_json, read_document
from charteroak.cli.installation import data_option, open_installation
from charteroak.cli.printable import printable
from charteroak.cli.recording import org_option, print_entry, recorder_of, writes
from charteroak.clock import parse_day
from charteroak.frameworks.catalog import EditionName, parse_edition_name

RESULTS = ("satisfied", "partly", "not-satisfied", "not-applicable", "unknown")
_edition = click.option(
    "--framework", "--edition", "edition", required=True, metavar="F@EDITION", help="Such as nist-csf@2.0."
)


@click.command("assess")
@click.argument("requirement", required=False)
@_edition
@click.option("--sheet", type=click.Path(path_type=Path), help="Record every result of this CSV file, or none.")
@click.option("--objective", help="One objective of the requirement.")
@click.option("--result", type=click.Choice(RESULTS), help="What was found.")
@click.option(
    "--method", "methods", multiple=True, type=click.Choice(["examine", "interview", "test"]), help="How it was found."
)
@click.option("--assessor", metavar="NAME", help="Who found it.")
@click.option("--on", "day", metavar="DATE", help="The day.")
@click.option("--evidence", multiple=True, type=click.IntRange(min=0), help="An entry that shows it.")
@click.option("--note", default="", help="More about it; kept apart from the public part of the entry.")
@writes
def assess(
    *,
    requirement: str | None,
    edition: str,
    sheet: Path | None,
    objective: str | None,
    result: str | None,
    methods: tuple[str, ...],
    assessor: str | None,
    day: str | None,
    evidence: tuple[int, ...],
    note: str,
    org: str,
    by: str | None,
    as_json: bool,
    data_directory: Path,
) -> None:
    """Record what an assessor found about a requirement, or every result of a sheet. It stands until a newer finding.

    `not-applicable` needs an accepted exception for the requirement.
    """
    name = _named(edition)
    if sheet is not None:
        if requirement or result or day or assessor or objective or methods or evidence:
            raise click.UsageError("A sheet says all of this itself: leave the other options out.")
        _assess_sheet(name, sheet, org=org, by=by, as_json=as_json, data_directory=data_directory)
        return
    if not (requirement and result and assessor and day):
        raise click.UsageError("Name the REQUIREMENT with --result, --assessor and --on; or give a --sheet.")
    on = parse_day(day)
    open_installation(data_directory)
    from charteroak.program.bodies import RequirementShown  # noqa: PLC0415 - only here
    from charteroak.services import accounts, assessments  # noqa: PLC0415 - needs Django set up

    assessment = RequirementShown(
        framework=name.framework,
        edition=name.edition,
        requirement=requirement,
        objective=objective,
        result=result,  # type: ignore[arg-type] # click has checked the choice
        methods=methods,  # type: ignore[arg-type] # click has checked the choices
        assessor=assessor,
        note=note,
        evidence=evidence,
    )
    entry = assessments.assess_requirement(accounts.organisation_named(org), assessment, on, recorder_of(by))
    print_entry(org, entry.index, as_json=as_json)


def _named(text: str) -> EditionName:
    """A framework and its edition: what is recorded names both, whichever is the newest today."""
    if "@" not in text:
        raise click.BadParameter("name the edition too, such as nist-csf@2.0", param_hint="--framework")
    return parse_edition_name(text)


def _assess_sheet(
    name: EditionName, sheet: Path, *, org: str, by: str | None, as_json: bool, data_directory: Path
) -> None:
    data = read_document(sheet)
    open_installation(data_directory)
    from charteroak.services import accounts, assessments  # noqa: PLC0415 - needs Django set up

    entries = assessments.assess_sheet(accounts.organisation_named(org), name, data, recorder_of(by))
    first, last = entries[0].index, entries[-1].index
    if as_json:
        print_json({"organisation": org, "first": first, "last": last, "recorded": len(entries)})
    else:
        click.echo(f"Recorded {len(entries)} results as entries {first} to {last} of {org}.")


@click.command("assessment")
@_edition
@org_option
@click.option("--as-of", "as_of", metavar="DATE", help="The day asked about; otherwise today.")
@click.option("--template", is_flag=True, help="Print the sheet to fill in, as CSV.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def assessment(
    *, edition: str, org: str, as_of: str | None, template: bool, as_json: bool, data_directory: Path
) -> None:
    """Print how far an edition was assessed: objective by objective beside requirement by requirement."""
    name = _named(edition)
    asked = None if as_of is None else parse_day(as_of)
    open_installation(data_directory)
    from charteroak.adapters.system_clock import now  # noqa: PLC0415 - needs an installation
    from charteroak.clock import connecticut_day  # noqa: PLC0415 - as above
    from charteroak.program.assessment_sheets import render_sheet  # noqa: PLC0415 - only here
    from charteroak.services import accounts, assessments  # noqa: PLC0415 - needs Django set up

    day: date = asked or connecticut_day(now())
    state = assessments.assessment_of(accounts.organisation_named(org), name, day)
    if template:
        sys.stdout.write(render_sheet(state).decode("utf-8-sig").replace("\r\n", "\n"))
        return
    if as_json:
        print_json({"organisation": org} | state.to_json())
        return
    results = state.results
    what = "objectives and requirements without any" if state.companion is not None else "requirements"
    click.echo(f"{name} on {day.isoformat()}, {len(state.parts)} {what}:")
    click.echo("  " + ", ".join(f"{results[result]} {result}" for result in results))
    click.echo(
        f"  {state.satisfied_in_every_part} of {len(state.requirements)} requirements are satisfied in every part; "
        f"{state.satisfied_as_a_whole} if each is asked about as a whole."
    )
    for each in state.differing:
        click.echo(
            printable(
                f"  {each.control.id}: called satisfied as a whole, {each.counted} of {len(each.parts)} parts are"
            )
        )
    click.echo("This is what assessors wrote down. It is not legal advice.")


ASSESSMENT_VERBS = (assess, assessment)
