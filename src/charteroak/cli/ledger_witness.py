"""``charteroak ledger witness``: this installation as a witness of logs, and as a log that asks witnesses."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from charteroak.cli.__main__ import EXIT_DONE, EXIT_FINDINGS, EXIT_INCOMPLETE
from charteroak.cli.files import print_json, read_document
from charteroak.cli.installation import data_option, open_installation
from charteroak.cli.printable import printable
from charteroak.clock import format_instant
from charteroak.errors import CouldNotError

if TYPE_CHECKING:
    from charteroak.records.accounts.models import Organisation
    from charteroak.services.witnesses import AskResult

REQUEST_LIMIT_BYTES = 2 << 20
_STATUS_WORDS = {"cosigned": "co-signed", "refused": "REFUSED", "not-reached": "NOT REACHED"}

_org = click.option("--org", required=True, metavar="SLUG", help="The organization.")
_name = click.option("--name", required=True, metavar="LINE", help="The witness, as pages call it.")
_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


@click.group()
def witness() -> None:
    """Co-signatures (C2SP tlog-witness): give them as a witness, ask for them as a log. They endorse no entry."""


@witness.command("add-log")
@_org
@click.option("--origin", required=True, metavar="LINE", help="The log's origin, the first line of its checkpoints.")
@click.option("--key", "vkeys", required=True, multiple=True, metavar="VKEY", help="A key of the log; repeat for each.")
@_json
@data_option
def add_log(*, org: str, origin: str, vkeys: tuple[str, ...], as_json: bool, data_directory: Path) -> None:
    """Let the witness of an organization co-sign a log; the witness and its key are made on first use.

    A log that is known already gets the keys given now; what the witness has seen of it stays.
    """
    open_installation(data_directory)
    from charteroak.services import witnessing  # noqa: PLC0415 - needs Django set up

    own = witnessing.own_witness_of(_organisation(org))
    row = witnessing.add_log(own, witnessing.NewLog(origin, vkeys))
    if as_json:
        print_json({"witness": own.name, "verifierKey": own.vkey, "origin": row.origin, "size": row.size})
        return
    click.echo(printable(f"{own.name} co-signs {row.origin} from size {row.size}."))
    click.echo(own.vkey)


@witness.command("add-witness")
@_name
@click.option("--key", "vkey", required=True, metavar="VKEY", help="Its co-signer key, got from its operator.")
@click.option("--operator", required=True, metavar="LINE", help="Who runs it.")
@click.option("--url", default="", metavar="URL", help="Its submission prefix; none for one of this installation.")
@click.option("--same-operator", is_flag=True, help="Whoever runs this installation runs it too: it does not count.")
@data_option
def add_witness(*, name: str, vkey: str, operator: str, url: str, same_operator: bool, data_directory: Path) -> None:
    """Ask a witness for co-signatures from now on. One of this installation is never counted as outside."""
    open_installation(data_directory)
    from charteroak.services import witnesses  # noqa: PLC0415 - needs Django set up

    row = witnesses.add_witness(witnesses.NewWitness(name, vkey, operator, url, is_same_operator=same_operator))
    note = ", of the same operator: not counted as outside" if row.is_same_operator else ""
    click.echo(printable(f"{row.name}: registered{note}."))


@witness.command()
@_name
@data_option
def retire(*, name: str, data_directory: Path) -> None:
    """Ask a witness no longer; what it co-signed stays."""
    open_installation(data_directory)
    from charteroak.services import witnesses  # noqa: PLC0415 - needs Django set up

    click.echo(printable(f"{witnesses.retire_witness(name)}: asked no longer."))


@witness.command("list")
@_json
@data_option
def list_(*, as_json: bool, data_directory: Path) -> None:
    """Print the witnesses that our logs ask, and those that run here with the logs that they know."""
    open_installation(data_directory)
    from charteroak.services import witnesses, witnessing  # noqa: PLC0415 - needs Django set up

    asked = [
        {
            "name": row.name,
            "verifierKey": row.vkey,
            "url": row.url,
            "operator": row.operator,
            "sameOperator": row.is_same_operator,
            "retired": None if row.retired is None else format_instant(row.retired),
        }
        for row in witnesses.all_witnesses()
    ]
    own = [
        {
            "organisation": row.organisation.slug,
            "verifierKey": row.vkey,
            "logs": [
                {
                    "origin": log.origin,
                    "size": log.size,
                    "cosigned": None if log.cosigned is None else format_instant(log.cosigned),
                }
                for log in witnessing.logs_of(row)
            ],
            "refusals": len(witnessing.refusals_as_witness(row)),
        }
        for row in witnessing.own_witnesses()
    ]
    if as_json:
        print_json({"asked": asked, "own": own})
        return
    _print_lists(asked, own)


def _print_lists(asked: list[dict[str, Any]], own: list[dict[str, Any]]) -> None:
    click.echo("Our logs ask:")
    for row in asked:
        notes = [*(["same operator"] if row["sameOperator"] else []), *(["retired"] if row["retired"] else [])]
        click.echo(
            printable(f"  {row['name']}, run by {row['operator']}{', '.join(['', *notes])}: {row['verifierKey']}")
        )
    if not asked:
        click.echo("  nobody")
    click.echo("Running here:")
    for row in own:
        click.echo(printable(f"  {row['organisation']}: {row['verifierKey']}"))
        for log in row["logs"]:
            click.echo(printable(f"    {log['origin']} at size {log['size']}, co-signed {log['cosigned'] or 'never'}"))
        if row["refusals"]:
            click.echo(f"    {row['refusals']} REFUSED")
    if not own:
        click.echo("  none")


@witness.command()
@click.option("--org", metavar="SLUG", help="One organization; all of them when left out.")
@click.option("--print", "as_text", is_flag=True, help="Ask nobody; print the request, to carry it by hand.")
@click.option("--old-size", type=click.IntRange(min=0), default=0, help="With --print: what the witness has seen.")
@_json
@data_option
def request(*, org: str | None, as_text: bool, old_size: int, as_json: bool, data_directory: Path) -> int:
    """Sign what waits for a checkpoint and ask every witness to co-sign it. Made for a timer.

    Exit code 1: a witness refused, which is what a rewritten log looks like from outside. 3: one was not reached.
    """
    open_installation(data_directory)
    from charteroak.services import ledger, witnesses  # noqa: PLC0415 - needs Django set up

    if as_text:
        if org is None:
            raise click.UsageError("--print needs --org.")
        sys.stdout.write(witnesses.request_for(ledger.organisation_with_ledger(org), old_size=old_size).decode())
        return EXIT_DONE
    chosen = ledger.organisations_with_ledgers() if org is None else [ledger.organisation_with_ledger(org)]
    if not chosen:
        raise CouldNotError("No ledger is kept here yet.", remedy="Record something first.")
    results = [
        result
        for organisation in chosen
        if org is not None or witnesses.active_witnesses(organisation)
        for result in witnesses.ask_witnesses(organisation)
    ]
    if as_json:
        print_json([result.to_json() for result in results])
    else:
        for result in results:
            click.echo(printable(_result_line(result)))
    statuses = {result.status for result in results}
    if "not-reached" in statuses:
        return EXIT_INCOMPLETE
    return EXIT_FINDINGS if "refused" in statuses else EXIT_DONE


def _result_line(result: "AskResult") -> str:
    said = result.to_json()
    tail = f": {said['reason']}" if said["reason"] else f", {said['moment']}"
    return f"{result.organisation}: size {result.size}, {result.witness}: {_STATUS_WORDS[result.status]}{tail}"


@witness.command()
@_org
@click.argument("file", metavar="REQUEST", type=click.Path(path_type=Path, allow_dash=True))
@data_option
def cosign(*, org: str, file: Path, data_directory: Path) -> int:
    """Answer a request that was brought by hand as the witness of an organization, and print the signature lines.

    Exit code 1: refused; the reason is on standard error, and the contradiction is kept.
    """
    body = read_document(file, limit_bytes=REQUEST_LIMIT_BYTES)
    open_installation(data_directory)
    from charteroak.services import witnessing  # noqa: PLC0415 - needs Django set up

    answer = witnessing.add_checkpoint(witnessing.own_witness_of(_organisation(org)), body)
    text = answer.body.decode("utf-8", "replace")
    if answer.status != 200:
        what = f"it has co-signed {text.strip()} entries; prove from there" if answer.status == 409 else text.strip()
        click.echo(printable(f"charteroak: refused: {what}"), err=True)
        return EXIT_FINDINGS
    sys.stdout.write(text)
    return EXIT_DONE


@witness.command()
@_org
@_name
@click.argument("file", metavar="LINES", type=click.Path(path_type=Path, allow_dash=True))
@data_option
def accept(*, org: str, name: str, file: Path, data_directory: Path) -> None:
    """Keep the signature lines that a witness gave by hand to the newest checkpoint."""
    body = read_document(file, limit_bytes=REQUEST_LIMIT_BYTES)
    open_installation(data_directory)
    from charteroak.services import ledger, witnesses  # noqa: PLC0415 - needs Django set up

    kept = witnesses.accept_answer(ledger.organisation_with_ledger(org), name, body)
    click.echo(printable(f"{kept.witness.name} co-signed size {kept.checkpoint.size}, {format_instant(kept.moment)}."))


def _organisation(slug: str) -> "Organisation":
    from charteroak.services import accounts  # noqa: PLC0415 - needs Django set up

    return accounts.organisation_named(slug)
