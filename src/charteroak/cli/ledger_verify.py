"""``charteroak ledger verify``: replay ledgers, and hold one against what somebody outside kept of it."""

from pathlib import Path
from typing import Any, ClassVar

import click

from charteroak.cli.__main__ import EXIT_DONE, EXIT_FINDINGS, EXIT_INCOMPLETE
from charteroak.cli.files import print_json, read_document
from charteroak.cli.installation import data_option, open_installation
from charteroak.cli.printable import printable
from charteroak.clock import format_instant
from charteroak.errors import CharterOakError, CouldNotError, InputError, VerificationError

_KEPT_LIMIT_BYTES = 1 << 20
_files = click.Path(path_type=Path, allow_dash=True)


class HeldOptionsError(InputError):
    """What was kept of one ledger was given without saying of which."""

    code: ClassVar[str] = "ledger.held-options"


@click.command()
@click.option("--org", metavar="SLUG", help="One organization; all of them when left out.")
@click.option("--checkpoint", "notes", type=_files, multiple=True, help="A checkpoint that you kept; with --org.")
@click.option("--token", "tokens", type=_files, multiple=True, help="A time-stamp reply that you kept; with --org.")
@click.option("--key", "vkeys", metavar="VKEY", multiple=True, help="The log's key as you know it.")
@click.option(
    "--roots", "roots", type=_files, multiple=True, help="Certificates of an authority that you trust, in PEM."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def verify(
    *,
    org: str | None,
    notes: tuple[Path, ...],
    tokens: tuple[Path, ...],
    vkeys: tuple[str, ...],
    roots: tuple[Path, ...],
    as_json: bool,
    data_directory: Path,
) -> int:
    """Replay each ledger from its first entry and hold every stored checkpoint against it.

    Whoever has the database and the keys can make a new history that agrees with itself. With --checkpoint and --token
    the ledger is held against what others kept, which no operator can change.

    Exit code 1: a ledger does not hold, or is not what was kept of it; its first bad entry, body or checkpoint is
    named. 3: one could not be verified, or there is none.
    """
    if org is None and (notes or tokens):
        raise HeldOptionsError("Say of which organisation this was kept.", remedy="Give --org.")
    open_installation(data_directory)
    from charteroak.services import ledger as ledgers  # noqa: PLC0415 - needs Django set up
    from charteroak.services.held_anchors import Held, compare_held, window_of  # noqa: PLC0415 - needs Django set up

    chosen = ledgers.organisations_with_ledgers() if org is None else [ledgers.organisation_with_ledger(org)]
    if not chosen:
        raise CouldNotError("No ledger is kept here yet, so nothing was verified.", remedy="Record something first.")
    documents = []
    code = EXIT_DONE
    for organisation in chosen:
        document, lines, worst = _verified(organisation)
        compared = compare_held(
            organisation,
            [Held(str(path), _read(path)) for path in notes],
            [Held(str(path), _read(path)) for path in tokens],
            vkeys=vkeys,
            roots_pem=[_read(path) for path in roots],
        )
        age, window = window_of(organisation, compared)
        code = max(code, worst, EXIT_DONE if all(one.holds for one in compared) else EXIT_FINDINGS)
        documents.append(
            document
            | {"held": [one.to_json() for one in compared]}
            | {
                "seenByOutsiders": {
                    "entries": age.size,
                    "last": None if age.last is None else format_instant(age.last),
                    "by": age.by,
                }
            }
        )
        lines += [f"{one.name}: {'' if one.holds else 'CONTRADICTED: '}{one.sentence}" for one in compared]
        if compared and code == EXIT_DONE:
            lines.append(window)
        for line in () if as_json else lines:
            click.echo(printable(f"{organisation.slug}: {line}"))
    if as_json:
        print_json(documents)
    return code


def _verified(organisation: Any) -> tuple[dict[str, Any], list[str], int]:
    """What replaying one ledger found, as a document and for people, and the exit code that it means."""
    from charteroak.services.checkpoints import verify_ledger  # noqa: PLC0415 - needs Django set up
    from charteroak.services.ledger import read_entries  # noqa: PLC0415 - needs Django set up
    from charteroak.services.projections import verify_projections  # noqa: PLC0415 - needs Django set up

    try:
        state = verify_ledger(organisation)
        verify_projections(organisation, read_entries(organisation))
    except VerificationError as error:
        return *_not_verified(organisation.slug, "failed", error), EXIT_FINDINGS
    except CouldNotError as error:
        click.echo(f"charteroak: {organisation.slug}: {error} [{error.code}]", err=True)
        return *_not_verified(organisation.slug, "not-verified", error), EXIT_INCOMPLETE
    return state.to_json(), [state.sentence], EXIT_DONE


def _not_verified(slug: str, status: str, error: CharterOakError) -> tuple[dict[str, Any], list[str]]:
    document = {"organisation": slug, "status": status, "code": error.code, "reason": str(error)}
    return document, [f"{status.upper()}: {error} [{error.code}]"]


def _read(path: Path) -> bytes:
    return read_document(path, limit_bytes=_KEPT_LIMIT_BYTES)
