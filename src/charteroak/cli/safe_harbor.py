"""``charteroak safe-harbor``: what a record supports under the act, the facts document's schema, and the clocks."""

import textwrap
from datetime import date
from pathlib import Path
from typing import Any

import click

from charteroak.adapters.system_clock import now
from charteroak.cli.files import print_json, read_document
from charteroak.cli.safe_harbor_watch import compare_command, stale_line, watch_command
from charteroak.clock import connecticut_day, parse_day
from charteroak.law.clocks import clocks_on
from charteroak.law.facts import Mode, facts_schema, parse_facts_json
from charteroak.law.safe_harbor import Determination, Outcome, Status, determine
from charteroak.law.safe_harbor.statute import load_statute

EXIT_FINDINGS = 1
"""An element is not met, or the answer is open, or a clock runs out soon."""

_WORDS = {
    Status.MET: "met",
    Status.NOT_MET: "NOT MET",
    Status.UNCERTAIN: "UNCERTAIN",
    Status.COUNSEL: "FOR COUNSEL",
}

_OUTCOMES = {
    Outcome.ELEMENT_NOT_MET: "an element is not met",
    Outcome.INDETERMINATE: "indeterminate: a fact is missing, or a question is for counsel",
    Outcome.AT_RISK: "at risk: the record supports all elements, but an edition's clock ends within 90 days",
    Outcome.RECORD_SUPPORTS_ALL_ELEMENTS: "the record supports all elements",
}


@click.group()
def safe_harbor() -> None:
    """What a record supports under a state's safe-harbor act. Not legal advice."""


safe_harbor.add_command(compare_command)
safe_harbor.add_command(watch_command)


@safe_harbor.command("determine")
@click.option("--facts", required=True, type=click.Path(path_type=Path), help="Facts document (JSON); - reads stdin.")
@click.option("--statute", default="ct", show_default=True, help="The state's act: ct, oh or tx.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def determine_command(facts: Path, statute: str, as_json: bool) -> int:
    """Answer the act's elements one by one from a facts document.

    Exit code 0 if the record supports all elements, 1 for every other outcome, 2 for facts that cannot be used.
    """
    load_statute(statute)
    parsed = parse_facts_json(read_document(facts), path=str(facts))
    determination = determine(parsed, statute=statute, today=connecticut_day(now()))
    if as_json:
        print_json(determination.to_json())
    else:
        click.echo(_as_text(determination))
    return 0 if determination.outcome is Outcome.RECORD_SUPPORTS_ALL_ELEMENTS else EXIT_FINDINGS


@safe_harbor.command("schema")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document, which it always is.")
def schema_command(as_json: bool) -> None:  # noqa: ARG001 - every command takes --json; this one knows no other form
    """Print the JSON Schema of the facts document."""
    print_json(facts_schema())


@safe_harbor.command("clocks")
@click.option("--on", "on", metavar="DATE", help="The day, such as 2026-03-01.  [default: today in Connecticut]")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def clocks_command(on: str | None, as_json: bool) -> None:
    """For each framework that the act names: the edition in force and its six-month date."""
    day = connecticut_day(now()) if on is None else parse_day(on)
    statute = load_statute("ct")
    clocks = clocks_on(day)
    if as_json:
        print_json(
            {
                "on": day.isoformat(),
                "statute": statute.code,
                "reviewedOn": statute.reviewed_on.isoformat(),
                "clocks": clocks,
                "notLegalAdvice": True,
            }
        )
        return
    click.echo(_clocks_as_text(day, clocks, statute.not_legal_advice))


def _wrapped(text: str, indent: str = "    ") -> str:
    return textwrap.fill(text, width=100, initial_indent=indent, subsequent_indent=indent)


def _as_text(determination: Determination) -> str:
    statute = determination.statute
    asked = (
        f"an imagined breach on {determination.first}"
        if determination.mode is Mode.PROSPECTIVE
        else f"the days from {determination.first or 'a day not known'} to {determination.last or 'a day not known'}"
    )
    lines = [
        f"{statute.name}; data reviewed on {statute.reviewed_on}",
        f"Asked about: {asked}",
        f"Outcome: {_OUTCOMES[determination.outcome]}",
        f"On the first day of the breach alone: {_OUTCOMES[determination.at_breach]}",
        "",
    ]
    for element in determination.elements:
        word = "assumed" if element.assumed else _WORDS[element.status]
        lines += [
            textwrap.fill(f"{element.id:<5}{word:<12}{element.question}", width=100, subsequent_indent=" " * 17),
            _wrapped(element.reason),
            f"    [{element.citation}]",
        ]
        if element.exhibits:
            lines.append(_wrapped(f"Exhibits: {', '.join(element.exhibits)}"))
        if element.status is not Status.MET:
            lines.append(_wrapped(f"What would change this: {' '.join(element.would_change)}"))
    lines += ["", _wrapped(f"What the act reaches: {statute.protects}", ""), "", _wrapped(statute.not_legal_advice, "")]
    lines += [_wrapped(stale_line(review), "") for review in determination.stale]
    return "\n".join(lines)


def _clocks_as_text(day: date, clocks: list[dict[str, Any]], advice: str) -> str:
    lines = [f"Editions and six-month dates on {day}", ""]
    row = "{:<14}{:<10}{:<12}{:<12}{:<12}{}"
    lines.append(row.format("framework", "in force", "published", "superseded", "six months", "state"))
    for clock in clocks:
        lines.append(
            row.format(
                clock["framework"],
                clock["editionInForce"] or "-",
                clock["published"] or "-",
                clock["superseded"] or "-",
                clock["sixMonthDate"] or "-",
                _state(clock["windows"]),
            )
        )
        other = clock["readings"]["patchReleasesAreRevisions"]["false"]
        if (other["superseded"], other["sixMonthDate"]) != (clock["superseded"], clock["sixMonthDate"]):
            lines.append(
                f"{'':<14}if patch releases are no revisions: in force {other['editionInForce']}, superseded "
                f"{other['superseded'] or '-'}, six months {other['sixMonthDate'] or '-'}; {_state(other['windows'])}"
            )
        later = clock.get("amendedLawClock", {}).get("later")
        if later != clock["sixMonthDate"] and later is not None:
            lines.append(f"{'':<14}if the clock runs from the effective date: six months {later}")
    return "\n".join([*lines, "", _wrapped(advice, "")])


def _state(windows: list[dict[str, Any]]) -> str:
    if not windows:
        return "no clock running"
    return "; ".join(f"{window['edition']} counts for {window['daysLeft']} more days" for window in windows)
