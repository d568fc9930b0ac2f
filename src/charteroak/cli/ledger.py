"""``charteroak ledger``: checkpoints and proofs of an installation's append-only ledgers."""

import sys
from pathlib import Path

import click

from charteroak.cli.files import print_json
from charteroak.cli.installation import data_option, open_installation
from charteroak.cli.ledger_anchors import anchor, authority, tokens
from charteroak.cli.ledger_export import export
from charteroak.cli.ledger_import import import_record
from charteroak.cli.ledger_keys import keys
from charteroak.cli.ledger_rebuild import rebuild
from charteroak.cli.ledger_verify import verify
from charteroak.cli.ledger_witness import witness
from charteroak.clock import format_instant


@click.group()
def ledger() -> None:
    """Checkpoints and proofs of the append-only ledger."""


ledger.add_command(verify)
ledger.add_command(rebuild)
ledger.add_command(keys)
ledger.add_command(anchor)
ledger.add_command(tokens)
ledger.add_command(authority)
ledger.add_command(witness)
ledger.add_command(export)
ledger.add_command(import_record)


@ledger.command()
@click.option("--org", required=True, metavar="SLUG", help="The organization.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def checkpoint(*, org: str, as_json: bool, data_directory: Path) -> None:
    """Sign the ledger as it stands and print the checkpoint (C2SP tlog-checkpoint)."""
    open_installation(data_directory)
    from charteroak.services import checkpoints, log_keys  # noqa: PLC0415 - needs Django set up
    from charteroak.services import ledger as ledgers  # noqa: PLC0415 - needs Django set up

    organisation = ledgers.organisation_with_ledger(org)
    row = checkpoints.make_checkpoint(organisation)
    note = bytes(row.note).decode("utf-8")
    if as_json:
        print_json(
            {
                "organisation": organisation.slug,
                "size": row.size,
                "created": format_instant(row.created),
                "verifierKey": log_keys.signer_of(organisation).verifier.vkey,
                "verifierKeys": list(log_keys.keys_in_force(organisation).public.vkeys),
                "note": note,
            }
        )
        return
    sys.stdout.write(note)


@ledger.command()
@click.option("--org", required=True, metavar="SLUG", help="The organization.")
@click.option("--index", required=True, type=click.IntRange(min=0), help="The entry's index.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def prove(*, org: str, index: int, as_json: bool, data_directory: Path) -> None:
    """Print the inclusion proof of one entry as a self-contained C2SP tlog-proof."""
    open_installation(data_directory)
    from charteroak.services import checkpoints, log_keys  # noqa: PLC0415 - needs Django set up
    from charteroak.services import ledger as ledgers  # noqa: PLC0415 - needs Django set up

    organisation = ledgers.organisation_with_ledger(org)
    proof = checkpoints.prove_entry(organisation, index).decode("utf-8")
    if as_json:
        print_json(
            {
                "organisation": organisation.slug,
                "index": index,
                "verifierKey": log_keys.signer_of(organisation).verifier.vkey,
                "proof": proof,
            }
        )
        return
    sys.stdout.write(proof)
