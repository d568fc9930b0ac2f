"""``charteroak plan``: plans for a bad day, written, adopted, put into force; and the forms of an incident."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from charteroak.cli.files import print_json, read_document
from charteroak.cli.installation import data_option, open_installation
from charteroak.cli.printable import printable
from charteroak.cli.program_papers import FORMS, write_paper
from charteroak.cli.recording import org_option, print_entry, recorder_of, writes
from charteroak.clock import parse_day, parse_instant
from charteroak.errors import InputError, SourceLocation

if TYPE_CHECKING:
    from charteroak.records.accounts.models import Organisation

KINDS = ("cirp", "cdrp")
PAPERS = ("ics-201", "ics-202", "ics-214", "situation-report", "after-action")
kind_argument = click.argument("kind", type=click.Choice(KINDS), metavar="cirp|cdrp")


@click.group()
def plan() -> None:
    """Plans for a bad day, and the forms of an incident."""


@plan.command()
@kind_argument
@org_option
@click.option(
    "--format", "form", type=click.Choice(FORMS), help="The kind of file; otherwise by the name of -o, or pdf."
)
@click.option("--version", "version", metavar="VERSION", help="An adopted version, as its bytes were kept.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The new file; otherwise a name of its own.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def render(
    *,
    kind: str,
    org: str,
    form: str | None,
    version: str | None,
    output: Path | None,
    as_json: bool,
    data_directory: Path,
) -> None:
    """Write a plan as PDF, DOCX or Markdown: the draft, else the version in force.

    A draft is marked as one on every page, and lists on its first page what is open in it.
    """
    ending = form or ("" if output is None else output.suffix.lower().removeprefix(".")) or "pdf"
    if ending not in FORMS:
        raise click.BadParameter(f"write one of {', '.join(FORMS)}", param_hint="-o")
    open_installation(data_directory)
    from charteroak.services import accounts, plan_adoptions, response_plans  # noqa: PLC0415 - needs Django set up

    organisation, recorder = accounts.organisation_named(org), recorder_of(None)
    named = response_plans.plan_kind(kind)
    made = plan_adoptions.plan_file(organisation, named, ending, recorder, version=version)  # type: ignore[arg-type] # checked above
    is_draft = made.name.endswith(f"-draft.{ending}")
    points = plan_adoptions.paper_of_plan(organisation, named, recorder).points if is_draft else ()
    path = write_paper(made, output)
    if as_json:
        print_json(
            {
                "organisation": org,
                "plan": kind,
                "draft": is_draft,
                "file": str(path),
                "bytes": len(made.content),
                "openPoints": [point.text for point in points],
            }
        )
        return
    click.echo(printable(f"Wrote {path}, {len(made.content):,} bytes{', a draft' if is_draft else ''}."))
    for point in points:
        click.echo(printable(f"  Open: {point.text}"))


@plan.command("list")
@org_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def list_(*, org: str, as_json: bool, data_directory: Path) -> None:
    """List the plans of an organization: what is in force, what is a draft, what was adopted, when it is reviewed."""
    open_installation(data_directory)
    from charteroak.services import accounts, response_plans  # noqa: PLC0415 - needs Django set up

    organisation = accounts.organisation_named(org)
    rows = [_row(organisation, response_plans.plan_kind(kind)) for kind in KINDS]
    if as_json:
        print_json({"organisation": org, "plans": rows})
        return
    for row in rows:
        adopted = f"version {row['inForce']}, review by {row['reviewBy']}" if row["inForce"] else "nothing adopted"
        draft = ", a draft is open" if row["draft"] else ""
        active = f", ACTIVE at level {row['level']} since {row['activeSince']}" if row["level"] is not None else ""
        click.echo(printable(f"{row['plan']}: {adopted}{draft}{active}"))


def _row(organisation: "Organisation", kind: Any) -> dict[str, Any]:
    from charteroak.services import plan_activations, plan_adoptions, response_plans  # noqa: PLC0415 - needs Django set up

    adopted, kept = response_plans.plan_in_force(organisation, kind), response_plans.kept_plan(organisation, kind)
    active = plan_activations.activation_of(organisation, kind)
    return {
        "plan": kind,
        "inForce": None if adopted is None else adopted.version,
        "adopted": None if adopted is None else adopted.adopted.isoformat(),
        "reviewBy": None if adopted is None or adopted.review_by is None else adopted.review_by.isoformat(),
        "draft": kept is not None and kept.is_draft,
        "versions": [each.version for each in plan_adoptions.plan_versions(organisation, kind)],
        "level": None if active is None else active.level,
        "activeSince": None if active is None else active.since.isoformat(),
    }


@plan.command()
@kind_argument
@org_option
@data_option
def show(*, kind: str, org: str, data_directory: Path) -> None:
    """Print a plan as JSON, to be changed and loaded again: the draft, else the version in force."""
    open_installation(data_directory)
    from charteroak.services import accounts, plan_adoptions, response_plans  # noqa: PLC0415 - needs Django set up

    kept = response_plans.kept_plan(accounts.organisation_named(org), response_plans.plan_kind(kind))
    if kept is None:
        raise plan_adoptions.NoPlanError(f"{org} has no {kind.upper()}.", remedy="Begin one with: charteroak plan load")
    print_json(msgspec.to_builtins(kept.plan))


@plan.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help="Put it in the place of a draft that is there.")
@writes
def load(*, file: Path, replace: bool, org: str, by: str | None, as_json: bool, data_directory: Path) -> None:
    """Keep a plan (JSON or TOML) as the draft. A draft that is there already stays, unless --replace is given."""
    from charteroak.response.plans.errors import PlanError  # noqa: PLC0415 - only here
    from charteroak.response.plans.reading import parse_plan_text  # noqa: PLC0415 - only here

    try:
        read = parse_plan_text(read_document(file))
    except PlanError as error:
        pointer = None if error.location is None else error.location.pointer
        remedy = error.remedy or "charteroak plan show prints a plan that can be changed and loaded."
        raise PlanError(error.message, remedy=remedy, location=SourceLocation(str(file), pointer=pointer)) from error
    open_installation(data_directory)
    from charteroak.services import accounts, response_plans  # noqa: PLC0415 - needs Django set up

    organisation, recorder = accounts.organisation_named(org), recorder_of(by)
    kept = response_plans.kept_plan(organisation, read.kind)
    if kept is not None and kept.is_draft and not replace:
        raise InputError(
            f"A draft of the {read.kind.upper()} of {org} is there already; nothing was changed.",
            remedy=f"Keep it with: charteroak plan show {read.kind} --org {org}; then load yours with --replace.",
        )
    response_plans.load_plan(organisation, read, recorder, replace=replace)
    if as_json:
        print_json({"organisation": org, "plan": read.kind, "draft": True})
    else:
        click.echo(f"Kept as the draft of the {read.kind.upper()} of {org}. Only its adoption is recorded.")


@plan.command()
@kind_argument
@click.option("--version", "version", metavar="VERSION", help="Such as 1.0; otherwise the next number.")
@click.option("--adopted-by", required=True, metavar="NAME", help="Who adopted it.")
@click.option("--office", required=True, help="In which office.")
@click.option("--on", "day", required=True, metavar="DATE", help="The day of the adoption.")
@click.option("--review-by", metavar="DATE", help="When it is reviewed at the latest; otherwise as the plan says.")
@writes
def adopt(
    *,
    kind: str,
    version: str | None,
    adopted_by: str,
    office: str,
    day: str,
    review_by: str | None,
    org: str,
    by: str | None,
    as_json: bool,
    data_directory: Path,
) -> None:
    """Adopt the draft: its PDF, DOCX, Markdown and data become evidence, and one entry names their digests."""
    days = parse_day(day), None if review_by is None else parse_day(review_by)
    open_installation(data_directory)
    from charteroak.services import accounts, plan_adoptions, response_plans  # noqa: PLC0415 - needs Django set up

    organisation, named = accounts.organisation_named(org), response_plans.plan_kind(kind)
    number = version or plan_adoptions.suggested_version(organisation, named)
    new = plan_adoptions.NewPlanAdoption(number, adopted_by, office, *days)
    entry = plan_adoptions.adopt_plan(organisation, named, new, recorder_of(by))
    print_entry(org, entry.index, as_json=as_json)


@plan.command()
@kind_argument
@click.option("--level", required=True, type=click.IntRange(0, 5), help="0 to 5.")
@click.option("--declared-by", required=True, metavar="NAME", help="Who decided it.")
@click.option("--reason", required=True, help="Why; kept apart from the public part of the entry.")
@click.option("--incident", default="", metavar="NUMBER", help="Such as INC-2026-003.")
@writes
def activate(
    *,
    kind: str,
    level: int,
    declared_by: str,
    reason: str,
    incident: str,
    org: str,
    by: str | None,
    as_json: bool,
    data_directory: Path,
) -> None:
    """Put the adopted plan into force at a level; while it is in force, change the level."""
    open_installation(data_directory)
    from charteroak.services import accounts, plan_activations, response_plans  # noqa: PLC0415 - needs Django set up

    new = plan_activations.NewActivation(level, declared_by, reason, incident)
    entry = plan_activations.activate_plan(
        accounts.organisation_named(org), response_plans.plan_kind(kind), new, recorder_of(by)
    )
    print_entry(org, entry.index, as_json=as_json)


@plan.command("stand-down")
@kind_argument
@click.option("--declared-by", required=True, metavar="NAME", help="Who decided it.")
@click.option("--note", default="", help="What is so now; kept apart from the public part of the entry.")
@writes
def stand_down(
    *, kind: str, declared_by: str, note: str, org: str, by: str | None, as_json: bool, data_directory: Path
) -> None:
    """End a plan that is in force."""
    open_installation(data_directory)
    from charteroak.services import accounts, plan_activations, response_plans  # noqa: PLC0415 - needs Django set up

    entry = plan_activations.stand_down(
        accounts.organisation_named(org), response_plans.plan_kind(kind), declared_by, note, recorder_of(by)
    )
    print_entry(org, entry.index, as_json=as_json)


@plan.command("compare")
@kind_argument
@click.argument("old", metavar="V1")
@click.argument("new", metavar="V2")
@org_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def compare(*, kind: str, old: str, new: str, org: str, as_json: bool, data_directory: Path) -> None:
    """Show what changed in a plan from version V1 to V2; ``draft`` names the draft. Exit code 1: something changed."""
    open_installation(data_directory)
    from charteroak.cli.program_papers import comparison_document, comparison_lines  # noqa: PLC0415 - only here
    from charteroak.services import accounts, plan_adoptions, response_plans  # noqa: PLC0415 - needs Django set up

    found = plan_adoptions.compare_plans(
        accounts.organisation_named(org), response_plans.plan_kind(kind), old, new, recorder_of(None)
    )
    if as_json:
        print_json(comparison_document(found))
    else:
        for line in comparison_lines(found):
            click.echo(printable(line))
    if any(change.state != "same" for change in found.changes):
        raise click.exceptions.Exit(1)


@plan.command("form")
@click.argument("paper", type=click.Choice(PAPERS), metavar="FORM")
@click.option("--incident", required=True, metavar="NUMBER", help="Such as INC-2026-003.")
@org_option
@click.option("--from", "begins", metavar="TIME", help="Of the operational period, such as 2026-03-01T08:00:00-05:00.")
@click.option("--until", "ends", metavar="TIME", help="Of the operational period.")
@click.option("--format", "form", type=click.Choice(FORMS), default="pdf", show_default=True, help="The kind of file.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The new file; otherwise a name of its own.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def form_(
    *,
    paper: str,
    incident: str,
    org: str,
    begins: str | None,
    ends: str | None,
    form: str,
    output: Path | None,
    as_json: bool,
    data_directory: Path,
) -> None:
    """Write a form of an incident, filled in from its record.

    FORM is ics-201, ics-202, ics-214, situation-report or after-action. What the record does not say stays blank.
    """
    period = _period(begins, ends)
    open_installation(data_directory)
    from charteroak.services import accounts, incident_papers  # noqa: PLC0415 - needs Django set up

    found = incident_papers.incident_numbered(accounts.organisation_named(org), incident)
    made = incident_papers.incident_paper_file(found, paper, form, recorder_of(None), period=period)  # type: ignore[arg-type] # click checked both
    path = write_paper(made, output)
    if as_json:
        print_json(
            {"organisation": org, "incident": incident, "form": paper, "file": str(path), "bytes": len(made.content)}
        )
    else:
        click.echo(printable(f"Wrote {path}, {len(made.content):,} bytes."))


def _period(begins: str | None, ends: str | None) -> tuple[datetime, datetime] | None:
    if begins is None and ends is None:
        return None
    if begins is None or ends is None:
        raise click.UsageError("A period needs --from and --until.")
    return parse_instant(begins), parse_instant(ends)
