"""``charteroak evidence collect``: drops of other tools as evidence; and the sources whose drops count."""

from pathlib import Path
from typing import Any

import click

from charteroak.cli.__main__ import EXIT_DONE, EXIT_FINDINGS
from charteroak.cli.files import existing_file, print_json
from charteroak.cli.installation import data_option, open_installation
from charteroak.cli.printable import printable
from charteroak.cli.recording import org_option, print_entry, recorder_of, writes
from charteroak.clock import parse_day
from charteroak.errors import InputError

KINDS = ("backup-log", "patch-inventory", "nessus", "openvas", "signed-drop", "posture")
_WORDS = {True: "yes", False: "NO", None: "could not tell"}


@click.command("collect")
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--source", default="", metavar="NAME", help="Which source it is, where there are several.")
@click.option("--subject", default="", help="What a first drop speaks of, such as The file server.")
@click.option("--domain", default="", help="For posture: the organization's own domain.")
@click.option("--selector", "selectors", multiple=True, help="For posture: a DKIM selector to look at.")
@click.option("--host", default="", help="For posture: a host of the domain to speak TLS with.")
@click.option("--allow-private", is_flag=True, help="For posture: speak to that host at a private address too.")
@writes
def collect(
    *,
    kind: str,
    file: Path | None,
    source: str,
    subject: str,
    domain: str,
    selectors: tuple[str, ...],
    host: str,
    allow_private: bool,
    org: str,
    by: str | None,
    as_json: bool,
    data_directory: Path,
) -> int:
    """Record what another tool says as evidence of the practices it can speak for.

    Exit code 1: something that a practice asks for does not hold, or could not be told. It is recorded all the same.
    """
    if (kind == "posture") != bool(domain) or (kind == "posture") == (file is not None):
        raise click.UsageError("Name a FILE; for posture a --domain instead.")
    path = None if file is None else existing_file(file)
    open_installation(data_directory)
    from charteroak.adapters.posture import Reach  # noqa: PLC0415 - only here
    from charteroak.services import accounts, drops, programs  # noqa: PLC0415 - needs Django set up

    organisation, recorder = accounts.organisation_named(org), recorder_of(by)
    if path is None:
        look = drops.NewLook(domain, selectors, host)
        taken = drops.look_and_take(organisation, look, recorder, reach=Reach(may_be_private=allow_private))
    else:
        with path.open("rb") as stream:
            upload = programs.UploadedFile(path.name, "application/octet-stream", stream)
            taken = drops.take_drop(organisation, drops.NewDrop(kind, upload, source, subject), recorder)
    if as_json:
        print_json(_document(org, taken))
    else:
        _tell(taken)
    return EXIT_DONE if all(each.shows for each in taken.spoken) else EXIT_FINDINGS


def _document(org: str, taken: Any) -> dict[str, Any]:
    return {
        "organisation": org,
        "source": taken.source,
        "sha256": taken.sha256,
        "collected": taken.collected.to_json(),
        "practices": [
            {
                "practice": each.tie.practice,
                "shows": each.shows,
                "leavesOpen": each.tie.leaves_open,
                "entry": entry.index,
            }
            for each, entry in zip(taken.spoken, taken.entries, strict=True)
        ],
    }


def _tell(taken: Any) -> None:
    read = taken.collected
    click.echo(printable(f"{read.collector} {read.version}, {read.subject}, {read.first} to {read.last}:"))
    for each in read.observations:
        click.echo(printable(f"  {each.claim}: {_WORDS[each.holds]}. {each.detail}"))
    for each, entry in zip(taken.spoken, taken.entries, strict=True):
        word = "shows" if each.shows else "does not show"
        click.echo(printable(f"Entry {entry.index} {word} {each.tie.practice}. Open: {each.tie.leaves_open}"))
    for what in read.not_read:
        click.echo(printable(f"  could not be read: {what}"), err=True)
    if read.not_read_left_out:
        click.echo(f"  and {read.not_read_left_out} more that could not be read", err=True)


