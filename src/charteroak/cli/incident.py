"""``charteroak incident``: how severe an incident is, by published numbers; what to do; whom to tell and with what."""

from pathlib import Path
from typing import Any

import click
import msgspec

from charteroak.cli.files import new_file, print_json, read_json_object
from charteroak.cli.incident_custody import CUSTODY_VERBS
from charteroak.cli.incident_ending import ENDING_VERBS
from charteroak.cli.incident_list import list_
from charteroak.cli.incident_notices import notice, notice_sent, notice_withdraw, notices
from charteroak.cli.incident_records import RECORD_VERBS
from charteroak.cli.incident_work import logs, stored_severity, tasks, timeline
from charteroak.cli.installation import data_option
from charteroak.errors import InputError, SourceLocation
from charteroak.response.disruption_levels import load_levels
from charteroak.response.playbooks import OWNER_TITLES, load_playbooks, playbook_named
from charteroak.response.scoring_model import load_scoring_model
from charteroak.response.severity import Score, assess_severity, parse_answers, shown
from charteroak.response.severity_examples import load_examples


@click.group()
def incident() -> None:
    """An incident from its first minute to its end: what to do, whom to tell, how severe it is."""


for _verb in (
    list_,
    *RECORD_VERBS,
    *ENDING_VERBS,
    tasks,
    timeline,
    logs,
    notices,
    notice,
    notice_sent,
    notice_withdraw,
    *CUSTODY_VERBS,
):
    incident.add_command(_verb)


@incident.command()
@click.argument("number", metavar="[INCIDENT]", required=False)
@click.option("--answers", type=click.Path(path_type=Path), help="Answers (JSON); - reads stdin.")
@click.option(
    "--correlated-victims",
    type=int,
    default=None,
    metavar="N",
    help="Victims of the same campaign, this one too; 1 if it is left out and the desk knows of none.",
)
@click.option("--org", metavar="SLUG", help="The organization whose incident it is: shows what is on record.")
@click.option("--by", metavar="EMAIL", help="The person who records it; otherwise the software does.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def severity(
    *,
    number: str | None,
    answers: Path | None,
    correlated_victims: int | None,
    org: str | None,
    by: str | None,
    as_json: bool,
    data_directory: Path,
) -> None:
    """Score an incident from eight answers; whatever was not answered leaves an interval.

    With --org and the incident's number it shows the assessment on record, and with --answers it records a new one.
    Otherwise nothing is kept.

    Answers are functionalImpact, observedActivity, location, actor, informationImpact, recoverability, crossSector and
    potentialImpact, each an option's name, a list of names, or left out. Beside the federal reference stands a local
    profile, which is ours.
    """
    if org is not None and number is not None:
        stored_severity(
            org=org,
            number=number,
            answers=answers,
            victims=correlated_victims,
            by=by,
            as_json=as_json,
            data=data_directory,
        )
        return
    if org is not None or number is not None or answers is None:
        raise InputError(
            "Give --answers, or --org and the number of an incident.",
            remedy="charteroak incident severity --org SLUG INC-2026-001",
        )
    victims = 1 if correlated_victims is None else correlated_victims
    try:
        found = assess_severity(parse_answers(read_json_object(answers)), correlated_victims=victims)
    except InputError as error:
        if error.location is not None and error.location.path is None:
            error.location = SourceLocation(path=str(answers), pointer=error.location.pointer)
        raise
    if as_json:
        print_json(found.to_json())
        return
    for score in (found.nciss, found.local):
        click.echo(_headline(score))
        for factor in score.factors:
            click.echo(f"  {factor.explanation}")
        for remark in score.remarks:
            click.echo(f"  {remark}")
        click.echo(f"  {score.model.label}. Source: {score.model.source}.")


@incident.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def bands(*, as_json: bool) -> None:
    """Show what the bands do: every combination of answers by its level, and worked examples.

    For whoever weighs other bands or weights. The combinations are counted by weights and values alone; the local
    profile's ceiling for attempts that failed and its points for many victims come on top.
    """
    from charteroak.response.severity_grid import severity_grid  # noqa: PLC0415 - numpy, which nothing else here needs

    grids = [severity_grid(load_scoring_model(name)) for name in ("nciss", "local")]
    examples = [(example, assess_severity(example.parsed)) for example in load_examples()]
    if as_json:
        print_json(
            {
                "models": [grid.to_json() for grid in grids],
                "examples": [
                    {
                        "name": example.name,
                        "title": example.title,
                        "answers": example.answers,
                        "nciss": _short(found.nciss),
                        "local": _short(found.local),
                    }
                    for example, found in examples
                ],
                "notOfficial": True,
            }
        )
        return
    for grid in grids:
        click.echo(f"{grid.model.name}: {grid.combinations:,} combinations of answers")
        for band in sorted(grid.model.band, key=lambda band: band.from_):
            count = grid.by_level()[band.name]
            click.echo(f"  {band.name:<10} from {band.from_:>3}  {count:>9,}  {100 * count / grid.combinations:5.1f} %")
        click.echo(f"  Bands: {grid.model.bands_source}.")
    for example, found in examples:
        click.echo(f"{example.title}: {_headline(found.nciss)}; {_headline(found.local)}")


@incident.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def playbooks(*, as_json: bool) -> None:
    """List what to do on each kind of bad day, step by step."""
    books = load_playbooks().values()
    if as_json:
        print_json({"playbooks": [msgspec.to_builtins(book) for book in books]})
        return
    for book in books:
        click.echo(f"{book.id}: {book.title}. {book.when}")
        click.echo(f"  First: {book.first}")
        for step in book.in_time:
            click.echo(f"  Within {step.within}, by {OWNER_TITLES[step.who]}: {step.text}")


@incident.command()
@click.argument("playbook")
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="The PDF to write.")
def card(*, playbook: str, output: Path) -> None:
    """Write a playbook as one sheet to print and hang up."""
    book = playbook_named(playbook)
    from charteroak.services.playbook_cards import card_of  # noqa: PLC0415 - the typesetter, only here

    with new_file(output) as written:
        written.write(card_of(book))
    click.echo(f"{book.title}: {output}")


def _short(score: Score) -> dict[str, Any]:
    return {"score": None if score.exact is None else float(score.exact), "level": score.levels[1].name}


def _headline(score: Score) -> str:
    low, high = score.levels
    if score.exact is not None:
        number = load_levels().of(low).number
        return f"{score.model.name}: {shown(score.exact)} of 100, {low.name} (national level {number})"
    levels = low.name if low.name == high.name else f"{low.name} to {high.name}"
    return f"{score.model.name}: {shown(score.low)} to {shown(score.high)} of 100, {levels}; answers are missing"
