"""``charteroak program`` verbs about gaps: opened, planned, closed; and the plan of action of all that are open."""

import sys
from datetime import date
from pathlib import Path

import click

from charteroak.cli.files import print_json
from charteroak.cli.installation import data_option, open_installation
from charteroak.cli.printable import printable
from charteroak.cli.recording import about_subject, edition_parts, org_option, print_entry, recorder_of, writes
from charteroak.clock import parse_day

SEVERITIES = ("critical", "high", "moderate", "low")
_severity = click.option("--severity", type=click.Choice(SEVERITIES), help="How bad it is.")
_milestones = click.option(
    "--milestone", "milestones", multiple=True, metavar="DATE=STEP", help="A step, such as 2026-12-01=Buy the keys."
)


@click.command("open-gap")
@click.argument("name")
@about_subject
@click.option("--title", required=True, help="What is missing, in one line.")
@click.option("--owner", default="", help="Who closes it; nobody, where it is left out.")
@click.option("--due", metavar="DATE", help="By when.")
@click.option("--since", required=True, metavar="DATE", help="Since when it is known.")
@_severity
@_milestones
@click.option("--found-by", type=click.IntRange(min=0), help="The entry that led to it.")
@click.option("--note", default="", help="More about it; kept apart from the public part of the entry.")
@writes
def open_gap(
    *,
    name: str,
    practice: str | None,
    edition: str | None,
    requirement: str | None,
    title: str,
    owner: str,
    due: str | None,
    since: str,
    severity: str | None,
    milestones: tuple[str, ...],
    found_by: int | None,
    note: str,
    org: str,
    by: str | None,
    as_json: bool,
    data_directory: Path,
) -> None:
    """Record that something is missing, who closes it, and by when."""
    days = parse_day(since), None if due is None else parse_day(due)
    steps = [_step(text) for text in milestones]
    open_installation(data_directory)
    from charteroak.program.bodies import GapPlanned, Milestone  # noqa: PLC0415 - only here
    from charteroak.services import accounts, gaps  # noqa: PLC0415 - needs Django set up

    framework, code = edition_parts(edition)
    gap = GapPlanned(
        gap=name,
        title=title,
        practice=practice,
        framework=framework,
        edition=code,
        requirement=requirement,
        owner=owner,
        due=days[1],
        note=note,
        severity=severity,  # type: ignore[arg-type] # click has checked the choice
        milestones=tuple(Milestone(what=what, due=day) for day, what in steps),
        found_by=found_by,
    )
    entry = gaps.open_gap(accounts.organisation_named(org), gap, days[0], recorder_of(by))
    print_entry(org, entry.index, as_json=as_json)


@click.command("plan-gap")
@click.argument("name")
@click.option("--owner", default="", help="Who closes it; nobody, where it is left out.")
@click.option("--due", metavar="DATE", help="By when.")
@_severity
@_milestones
@click.option("--on", "day", required=True, metavar="DATE", help="The day from which this is the plan.")
@click.option("--note", default="", help="What changed, and why; kept apart from the public part of the entry.")
@writes
def plan_gap(
    *,
    name: str,
    owner: str,
    due: str | None,
    severity: str | None,
    milestones: tuple[str, ...],
    day: str,
    note: str,
    org: str,
    by: str | None,
    as_json: bool,
    data_directory: Path,
) -> None:
    """Record another plan for a gap that is open, whole. The gap keeps its age, and the earlier plan its entry."""
    on, until = parse_day(day), None if due is None else parse_day(due)
    steps = [_step(text) for text in milestones]
    open_installation(data_directory)
    from charteroak.program.bodies import Milestone  # noqa: PLC0415 - only here
    from charteroak.services import accounts, gaps  # noqa: PLC0415 - needs Django set up

    plan = gaps.NewPlan(
        owner,
        until,
        severity,  # type: ignore[arg-type] # click has checked the choice
        tuple(Milestone(what=what, due=step) for step, what in steps),
        note,
    )
    entry = gaps.plan_gap(accounts.organisation_named(org), name, plan, on, recorder_of(by))
    print_entry(org, entry.index, as_json=as_json)


