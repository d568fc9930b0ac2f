"""``charteroak program plan``: what to close first under a budget and a date, and what stays open."""

from pathlib import Path

import click

from charteroak.cli.files import print_json
from charteroak.cli.installation import data_option, open_installation
from charteroak.cli.printable import printable_lines
from charteroak.clock import parse_day

EXIT_FINDINGS = 1
"""Something stays open under the limits."""


@click.command("plan")
@click.option("--org", required=True, metavar="SLUG", help="The organization.")
@click.option("--budget", required=True, type=click.IntRange(min=0), metavar="DOLLARS", help="What can be spent.")
@click.option("--by", "by", required=True, metavar="DATE", help="By which day.")
@click.option("--hours-per-week", default=4, show_default=True, type=click.IntRange(min=0), help="Everybody's hours.")
@click.option("--all", "every_practice", is_flag=True, help="Every practice, and not only what the program promises.")
@click.option("--must", multiple=True, metavar="PRACTICE", help="Has to be in the plan, with all it needs.")
@click.option("--loss", nargs=2, type=click.IntRange(min=0), metavar="LOW HIGH", help="Your own range of a loss.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def plan_command(
    *,
    org: str,
    budget: int,
    by: str,
    hours_per_week: int,
    every_practice: bool,
    must: tuple[str, ...],
    loss: tuple[int, int] | None,
    as_json: bool,
    data_directory: Path,
) -> int:
    """The best set of gaps to close under a budget and a date, proven best, with what stays open and why.

    Exit code 0 if nothing stays open, 1 if something does, 2 if what must be in the plan does not fit.
    """
    day = parse_day(by)
    open_installation(data_directory)
    from charteroak.services import ledger as ledgers  # noqa: PLC0415 - needs Django set up
    from charteroak.services.gap_plans import GapPlan, PlanQuestion, plan_gaps  # noqa: PLC0415 - needs Django set up

    question = PlanQuestion(budget, day, hours_per_week, every_practice=every_practice, must=must, loss=loss)
    plan: GapPlan = plan_gaps(ledgers.organisation_with_ledger(org), question)
    if as_json:
        print_json(plan.to_json())
    else:
        proposal = plan.proposal
        lines = [
            f"{org}: up to ${proposal.budget:,} and {proposal.hours:,} hours by {by}",
            (
                f"Close {len(proposal.chosen)}, for {proposal.benefit} points: ${proposal.cost.low:,} to "
                f"${proposal.cost.high:,}, {proposal.effort.low:,} to {proposal.effort.high:,} hours"
            ),
            *(
                f"  {task.weight:>3}  ${task.cost.high:>6,}  {task.hours.high:>4} h  {task.title} ({task.id})"
                for task in proposal.chosen
            ),
            f"Stays open: {len(proposal.left)}",
            *(
                f"  {left.task.title}: {left.why.value}" + (f" ({', '.join(left.waits_for)})" if left.waits_for else "")
                for left in proposal.left
            ),
            "What more money would buy, within these hours:",
            *(f"  ${point.cost:>7,}: {point.benefit} points" for point in plan.curve),
        ]
        if loss is not None:
            lines.append(
                f"The loss that you set: ${loss[0]:,} to ${loss[1]:,}. It is your figure; the plan ignores it."
            )
        lines.append("Points are our published weights, and no estimate of a loss. This is not legal advice.")
        click.echo(printable_lines("\n".join(lines)))
    return 0 if plan.is_whole else EXIT_FINDINGS
