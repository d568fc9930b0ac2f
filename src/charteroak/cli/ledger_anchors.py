"""``charteroak ledger anchor``, ``authority`` and ``tokens``: time-stamps over checkpoints by outside authorities."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from charteroak.cli.__main__ import EXIT_DONE, EXIT_FINDINGS, EXIT_INCOMPLETE
from charteroak.cli.files import print_json, read_document
from charteroak.cli.installation import data_option, open_installation
from charteroak.cli.printable import printable
from charteroak.clock import format_instant
from charteroak.errors import CharterOakError, CouldNotError

if TYPE_CHECKING:
    from charteroak.records.accounts.models import Organisation
    from charteroak.records.anchors.models import Token

ROOTS_LIMIT_BYTES = 1 << 20
"""A root and its intermediate certificates; each has about two kilobytes."""

_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


@click.command()
@click.option("--org", metavar="SLUG", help="One organization; all of them when left out.")
@_json
@data_option
def anchor(*, org: str | None, as_json: bool, data_directory: Path) -> int:
    """Sign what waits for a checkpoint and have it stamped by every registered authority. Made for a timer.

    What cannot be sent waits for the next time. Exit code 1: a token does not hold, or the two programs that check it
    differ. 3: something still waits, or an organization could not be anchored.
    """
    open_installation(data_directory)
    from charteroak.services import timestamps  # noqa: PLC0415 - needs Django set up

    documents: list[dict[str, Any]] = []
    code = EXIT_DONE
    for organisation in _chosen(org):
        try:
            results = [result.to_json() for result in timestamps.anchor(organisation)]
        except CharterOakError as error:
            if org is not None or isinstance(error, timestamps.NoAuthorityError):
                raise
            click.echo(printable(f"charteroak: {organisation.slug}: {error} [{error.code}]"), err=True)
            documents.append({"organisation": organisation.slug, "status": "not-anchored", "error": str(error)})
            code = EXIT_INCOMPLETE
            continue
        documents.extend(results)
        if any(result["status"] == "does-not-hold" or result["disagreement"] for result in results):
            code = max(code, EXIT_FINDINGS)
        if any(result["status"] == "waiting" for result in results):
            code = EXIT_INCOMPLETE
    if as_json:
        print_json(documents)
    else:
        for document in documents:
            click.echo(printable(_line(document)))
        if not documents:
            click.echo("Nothing new to stamp.")
    return code


def _line(document: dict[str, Any]) -> str:
    if document["status"] == "not-anchored":
        return f"{document['organisation']}: NOT ANCHORED: {document['error']}"
    place = f"{document['organisation']}: size {document['size']} by {document['authority']}"
    if document["status"] == "waiting":
        return f"{place}: WAITS: {document['error']}"
    said = f"{place}: stamped {document['moment']}"
    if document["disagreement"]:
        return f"{said}, but rfc3161-client and openssl DIFFER"
    return said if document["status"] == "holds" else f"{said}, but the token DOES NOT HOLD"


@click.command()
@click.option("--org", metavar="SLUG", help="One organization; all of them when left out.")
@_json
@data_option
def tokens(*, org: str | None, as_json: bool, data_directory: Path) -> int:
    """Check every kept token anew by rfc3161-client and by openssl, and print what each says.

    Exit code 1: a token does not hold, or the two differ.
    """
    open_installation(data_directory)
    from charteroak.services import timestamps  # noqa: PLC0415 - needs Django set up

    checked = [token for organisation in _chosen(org) for token in timestamps.check_tokens(organisation)]
    if as_json:
        print_json([_token_document(token) for token in checked])
    else:
        for token in checked:
            click.echo(printable(_token_line(token)))
        if not checked:
            click.echo("No token is kept here.")
    return EXIT_FINDINGS if any(token.is_disputed or not token.holds for token in checked) else EXIT_DONE


def _token_document(token: "Token") -> dict[str, Any]:
    return {
        "organisation": token.checkpoint.organisation.slug,
        "authority": token.authority.name,
        "sameOperator": token.authority.is_same_operator,
        "size": token.checkpoint.size,
        "moment": format_instant(token.moment),
        "renews": None if token.previous is None else token.previous.serial,
        "serial": token.serial,
        "certificateExpires": format_instant(token.certificate_expires),
        "holds": token.holds,
        "rfc3161Client": {"result": str(token.library_result), "reason": token.library_reason},
        "openssl": {"result": str(token.openssl_result), "reason": token.openssl_reason},
    }


def _token_line(token: "Token") -> str:
    reasons = " ".join(reason for reason in (token.library_reason, token.openssl_reason) if reason)
    return (
        f"{token.checkpoint.organisation.slug}: size {token.checkpoint.size} by {token.authority.name}, "
        f"{format_instant(token.moment)}: rfc3161-client {token.library_result}, openssl {token.openssl_result}"
        f"{f' ({reasons})' if reasons else ''}"
    )


@click.group()
def authority() -> None:
    """The time-stamping authorities (RFC 3161) that are asked. Take two or more, of different operators."""


@authority.command()
@click.option("--name", required=True, metavar="LINE", help="How pages call it.")
@click.option("--url", required=True, metavar="URL", help="Where requests go; https, or http to this machine.")
@click.option("--operator", required=True, metavar="LINE", help="Who runs it.")
@click.option(
    "--roots",
    required=True,
    type=click.Path(path_type=Path, allow_dash=True),
    help="Its root certificate in PEM, then any intermediate ones. Get it from the operator, not from a token.",
)
@click.option("--same-operator", is_flag=True, help="Whoever runs this installation runs it too: it does not count.")
@data_option
def add(*, name: str, url: str, operator: str, roots: Path, same_operator: bool, data_directory: Path) -> None:
    """Register an authority. From now on each new checkpoint waits for its stamp."""
    pem = read_document(roots, limit_bytes=ROOTS_LIMIT_BYTES).decode("ascii", "replace")
    open_installation(data_directory)
    from charteroak.services import timestamps  # noqa: PLC0415 - needs Django set up

    new = timestamps.NewAuthority(name, url, operator, pem, is_same_operator=same_operator)
    click.echo(printable(f"{timestamps.add_authority(new)}: registered."))


@authority.command("list")
@_json
@data_option
def list_(*, as_json: bool, data_directory: Path) -> None:
    """Print the registered authorities."""
    open_installation(data_directory)
    from charteroak.services import timestamps  # noqa: PLC0415 - needs Django set up

    rows = timestamps.authorities()
    documents = [
        {
            "name": row.name,
            "url": row.url,
            "operator": row.operator,
            "sameOperator": row.is_same_operator,
            "added": format_instant(row.added),
            "retired": None if row.retired is None else format_instant(row.retired),
        }
        for row in rows
    ]
    if as_json:
        print_json(documents)
        return
    for row in rows:
        notes = [*(["same operator"] if row.is_same_operator else []), *(["retired"] if row.retired else [])]
        click.echo(printable(f"{row.name}: {row.url}, run by {row.operator}{', '.join(['', *notes])}"))
    if not rows:
        click.echo("None is registered.")


@authority.command()
@click.option("--name", required=True, metavar="LINE", help="The authority.")
@data_option
def retire(*, name: str, data_directory: Path) -> None:
    """Ask an authority no longer; its tokens stay."""
    open_installation(data_directory)
    from charteroak.services import timestamps  # noqa: PLC0415 - needs Django set up

    click.echo(printable(f"{timestamps.retire_authority(name)}: asked no longer."))


def _chosen(org: str | None) -> "list[Organisation]":
    from charteroak.services import ledger  # noqa: PLC0415 - needs Django set up

    chosen = ledger.organisations_with_ledgers() if org is None else [ledger.organisation_with_ledger(org)]
    if not chosen:
        raise CouldNotError("No ledger is kept here yet.", remedy="Record something first.")
    return chosen
