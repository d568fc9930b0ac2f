"""``charteroak program`` verbs that write an entry: exceptions, exercises, trainings, evidence superseded."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import click

from charteroak.cli.files import existing_file
from charteroak.cli.installation import open_installation
from charteroak.cli.recording import about_subject, edition_parts, print_entry, recorder_of, writes
from charteroak.clock import parse_day

FACTORS = ("size-and-complexity", "activities", "sensitivity", "cost-and-tools")


@click.command("accept-exception")
@click.argument("name")
@about_subject
@click.option("--factor", required=True, type=click.Choice(FACTORS), help="What of the act's scale it rests on.")
@click.option("--reason", required=True, help="Why it is accepted; kept apart from the public part of the entry.")
@click.option("--approved-by", required=True, metavar="NAME", help="The officer who accepts it.")
@click.option("--role", required=True, help="The officer's role.")
@click.option("--expires", required=True, metavar="DATE", help="The day on which it loses its effect.")
@click.option("--since", required=True, metavar="DATE", help="The day on which it was accepted.")
@click.option("--cost", metavar="LOW..HIGH", help="What meeting it would cost, in whole dollars; with --cost-source.")
@click.option("--cost-source", default="", help="Where the figures are from.")
@writes
def accept_exception(
    *,
    name: str,
    practice: str | None,
    edition: str | None,
    requirement: str | None,
    factor: str,
    reason: str,
    approved_by: str,
    role: str,
    expires: str,
    since: str,
    cost: str | None,
    cost_source: str,
    org: str,
    by: str | None,
    as_json: bool,
    data_directory: Path,
) -> None:
    """Record that an officer accepts an exception, until a day. It makes nothing met; it is for counsel."""
    days = parse_day(since), parse_day(expires)
    open_installation(data_directory)
    from charteroak.program import bodies  # noqa: PLC0415 - only here
    from charteroak.services import accounts, exceptions  # noqa: PLC0415 - needs Django set up

    low, _, high = (cost or "").partition("..")
    if cost is not None and not (low.isdecimal() and high.isdecimal()):
        raise click.BadParameter("write LOW..HIGH in whole dollars, such as 4000..9000", param_hint="--cost")
    framework, code = edition_parts(edition)
    exception = bodies.ExceptionAccepted(
        exception=name,
        practice=practice,
        framework=framework,
        edition=code,
        requirement=requirement,
        factor=factor,  # type: ignore[arg-type] # click has checked the choice
        reason=reason,
        cost=None if cost is None else bodies.Cost(low=int(low), high=int(high), currency="USD", source=cost_source),
        approved_by=approved_by,
        role=role,
        expires=days[1],
    )
    entry = exceptions.accept_exception(accounts.organisation_named(org), exception, days[0], recorder_of(by))
    print_entry(org, entry.index, as_json=as_json)


@contextmanager
def _opened(paths: Sequence[Path]) -> Iterator[list[Any]]:
    """The files as the services take them, open until they are kept."""
    from charteroak.services.programs import UploadedFile  # noqa: PLC0415 - needs Django set up

    with ExitStack() as opened:
        yield [
            UploadedFile(path.name, "application/octet-stream", opened.enter_context(path.open("rb"))) for path in paths
        ]


@click.command("hold-exercise")
@click.argument("paths", metavar="[FILE]...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--title", required=True, help="What was held, in one line.")
@click.option("--scenario", required=True, help="What was played through.")
@click.option("--led-by", required=True, metavar="NAME", help="Who led it.")
@click.option("--participants", required=True, type=int, help="How many took part.")
@click.option("--findings", required=True, type=int, help="How many things were found that must change.")
@click.option("--on", "day", required=True, metavar="DATE", help="The day.")
@click.option("--note", default="", help="More about it; kept apart from the public part of the entry.")
@writes
def hold_exercise(
    *,
    paths: tuple[Path, ...],
    title: str,
    scenario: str,
    led_by: str,
    participants: int,
    findings: int,
    day: str,
    note: str,
    org: str,
    by: str | None,
    as_json: bool,
    data_directory: Path,
) -> None:
    """Record that an incident was played through. It shows the practices that name exercises."""
    on = parse_day(day)
    chosen = [existing_file(path) for path in paths]
    open_installation(data_directory)
    from charteroak.services import accounts, exercises  # noqa: PLC0415 - needs Django set up

    with _opened(chosen) as files:
        exercise = exercises.NewExercise(title, scenario, led_by, participants, findings, on, note, files)
        entry = exercises.hold_exercise(accounts.organisation_named(org), exercise, recorder_of(by))
    print_entry(org, entry.index, as_json=as_json)


@click.command("complete-training")
@click.argument("paths", metavar="[FILE]...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--title", required=True, help="What was taught, in one line.")
@click.option("--audience", required=True, help="Who it was for.")
@click.option("--people", required=True, type=int, help="How many completed it.")
@click.option("--of", "total", type=int, help="How many should have.")
@click.option("--on", "day", required=True, metavar="DATE", help="The day.")
@click.option("--note", default="", help="More about it; kept apart from the public part of the entry.")
@writes
def complete_training(
    *,
    paths: tuple[Path, ...],
    title: str,
    audience: str,
    people: int,
    total: int | None,
    day: str,
    note: str,
    org: str,
    by: str | None,
    as_json: bool,
    data_directory: Path,
) -> None:
    """Record that people completed a training. It shows the practices that name trainings."""
    on = parse_day(day)
    chosen = [existing_file(path) for path in paths]
    open_installation(data_directory)
    from charteroak.services import accounts, exercises  # noqa: PLC0415 - needs Django set up

    with _opened(chosen) as files:
        training = exercises.NewTraining(title, audience, people, on, total, note, files)
        entry = exercises.complete_training(accounts.organisation_named(org), training, recorder_of(by))
    print_entry(org, entry.index, as_json=as_json)


@click.command("supersede")
@click.argument("entry", type=click.IntRange(min=0))
@click.option("--by-entry", "replaced_by", type=click.IntRange(min=0), help="The evidence that takes its place.")
@click.option("--reason", required=True, help="Why it shows nothing more.")
@click.option("--on", "day", required=True, metavar="DATE", help="The day from which it shows nothing more.")
@writes
def supersede(
    *,
    entry: int,
    replaced_by: int | None,
    reason: str,
    day: str,
    org: str,
    by: str | None,
    as_json: bool,
    data_directory: Path,
) -> None:
    """Record that an item of evidence shows nothing more from a day on."""
    on = parse_day(day)
    open_installation(data_directory)
    from charteroak.program.bodies import EvidenceSuperseded  # noqa: PLC0415 - only here
    from charteroak.services import accounts, superseding  # noqa: PLC0415 - needs Django set up

    body = EvidenceSuperseded(supersedes=entry, by=replaced_by, reason=reason)
    row = superseding.supersede_evidence(accounts.organisation_named(org), body, on, recorder_of(by))
    print_entry(org, row.index, as_json=as_json)


VERBS = (accept_exception, hold_exercise, complete_training, supersede)
