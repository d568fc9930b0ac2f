"""``charteroak ledger keys``: which keys a log had when, and the ceremonies with which they change."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from charteroak.cli.files import print_json
from charteroak.cli.installation import data_option, open_installation
from charteroak.cli.printable import printable_lines
from charteroak.clock import format_instant, parse_instant

if TYPE_CHECKING:
    from charteroak.records.accounts.models import Organisation

_org = click.option("--org", required=True, metavar="SLUG", help="The organization.")
_place = click.option("--place", default="", metavar="LINE", help="Where the ceremony is held.")
_attended = click.option(
    "--attended", multiple=True, metavar="NAME", help="Someone who attends and will sign; repeat for each."
)
_reason = click.option("--reason", default="", metavar="TEXT", help="Why.")
_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


@click.group()
def keys() -> None:
    """The keys of a log: which were valid when, rotation, and what to do after a compromise."""


@keys.command("list")
@_org
@_json
@data_option
def list_(*, org: str, as_json: bool, data_directory: Path) -> None:
    """Print every key pair of a log with the sizes of the checkpoints that it signs."""
    open_installation(data_directory)
    from charteroak.services import ledger, log_keys  # noqa: PLC0415 - needs Django set up

    organisation = ledger.organisation_with_ledger(org)
    periods = log_keys.verifiers_of(organisation).periods
    if as_json:
        print_json(
            {
                "organisation": organisation.slug,
                "origin": log_keys.origin_of(organisation),
                "keyPairs": [
                    {
                        "verifierKeys": list(period.vkeys),
                        "firstSize": period.first_size,
                        "lastSize": period.last_size,
                        "compromisedSince": None
                        if period.compromised_since is None
                        else format_instant(period.compromised_since),
                    }
                    for period in periods
                ],
            }
        )
        return
    for period in periods:
        last = "on" if period.last_size is None else f"to {period.last_size}"
        note = "" if period.compromised_since is None else f", compromised {format_instant(period.compromised_since)}"
        click.echo(f"Checkpoints from size {period.first_size} {last}{note}:")
        for vkey in period.vkeys:
            click.echo(f"  {vkey}")


@keys.command()
@_org
@_place
@_attended
@_reason
@_json
@data_option
def rotate(
    *, org: str, place: str, attended: tuple[str, ...], reason: str, as_json: bool, data_directory: Path
) -> None:
    """Replace both keys of a log and print the record of the ceremony, to be signed by hand.

    The first checkpoint with the new keys carries the old ones' signatures too.
    """
    open_installation(data_directory)
    from charteroak.services import key_ceremonies, ledger, log_keys  # noqa: PLC0415 - needs Django set up

    organisation = ledger.organisation_with_ledger(org)
    key_ceremonies.rotate_keys(organisation, log_keys.Ceremony(place, attended, reason))
    _print_newest(organisation, as_json=as_json)


@keys.command("report-compromise")
@_org
@click.option("--since", required=True, metavar="INSTANT", help="The earliest moment, such as 2026-03-01T09:00:00Z.")
@_place
@_attended
@_reason
@_json
@data_option
def report_compromise(
    *, org: str, since: str, place: str, attended: tuple[str, ...], reason: str, as_json: bool, data_directory: Path
) -> None:
    """Say that somebody else may have held a log's keys, replace them, and print the record.

    Checkpoints that the old keys signed since that moment count no longer, unless an outside anchor is older. Hand the
    new keys over by another way than the old ones.
    """
    moment = parse_instant(since)
    open_installation(data_directory)
    from charteroak.services import key_ceremonies, ledger, log_keys  # noqa: PLC0415 - needs Django set up

    organisation = ledger.organisation_with_ledger(org)
    key_ceremonies.report_compromise(organisation, log_keys.Ceremony(place, attended, reason), since=moment)
    _print_newest(organisation, as_json=as_json)


@keys.command()
@_json
@data_option
def seal(*, as_json: bool, data_directory: Path) -> None:
    """Encrypt every key file that lies open under the passphrase.

    The passphrase comes from the file named by CHARTEROAK_KEY_PASSPHRASE_FILE, or from CHARTEROAK_KEY_PASSPHRASE. It is
    needed from then on whenever something is signed. Open copies in backups stay open.
    """
    open_installation(data_directory)
    from charteroak.services.key_sealing import seal_key_files  # noqa: PLC0415 - needs Django set up

    sealed = seal_key_files()
    if as_json:
        print_json({"sealed": sealed})
        return
    click.echo(f"{sealed} key {'file' if sealed == 1 else 'files'} sealed.")


def _print_newest(organisation: "Organisation", *, as_json: bool) -> None:
    from charteroak.services import key_ceremonies, log_keys  # noqa: PLC0415 - needs Django set up

    newest = log_keys.ceremonies_of(organisation)[0]
    record = key_ceremonies.ceremony_record(organisation, newest)
    if as_json:
        document: dict[str, Any] = {
            "organisation": organisation.slug,
            "entry": newest.index,
            "verifierKeys": list(log_keys.keys_in_force(organisation).public.vkeys),
            "record": record,
        }
        print_json(document)
        return
    click.echo(printable_lines(record), nl=False)
