"""``charteroak ledger rebuild``: make the projections again from the ledger, or hold them against it."""

from pathlib import Path
from typing import Any

import click

from charteroak.cli.__main__ import EXIT_DONE, EXIT_FINDINGS
from charteroak.cli.files import print_json
from charteroak.cli.installation import data_option, open_installation
from charteroak.cli.recording import chosen_organisations
from charteroak.errors import CouldNotError, VerificationError


@click.command()
@click.option("--org", metavar="SLUG", help="One organization; all of them when left out.")
@click.option("--check", is_flag=True, help="Change nothing; say whether the projections are what the ledger makes.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def rebuild(*, org: str | None, check: bool, as_json: bool, data_directory: Path) -> int:
    """Make the rows that find entries again from the ledger. No answer rests on them; they make answers fast.

    Exit code 1: a ledger does not hold, or with --check its projections were altered; the first bad entry is named.
    """
    open_installation(data_directory)
    from charteroak.services import ledger, projections, standings  # noqa: PLC0415 - needs Django set up

    chosen = chosen_organisations(org)
    if not chosen:
        raise CouldNotError("No ledger is kept here yet, so there is nothing to project.", remedy="Record something.")
    documents: list[dict[str, Any]] = []
    code = EXIT_DONE
    for organisation in chosen:
        try:
            if check:
                projections.verify_projections(organisation, ledger.read_entries(organisation))
                whole = projections.is_whole(organisation)
                document = {"organisation": organisation.slug, "status": "whole" if whole else "not-projected"}
            else:
                rebuilt = projections.rebuild_projections(organisation, ledger.read_entries(organisation))
                standings.renew_if_kept(organisation)
                document = rebuilt.to_json() | {"status": "rebuilt"}
        except VerificationError as error:
            document = {"organisation": organisation.slug, "status": "failed", "code": error.code, "reason": str(error)}
            code = EXIT_FINDINGS
        documents.append(document)
    if as_json:
        print_json(documents)
        return code
    for document in documents:
        click.echo(f"{document['organisation']}: {_sentence(document)}")
    return code


def _sentence(document: dict[str, Any]) -> str:
    match document["status"]:
        case "rebuilt":
            return f"{document['entries']} entries projected, {document['relations']} ties between them."
        case "whole":
            return "The projections are what the ledger makes of them."
        case "not-projected":
            return "Nothing is projected by the rules of this release; answers read the whole ledger."
        case _:
            return f"FAILED: {document['reason']} [{document['code']}]"
