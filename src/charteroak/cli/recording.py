"""What the commands share that write an entry: for whom, by whom, and how the entry is told."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from charteroak.cli.files import print_json

if TYPE_CHECKING:
    from charteroak.records.accounts.models import Organisation
    from charteroak.services.programs import Recorder


def org_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--org SLUG``: the organisation whose record it is."""
    return click.option("--org", required=True, metavar="SLUG", help="The organisation.")(command)


def recorder_of(email: str | None) -> "Recorder":
    """The person with this address as a recorder; without one, the software.

    Raises:
        AccountInputError: nobody signs in with this address.
    """
    from charteroak.services import accounts, programs  # noqa: PLC0415 - needs Django set up

    return programs.Recorder("system") if email is None else programs.recorder_for(accounts.person_named(email))


def chosen_organisations(org: str | None) -> "list[Organisation]":
    """The organisation of this name, or all that have a ledger.

    Raises:
        UnknownLedgerError: none has this name.
    """
    from charteroak.services import ledger  # noqa: PLC0415 - needs Django set up

    return ledger.organisations_with_ledgers() if org is None else [ledger.organisation_with_ledger(org)]


def print_entry(org: str, index: int, *, as_json: bool) -> None:
    """Say which entry was written."""
    if as_json:
        print_json({"organisation": org, "entry": index})
    else:
        click.echo(f"Recorded as entry {index} of {org}.")