@click.command("register-collector")
@click.argument("name")
@click.option("--collector", required=True, type=click.Choice(KINDS), help="Which collector reads it.")
@click.option("--subject", required=True, help="What it speaks of; for posture the domain itself.")
@click.option("--key", default="", metavar="VKEY", help="For signed-drop: the tool's verifier key.")
@click.option("--every", "every_days", type=click.IntRange(1, 400), help="Days from one drop to the next.")
@click.option("--registered-by", required=True, metavar="NAME", help="Who says that its drops count.")
@click.option("--since", required=True, metavar="DATE", help="The day from which it is so.")
@click.option("--end", is_flag=True, help="It is expected no more, and its key counts no more.")
@writes
def register_collector(
    *,
    name: str,
    collector: str,
    subject: str,
    key: str,
    every_days: int | None,
    registered_by: str,
    since: str,
    end: bool,
    org: str,
    by: str | None,
    as_json: bool,
    data_directory: Path,
) -> None:
    """Record that drops of a source count from a day on; or, with --end, that they count no more.

    For posture it declares the domain as the organization's own; for signed-drop it lets a key speak.
    """
    day = parse_day(since)
    open_installation(data_directory)
    from charteroak.services import accounts, collectors  # noqa: PLC0415 - needs Django set up

    organisation, recorder = accounts.organisation_named(org), recorder_of(by)
    if end:
        entry = collectors.end_source(organisation, name, registered_by, day, recorder)
    else:
        source = collectors.NewSource(name, collector, subject, registered_by, key, every_days)
        entry = collectors.register_source(organisation, source, day, recorder)
    print_entry(org, entry.index, as_json=as_json)


@click.command("collectors")
@org_option
@click.option("--as-of", "as_of", metavar="DATE", help="The day asked about; otherwise today.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def collectors(*, org: str, as_of: str | None, as_json: bool, data_directory: Path) -> int:
    """List the sources: what came last, how old it is, what it showed, and which gaps it proposes.

    Exit code 1: one is silent for too long, or proposes a gap. A gap is opened by `program open-gap`, by a person.
    """
    asked = None if as_of is None else parse_day(as_of)
    open_installation(data_directory)
    from charteroak.adapters.system_clock import now  # noqa: PLC0415 - needs an installation
    from charteroak.clock import connecticut_day  # noqa: PLC0415 - as above
    from charteroak.services import accounts  # noqa: PLC0415 - needs Django set up
    from charteroak.services import collectors as services  # noqa: PLC0415 - as above

    organisation = accounts.organisation_named(org)
    day = asked or connecticut_day(now())
    if asked is not None and asked > connecticut_day(now()):
        raise InputError("This day lies in the future.")
    states = services.source_states(organisation, day)
    proposed = services.proposed_gaps(organisation, states, day)
    if as_json:
        print_json({"organisation": org, "sources": [each.to_json() for each in states],
                    "proposedGaps": [each.to_json() for each in proposed]})  # fmt: skip
    else:
        click.echo(f"{org} on {day.isoformat()}: {len(states)} sources, {len(proposed)} proposed gaps.")
        for state in states:
            body = state.source.body
            age = "nothing came yet" if state.age_days is None else f"last drop {state.age_days} days old"
            late = f", SILENT for {state.silent_days} days too long" if state.silent_days else ""
            words = f"  {body.name} ({body.collector}, {body.subject}): {age}, expected every {body.every_days}{late}"
            click.echo(printable(words))
            for claim in state.claims:
                click.echo(printable(f"    {claim.claim}: {_WORDS[claim.holds]}. {claim.detail}"))
            if state.could_not_read:
                click.echo(f"    could not be read: {state.could_not_read}")
        for gap in proposed:
            click.echo(printable(f"  proposed gap {gap.name} ({gap.severity}): {gap.title} [entry {gap.found_by}]"))
    return EXIT_FINDINGS if proposed or any(state.silent_days for state in states) else EXIT_DONE


COLLECT_VERBS = (collect, register_collector, collectors)
