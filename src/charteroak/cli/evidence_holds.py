"""``charteroak evidence hold``: legal holds."""

from pathlib import Path

import click

from charteroak.cli.files import print_json
from charteroak.cli.installation import data_option, open_installation
from charteroak.cli.printable import printable
from charteroak.cli.recording import org_option, print_entry
from charteroak.clock import format_instant


@click.group()
def hold() -> None:
    """Legal holds: what may not be erased."""


@hold.command(name="set")
@org_option
@click.option("--matter", required=True, help="The matter, such as the name of a case.")
@click.option("--authority", required=True, help="On whose word: a letter, an order.")
@click.option("--set-by", required=True, metavar="NAME", help="Who sets it.")
@click.option("--sha256", multiple=True, metavar="DIGEST", help="Only this file; without any, everything is held.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def set_(
    *,
    org: str,
    matter: str,
    authority: str,
    set_by: str,
    sha256: tuple[str, ...],
    as_json: bool,
    data_directory: Path,
) -> None:
    """Hold everything, or listed files: nothing of it can be erased until the hold is lifted."""
    open_installation(data_directory)
    from charteroak.services import holds, ledger, programs  # noqa: PLC0415 - needs Django set up

    new = holds.NewHold(matter, authority, set_by, sha256)
    row = holds.set_hold(ledger.organisation_with_ledger(org), new, programs.Recorder("system"))
    print_entry(org, row.index, as_json=as_json)


@hold.command()
@org_option
@click.option("--hold", "name", required=True, metavar="NAME", help="Its name, such as hold-1.")
@click.option("--lifted-by", required=True, metavar="NAME", help="Who lifts it.")
@click.option("--reason", required=True, help="Why it may end.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def lift(*, org: str, name: str, lifted_by: str, reason: str, as_json: bool, data_directory: Path) -> None:
    """End a hold."""
    open_installation(data_directory)
    from charteroak.services import holds, ledger, programs  # noqa: PLC0415 - needs Django set up

    organisation = ledger.organisation_with_ledger(org)
    recorder = programs.Recorder("system")
    row = holds.lift_hold(organisation, name, lifted_by=lifted_by, reason=reason, recorder=recorder)
    print_entry(org, row.index, as_json=as_json)


@hold.command(name="list")
@org_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def list_(*, org: str, as_json: bool, data_directory: Path) -> None:
    """The holds of the record, lifted ones too."""
    open_installation(data_directory)
    from charteroak.services import holds, ledger  # noqa: PLC0415 - needs Django set up

    found = holds.holds_of(ledger.organisation_with_ledger(org))
    if as_json:
        print_json(
            [
                {
                    "hold": each.name,
                    "matter": each.matter,
                    "scope": "everything" if each.sha256 is None else "listed",
                    "sha256": sorted(each.sha256 or ()),
                    "setBy": each.set_by,
                    "authority": each.authority,
                    "since": format_instant(each.since),
                    "entry": each.entry,
                    "stands": each.stands,
                    "liftedEntry": each.lifted_entry,
                }
                for each in found
            ]
        )
        return
    click.echo(f"{org}: {sum(each.stands for each in found)} holds stand, {len(found)} in all.")
    for each in found:
        scope = "everything" if each.sha256 is None else f"{len(each.sha256)} files"
        state = "stands" if each.stands else f"lifted by entry {each.lifted_entry}"
        click.echo(printable(f"  {each.name} over {scope}: {each.matter or '(withheld)'}; {state}"))
