"""``charteroak ledger``: checkpoints and proofs of an installation's append-only ledgers."""

import sys
from pathlib import Path

import click

from charteroak.cli.files import print_json
from charteroak.cli.installation import data_option, open_installation


@click.group()
def ledger() -> None:
    """Checkpoints and proofs of the append-only ledger."""


@ledger.command()
@click.option("--org", metavar="SLUG", help="One organisation; all of them when left out.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def verify(*, org: str | None, as_json: bool, data_directory: Path) -> None:
    """Replay each ledger from its first entry and hold every stored checkpoint against it.

    Exit code 1 names the first entry, body or checkpoint that does not hold.
    """
    open_installation(data_directory)
    from charteroak.services import ledger as ledgers  # noqa: PLC0415 - needs Django set up

    chosen = ledgers.organisations_with_ledgers() if org is None else [ledgers.organisation_with_ledger(org)]
    states = [ledgers.verify_ledger(organisation) for organisation in chosen]
    if as_json:
        print_json([state.to_json() for state in states])
        return
    for state in states:
        click.echo(f"{state.organisation}: {state.sentence}")


@ledger.command()
@click.option("--org", required=True, metavar="SLUG", help="The organisation.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def checkpoint(*, org: str, as_json: bool, data_directory: Path) -> None:
    """Sign the ledger as it stands and print the checkpoint (C2SP tlog-checkpoint)."""
    open_installation(data_directory)
    from charteroak.services import ledger as ledgers  # noqa: PLC0415 - needs Django set up

    organisation = ledgers.organisation_with_ledger(org)
    row = ledgers.make_checkpoint(organisation)
    note = bytes(row.note).decode("utf-8")
    if as_json:
        print_json(
            {
                "organisation": organisation.slug,
                "size": row.size,
                "created": row.created.isoformat(),
                "verifierKey": ledgers.signer_of(organisation).verifier.vkey,
                "note": note,
            }
        )
        return
    sys.stdout.write(note)


@ledger.command()
@click.option("--org", required=True, metavar="SLUG", help="The organisation.")
@click.option("--index", required=True, type=click.IntRange(min=0), help="The entry's index.")
@data_option
def prove(*, org: str, index: int, data_directory: Path) -> None:
    """Print the inclusion proof of one entry as a self-contained C2SP tlog-proof."""
    open_installation(data_directory)
    from charteroak.services import ledger as ledgers  # noqa: PLC0415 - needs Django set up

    organisation = ledgers.organisation_with_ledger(org)
    sys.stdout.write(ledgers.prove_entry(organisation, index).decode("utf-8"))