@click.command("close-gap")
@click.argument("name")
@click.option("--how", required=True, help="How it was closed, in one line.")
@click.option("--on", "day", required=True, metavar="DATE", help="The day on which it was closed.")
@click.option("--evidence", "evidence", multiple=True, type=click.IntRange(min=0), help="An entry that shows it.")
@click.option("--note", default="", help="More about it; kept apart from the public part of the entry.")
@writes
def close_gap(
    *,
    name: str,
    how: str,
    day: str,
    evidence: tuple[int, ...],
    note: str,
    org: str,
    by: str | None,
    as_json: bool,
    data_directory: Path,
) -> None:
    """Record that a gap was closed, and which entries show it."""
    on = parse_day(day)
    open_installation(data_directory)
    from charteroak.program.bodies import GapClosed  # noqa: PLC0415 - only here
    from charteroak.services import accounts, gaps  # noqa: PLC0415 - needs Django set up

    closing = GapClosed(gap=name, how=how, evidence=evidence, note=note)
    entry = gaps.close_gap(accounts.organisation_named(org), closing, on, recorder_of(by))
    print_entry(org, entry.index, as_json=as_json)


@click.command("poam")
@org_option
@click.option("--as-of", "as_of", metavar="DATE", help="The day asked about; otherwise today.")
@click.option("--csv", "as_csv", is_flag=True, help="Print the table as CSV.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def poam(*, org: str, as_of: str | None, as_csv: bool, as_json: bool, data_directory: Path) -> None:
    """Print the plan of action: every open gap with its age, severity, owner, day and steps.

    What is critical and nobody's comes first.
    """
    asked = None if as_of is None else parse_day(as_of)
    open_installation(data_directory)
    from charteroak.adapters.system_clock import now  # noqa: PLC0415 - needs an installation
    from charteroak.clock import connecticut_day  # noqa: PLC0415 - as above
    from charteroak.program.poam import POAM_COLUMNS, poam_rows  # noqa: PLC0415 - only here
    from charteroak.program.tables import render_csv  # noqa: PLC0415 - only here
    from charteroak.services import gaps, ledger  # noqa: PLC0415 - needs Django set up

    day: date = asked or connecticut_day(now())
    plan = gaps.action_plan_of(ledger.organisation_with_ledger(org), day)
    if as_json:
        print_json({"organisation": org} | plan.to_json())
        return
    if as_csv:
        sys.stdout.write(render_csv(POAM_COLUMNS, poam_rows(plan)).decode("utf-8-sig").replace("\r\n", "\n"))
        return
    worst = len(plan.critical_and_unowned)
    click.echo(
        f"{org} on {day.isoformat()}: {len(plan.items)} open, {len(plan.overdue)} overdue, "
        f"{worst} critical and nobody's."
    )
    click.echo("  days open: " + ", ".join(f"{band.value} {count}" for band, count in plan.by_age().items()))
    for item in plan.items:
        late = f", {item.gap.overdue_days} days overdue" if item.is_overdue else ""
        due = "no day" if item.gap.body.due is None else f"due {item.gap.body.due.isoformat()}"
        words = f"{item.severity or 'not graded'}, {item.owner or 'NOBODY'}, {due}{late}, open {item.gap.age_days} days"
        click.echo(printable(f"  {item.gap.body.gap}: {item.gap.body.title} ({words})"))
        for step in item.gap.milestones:
            click.echo(printable(f"    {step.due.isoformat()} {step.what}{' MISSED' if step in item.missed else ''}"))


def _step(text: str) -> tuple[date, str]:
    """A step as it is typed.

    Raises:
        BadParameter: it does not begin with a day and an equals sign.
    """
    day, sign, what = text.partition("=")
    if not sign or not what.strip():
        raise click.BadParameter("write DATE=STEP, such as 2026-12-01=Buy the keys", param_hint="--milestone")
    return parse_day(day.strip()), what.strip()


GAP_VERBS = (open_gap, plan_gap, close_gap, poam)
