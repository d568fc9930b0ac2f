"""What the commands share that write an entry: for whom, by whom, and how the entry is told."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from charteroak.cli.files import print_json
from charteroak.cli.installation import data_option

if TYPE_CHECKING:
    from charteroak.records.accounts.models import Organisation
    from charteroak.services.programs import Recorder


def org_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--org SLUG``: the organization whose record it is."""
    return click.option("--org", required=True, metavar="SLUG", help="The organization.")(command)


def writes(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of every verb that writes: for whom, by whom, how it is told, where."""
    decorated = data_option(command)
    decorated = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")(decorated)
    decorated = click.option("--by", metavar="EMAIL", help="The person who records it; otherwise the software does.")(
        decorated
    )
    return org_option(decorated)


def about_subject(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that name a practice or a requirement."""
    decorated = click.option("--requirement", metavar="ID", help="A requirement of an edition.")(command)
    decorated = click.option("--edition", metavar="EDITION", help="Such as nist-csf@2.0.")(decorated)
    return click.option("--practice", metavar="ID", help="A practice.")(decorated)


def edition_parts(text: str | None) -> tuple[str | None, str | None]:
    """Framework and edition of ``nist-csf@2.0``; ``None`` for what is not said."""
    framework, _, edition = (text or "").partition("@")
    return framework or None, edition or None


def recorder_of(email: str | None) -> "Recorder":
    """The person with this address as a recorder; without one, the software.

    Raises:
        AccountInputError: nobody signs in with this address.
    """
    from charteroak.services import accounts, programs  # noqa: PLC0415 - needs Django set up

    return programs.Recorder("system") if email is None else programs.recorder_for(accounts.person_named(email))


def chosen_organisations(org: str | None) -> "list[Organisation]":
    """The organization of this name, or all that have a ledger.

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
