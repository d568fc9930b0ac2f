"""``charteroak duties``: who must be told of an incident, and by when at the latest."""

import textwrap
from pathlib import Path

import click

from charteroak.cli.files import print_json, read_document
from charteroak.errors import SourceLocation
from charteroak.law.duties import DutyAnswer, DutyStatus, duties_of, load_duties, parse_duty_facts_json
from charteroak.law.errors import FactsError

_ORDER = (DutyStatus.DUE, DutyStatus.UNKNOWN, DutyStatus.NOT_TRIGGERED, DutyStatus.DISABLED)
_HEADS = {
    DutyStatus.DUE: "DUE",
    DutyStatus.UNKNOWN: "NOT KNOWN YET",
    DutyStatus.NOT_TRIGGERED: "NOT TRIGGERED",
    DutyStatus.DISABLED: "NOT IN FORCE",
}


@click.command()
@click.option("--facts", required=True, type=click.Path(path_type=Path), help="Facts document (JSON); - reads stdin.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def duties(*, facts: Path, as_json: bool) -> int:
    """Answer every duty to report from what is known of an entity and an incident.

    An outer limit is the last moment that the law allows; the law's own words on time come first. Exit code 1: a duty
    is due, or a fact is missing to tell. Not legal advice.
    """
    known = parse_duty_facts_json(read_document(facts), path=str(facts))
    try:
        answers = duties_of(known)
    except FactsError as error:
        place = SourceLocation(path=str(facts), pointer=error.location.pointer if error.location else None)
        raise FactsError(error.message, remedy=error.remedy, location=place) from error
    if as_json:
        print_json([answer.to_json() for answer in answers])
    else:
        for status in _ORDER:
            chosen = [answer for answer in answers if answer.status is status]
            if chosen:
                click.echo(f"{_HEADS[status]} ({len(chosen)})")
                for answer in chosen:
                    click.echo(_as_text(answer))
        click.echo(f"Reviewed on {load_duties().last_reviewed_on}. This is not legal advice; counsel should check.")
    return int(any(answer.status in {DutyStatus.DUE, DutyStatus.UNKNOWN} for answer in answers))


def _as_text(answer: DutyAnswer) -> str:
    duty = answer.duty
    lines = [f"  {duty.code}: tell {duty.to} ({duty.obligation}, {duty.citation})"]
    if answer.status in {DutyStatus.DUE, DutyStatus.UNKNOWN}:
        limit = "" if answer.outer_limit is None else f"; outer limit {answer.outer_limit.isoformat()}"
        lines.append(f"      {duty.standard}{limit}")
    lines += textwrap.wrap(answer.reason, 100, initial_indent="      ", subsequent_indent="      ")
    return "\n".join(lines)
