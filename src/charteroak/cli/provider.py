"""``charteroak provider``: who looks after whom, what a provider states it did, and a client that leaves."""

from pathlib import Path

import click

from charteroak.cli.__main__ import EXIT_DONE
from charteroak.cli.files import new_file, print_json, read_document
from charteroak.cli.installation import open_installation
from charteroak.cli.printable import printable
from charteroak.cli.recording import print_entry, recorder_of, writes
from charteroak.clock import parse_day

_NOTE_LIMIT_BYTES = 1 << 20


@click.group()
def provider() -> None:
    """Who looks after whom, what a provider did, and a client that leaves."""


@provider.command()
@click.option("--provider", "provider_slug", required=True, metavar="SLUG", help="The provider.")
@click.option("--reason", default="", help="Why; kept apart from the public part of the entry.")
@writes
def engage(*, provider_slug: str, reason: str, org: str, by: str | None, as_json: bool, data_directory: Path) -> None:
    """Let a provider's people act for an organization. Both ledgers say so."""
    open_installation(data_directory)
    from charteroak.services import accounts, provider_relations  # noqa: PLC0415 - needs Django set up

    client = accounts.organisation_named(org)
    change = provider_relations.begin_relation(
        client, accounts.organisation_named(provider_slug), recorder_of(by), reason=reason
    )
    print_entry(org, change.client.index, as_json=as_json)


@provider.command()
@click.option("--provider", "provider_slug", required=True, metavar="SLUG", help="The provider.")
@click.option("--reason", default="", help="Why; kept apart from the public part of the entry.")
@writes
def leave(*, provider_slug: str, reason: str, org: str, by: str | None, as_json: bool, data_directory: Path) -> None:
    """End it: the provider's people reach nothing of the organization's any more. Both ledgers say so.

    The record, its keys and its files stay with the organization; `charteroak provider export` hands over all of it.
    """
    open_installation(data_directory)
    from charteroak.services import accounts, provider_relations  # noqa: PLC0415 - needs Django set up

    client = accounts.organisation_named(org)
    change = provider_relations.end_relation(
        client, accounts.organisation_named(provider_slug), recorder_of(by), reason=reason
    )
    print_entry(org, change.client.index, as_json=as_json)


@provider.command()
@click.option("--provider", "provider_slug", required=True, metavar="SLUG", help="The provider that states it.")
@click.option("--from", "first", required=True, metavar="DATE", help="The first day of the period.")
@click.option("--to", "last", required=True, metavar="DATE", help="Its last day.")
@click.option("--stated-by", required=True, metavar="NAME", help="Who states it for the provider.")
@click.option("--role", required=True, help="That person's role.")
@writes
def state(
    *,
    provider_slug: str,
    first: str,
    last: str,
    stated_by: str,
    role: str,
    org: str,
    by: str | None,
    as_json: bool,
    data_directory: Path,
) -> None:
    """State what a provider did for a client, from the client's record, signed with the provider's log keys.

    It certifies nothing. The entry keeps a zip file with the document, the signed note and how to check them.
    """
    days = parse_day(first), parse_day(last)
    open_installation(data_directory)
    from charteroak.services import accounts, provider_statements  # noqa: PLC0415 - needs Django set up

    new = provider_statements.NewStatement(*days, by=stated_by, role=role)
    entry = provider_statements.state_services(
        accounts.organisation_named(org), accounts.organisation_named(provider_slug), new, recorder_of(by)
    )
    print_entry(org, entry.index, as_json=as_json)


@provider.command()
@click.argument("note", type=click.Path(path_type=Path))
@click.option("--key", "keys", multiple=True, required=True, metavar="VKEY", help="A key of the provider; repeat it.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def verify(*, note: Path, keys: tuple[str, ...], as_json: bool) -> int:
    """Check that every key given signed a provider's statement (statement.note), and print what it says.

    Ask the provider for its keys by another way than the statement. Exit code 1: a signature does not hold.
    """
    from charteroak.dossier.provider_statement import verify_statement  # noqa: PLC0415 - stateless, and only here

    text = verify_statement(read_document(note, limit_bytes=_NOTE_LIMIT_BYTES), keys)
    if as_json:
        print_json({"path": str(note), "keys": list(keys), "text": text})
    else:
        click.echo(printable(text).rstrip())
    return EXIT_DONE


@provider.command()
@click.option("-o", "output", required=True, type=click.Path(path_type=Path), metavar="F.zip")
@writes
def export(*, output: Path, org: str, by: str | None, as_json: bool, data_directory: Path) -> None:
    """Everything of an organization's record as one zip file, to leave with.

    It holds a dossier over the whole record with its evidence and written program, the log as tiles, and the public
    keys. It is checked without the provider and without this software: sh verify.sh in the dossier.
    """
    open_installation(data_directory)
    from charteroak.services import accounts, departures  # noqa: PLC0415 - needs Django set up

    client = accounts.organisation_named(org)
    with new_file(output) as target:
        made = departures.write_everything(client, target, made_by=recorder_of(by))
    if as_json:
        print_json({"path": str(output), **made.to_json()})
        return
    click.echo(printable(f"{output}: {made.entries} entries, {made.evidence_files} evidence files."))
    click.echo(f"Digest of its list of files  {made.manifest_sha256}")
    click.echo("Private keys are not in it: who keeps them keeps signing this log.")
