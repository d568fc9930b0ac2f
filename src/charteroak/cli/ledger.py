"""``charteroak ledger``: checkpoints and proofs of an installation's append-only ledgers."""

import sys
from pathlib import Path
from typing import Any

import click

from charteroak.cli.__main__ import EXIT_DONE, EXIT_FINDINGS, EXIT_INCOMPLETE
from charteroak.cli.files import print_json
from charteroak.cli.installation import data_option, open_installation
from charteroak.cli.ledger_keys import keys
from charteroak.clock import format_instant
from charteroak.errors import CharterOakError, CouldNotError, VerificationError


@click.group()
def ledger() -> None:
    """Checkpoints and proofs of the append-only ledger."""


ledger.add_command(keys)


@ledger.command()
@click.option("--org", metavar="SLUG", help="One organisation; all of them when left out.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def verify(*, org: str | None, as_json: bool, data_directory: Path) -> int:
    """Replay each ledger from its first entry and hold every stored checkpoint against it.

    Exit code 1: a ledger does not hold, and its first bad entry, body or checkpoint is named. 3: one could not be
    verified, or there is none.
    """
    open_installation(data_directory)
    from charteroak.services import checkpoints  # noqa: PLC0415 - needs Django set up
    from charteroak.services import ledger as ledgers  # noqa: PLC0415 - needs Django set up

    chosen = ledgers.organisations_with_ledgers() if org is None else [ledgers.organisation_with_ledger(org)]
    if not chosen:
        raise CouldNotError("No ledger is kept here yet, so nothing was verified.", remedy="Record something first.")
    found: list[tuple[dict[str, Any], str]] = []
    code = EXIT_DONE
    for organisation in chosen:
        try:
            state = checkpoints.verify_ledger(organisation)
        except VerificationError as error:
            found.append(_not_verified(organisation.slug, "failed", error))
            code = max(code, EXIT_FINDINGS)
        except CouldNotError as error:
            found.append(_not_verified(organisation.slug, "not-verified", error))
            click.echo(f"charteroak: {organisation.slug}: {error} [{error.code}]", err=True)
            code = EXIT_INCOMPLETE
        else:
            found.append((state.to_json(), state.sentence))
    if as_json:
        print_json([document for document, _ in found])
    else:
        for document, sentence in found:
            click.echo(f"{document['organisation']}: {sentence}")
    return code


def _not_verified(slug: str, status: str, error: CharterOakError) -> tuple[dict[str, Any], str]:
    document = {"organisation": slug, "status": status, "code": error.code, "reason": str(error)}
    return document, f"{status.upper()}: {error} [{error.code}]"


@ledger.command()
@click.option("--org", required=True, metavar="SLUG", help="The organisation.")
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
@click.option("--org", required=True, metavar="SLUG", help="The organisation.")
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
