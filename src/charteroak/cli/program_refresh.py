"""``charteroak program refresh``: work out anew where each client stands, or hold what is kept against the ledger."""

import os
from pathlib import Path
from typing import Any

import click

from charteroak.cli.__main__ import EXIT_DONE, EXIT_FINDINGS
from charteroak.cli.files import print_json
from charteroak.cli.installation import data_option, open_installation
from charteroak.errors import InputError, VerificationError


@click.command()
@click.option("--org", metavar="SLUG", help="One organization; every client of a provider when left out.")
@click.option("--all", "anew", is_flag=True, help="Also those that are current: every row is made anew.")
@click.option("--check", is_flag=True, help="Change nothing; hold each row against a fresh evaluation.")
@click.option("--processes", type=click.IntRange(1, 64), default=None, help="As many at once; one for each core.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def refresh(
    *, org: str | None, anew: bool, check: bool, processes: int | None, as_json: bool, data_directory: Path
) -> int:
    """Work out anew where each client stands, for the portfolio of its provider. Run it each night.

    No answer rests on what is kept; it makes a page of hundreds open at once. Exit code 1: a ledger does not hold, or
    with --check what is kept is not what the ledger makes of it.
    """
    if anew and check:
        raise InputError("--all and --check exclude each other.", remedy="Give one of them.")
    open_installation(data_directory)
    from charteroak.services import accounts, standing_renewal  # noqa: PLC0415 - needs Django set up

    chosen = [accounts.organisation_named(org)] if org else standing_renewal.organisations_with_standings()
    if check:
        documents = [_checked(organisation) for organisation in chosen]
    else:
        many = processes or os.cpu_count() or 1
        documents = [
            {"organisation": each.slug, "state": each.state, "reason": each.reason}
            for each in standing_renewal.renew_standings(chosen, anew=anew, processes=many)
        ]
    if as_json:
        print_json(documents)
    else:
        _say(documents)
    return EXIT_FINDINGS if any(document["state"] == "failed" for document in documents) else EXIT_DONE


def _checked(organisation: Any) -> dict[str, str]:
    from charteroak.services import standings  # noqa: PLC0415 - needs Django set up

    try:
        is_held = standings.check_standing(organisation)
    except VerificationError as error:
        return {"organisation": organisation.slug, "state": "failed", "reason": f"{error} [{error.code}]"}
    return {"organisation": organisation.slug, "state": "equal" if is_held else "stale", "reason": ""}


def _say(documents: list[dict[str, str]]) -> None:
    for document in documents:
        if document["state"] == "failed":
            click.echo(f"{document['organisation']}: FAILED: {document['reason']}")
    states = [document["state"] for document in documents]
    words = {
        "renewed": "worked out anew",
        "current": "current before",
        "equal": "equal to a fresh evaluation",
        "stale": "stale, and shown as such",
        "failed": "failed",
    }
    counted = [f"{states.count(state)} {text}" for state, text in words.items() if state in states]
    click.echo(f"{len(documents)} organisations: {', '.join(counted) or 'nobody is a client of a provider here'}.")
