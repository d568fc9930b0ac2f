"""``charteroak program coverage``: how far a record covers an edition, requirement by requirement."""

from datetime import date
from pathlib import Path
from typing import Any

import click

from charteroak.cli.files import print_json
from charteroak.cli.installation import data_option, open_installation
from charteroak.cli.printable import printable
from charteroak.clock import parse_day
from charteroak.frameworks.catalog import parse_edition_name
from charteroak.program.requirement_answers import Coverage, EditionCoverage, ObjectiveStatus, RequirementStatus

_NOTE = "Nothing here is called compliant. This is not legal advice."


@click.command()
@click.option("--org", required=True, metavar="SLUG", help="The organization.")
@click.option("--framework", required=True, metavar="F[@EDITION]", help="The edition; the newest carried if not named.")
@click.option("--as-of", "as_of", metavar="DATE", help="The day asked about; today if not named.")
@click.option("--known-at", "known_at", metavar="DATE", help="Only what was recorded by the end of this day.")
@click.option("--open", "open_only", is_flag=True, help="Only what is not covered.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def coverage(
    *,
    org: str,
    framework: str,
    as_of: str | None,
    known_at: str | None,
    open_only: bool,
    as_json: bool,
    data_directory: Path,
) -> None:
    """How far the record covers a framework, and which objectives are open. Parts are never added up."""
    name = parse_edition_name(framework)
    day, moment = (None if text is None else parse_day(text) for text in (as_of, known_at))
    open_installation(data_directory)
    from charteroak.adapters.system_clock import now  # noqa: PLC0415 - beside the service
    from charteroak.clock import connecticut_day  # noqa: PLC0415 - beside the service
    from charteroak.services import ledger as ledgers  # noqa: PLC0415 - needs Django set up
    from charteroak.services.requirement_coverage import coverage_of  # noqa: PLC0415 - needs Django set up

    on = day or connecticut_day(now())
    made = coverage_of(ledgers.organisation_with_ledger(org), name, as_of=on, known_at=moment).edition
    done = {Coverage.COVERED, Coverage.NOT_APPLICABLE} if open_only else set()
    shown = [each for each in made.requirements if each.coverage not in done]
    if as_json:
        print_json(_document(made, shown, org, on, moment))
        return
    counts = made.counts()
    words = ", ".join(f"{counts[each]} {each.value}" for each in Coverage)
    click.echo(f"{org} on {on}, {made.name}: {words}, of {len(made.requirements)} requirements.")
    for each in shown:
        click.echo(printable(f"  {each.control.id:<12} {each.coverage.value:<14} {each.control.title}").rstrip())
        is_whole = each.objectives[0].control is each.control
        for objective in () if is_whole else each.open_objectives:
            why = "" if objective.reason is None else f" ({objective.reason.value})"
            click.echo(f"    {objective.control.id}: {objective.answer.value}{why}")
    click.echo(_NOTE, err=True)


def _document(
    made: EditionCoverage, shown: list[RequirementStatus], org: str, on: date, known_at: date | None
) -> dict[str, Any]:
    return {
        "organisation": org,
        "framework": made.name.framework,
        "edition": made.name.edition,
        "asOf": on.isoformat(),
        "knownAt": None if known_at is None else known_at.isoformat(),
        "counts": {each.value: made.counts()[each] for each in Coverage},
        "requirements": [_requirement(each) for each in shown],
        "linksReviewedBy": made.links.reviewer,
        "linksRestOn": made.links.basis,
        "note": _NOTE,
        "notLegalAdvice": True,
    }


def _requirement(each: RequirementStatus) -> dict[str, Any]:
    return {
        "id": each.control.id,
        "title": each.control.title,
        "part": each.group.id,
        "coverage": each.coverage.value,
        "practicesSay": each.state.word,
        "practices": list(each.practices),
        "exceptions": list(each.exceptions),
        "assessed": None if each.assessed is None else each.assessed.reference,
        "objectives": [_objective(objective) for objective in each.objectives],
    }


def _objective(each: ObjectiveStatus) -> dict[str, Any]:
    hop = each.hop
    return {
        "id": each.control.id,
        "answer": each.answer.value,
        "reason": None if each.reason is None else each.reason.value,
        "assessed": None if each.assessed is None else each.assessed.reference,
        "links": [{"practice": link.practice, "relation": link.relation.value} for link in each.links],
        "publishedRow": None
        if hop is None
        else {
            "source": str(hop.source),
            "id": hop.row.source,
            "relation": hop.row.relation.value,
            "authority": hop.row.authority,
        },
    }
