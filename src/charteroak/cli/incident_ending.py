"""``charteroak incident close|opened-in-error|reopen``: how an incident ends, was none, or goes on."""

import functools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from charteroak.cli.files import print_json
from charteroak.cli.installation import open_installation
from charteroak.cli.recording import recorder_of, writes

if TYPE_CHECKING:
    from charteroak.records.incidents.models import Incident
    from charteroak.services.programs import Recorder

_reason = click.option("--reason", required=True, help="Why; it is recorded.")


def _ends(state: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A verb that ends an incident or takes it up again, and says in which state it is then.

    What is decorated gets the incident, who records, and the verb's own answers.
    """

    def decorate(end: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(end)
        def verb(*, number: str, org: str, by: str | None, as_json: bool, data_directory: Path, **answers: Any) -> None:
            open_installation(data_directory)
            from charteroak.services import accounts, incidents  # noqa: PLC0415 - needs Django set up

            row = incidents.incident_named(accounts.organisation_named(org), number)
            end(row, recorder_of(by), **answers)
            if as_json:
                print_json({"incident": row.number, "state": state})
            else:
                click.echo(f"{row.number} is {state}.")

        return verb

    return decorate


def _reasons_by_duty(_context: click.Context, _option: click.Parameter, given: Sequence[str]) -> dict[str, str]:
    reasons = {}
    for text in given:
        duty, mark, why = text.partition("=")
        if not mark or not duty.strip() or not why.strip():
            raise click.BadParameter(f"write DUTY=REASON, not {text[:60]!r}")
        reasons[duty.strip()] = why.strip()
    return reasons


@click.command()
@click.argument("number")
@click.option("--note", default="", help="How it ended.")
@click.option(
    "--left-open",
    "reasons",
    multiple=True,
    callback=_reasons_by_duty,
    metavar="DUTY=REASON",
    help="Why a duty that is open may stay so; once for each, or facts-missing for what is not known.",
)
@writes
@_ends("closed")
def close(row: "Incident", recorder: "Recorder", *, note: str, reasons: dict[str, str]) -> None:
    """Close an incident; each duty that is still open needs a reason, and goes on until somebody was told."""
    from charteroak.services import incident_closing  # noqa: PLC0415 - needs Django set up
    from charteroak.services.programs import ProgramInputError  # noqa: PLC0415 - likewise

    try:
        incident_closing.close_incident(row, note, recorder, reasons=reasons)
    except ProgramInputError as error:
        if error.field in {"", "note", *reasons}:
            raise
        # The page asks beside each duty; a terminal has to be told how the duty is called.
        remedy = f'Record that they were told, or say why it stays open: --left-open "{error.field}=REASON".'
        raise ProgramInputError(error.message, field=error.field, remedy=remedy) from error


@click.command(name="opened-in-error")
@click.argument("number")
@_reason
@writes
@_ends("opened in error")
def opened_in_error(row: "Incident", recorder: "Recorder", *, reason: str) -> None:
    """Say that there was no incident: its clocks and alerts end, its record stays."""
    from charteroak.services import incident_ending  # noqa: PLC0415 - needs Django set up

    incident_ending.say_opened_in_error(row, reason, recorder)


@click.command()
@click.argument("number")
@_reason
@writes
@_ends("open again")
def reopen(row: "Incident", recorder: "Recorder", *, reason: str) -> None:
    """Take a closed incident up again; every duty counts as before."""
    from charteroak.services import incident_ending  # noqa: PLC0415 - needs Django set up

    incident_ending.reopen_incident(row, reason, recorder)


ENDING_VERBS = (close, opened_in_error, reopen)
"""The verbs of this module, for the group."""
