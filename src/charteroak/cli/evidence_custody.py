"""``charteroak evidence custody``: who had an item, from its first moment in the record."""

import sys
from pathlib import Path

import click

from charteroak.cli.files import print_json
from charteroak.cli.installation import data_option, open_installation
from charteroak.cli.printable import printable
from charteroak.cli.recording import org_option, print_entry, recorder_of


@click.group()
def custody() -> None:
    """Chain of custody: an item passes in two steps by two people."""


@custody.command()
@org_option
@click.option("--item", required=True, metavar="NAME", help="What it is called from now on, such as laptop-4.")
@click.option("--description", default="", help="What it looks like; serial numbers.")
@click.option("--to", required=True, metavar="NAME", help="Who has it now.")
@click.option("--place", required=True, help="Where.")
@click.option("--by", metavar="EMAIL", help="The person who records it; otherwise the software does.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def begin(
    *, org: str, item: str, description: str, to: str, place: str, by: str | None, as_json: bool, data_directory: Path
) -> None:
    """Take a thing into the record that is no file: a laptop, a disk in a bag. A file's chain begins by itself."""
    open_installation(data_directory)
    from charteroak.services import custody as chains  # noqa: PLC0415 - needs Django set up
    from charteroak.services import ledger  # noqa: PLC0415 - needs Django set up

    new = chains.NewItem(item, description, to, place)
    row = chains.begin_custody(ledger.organisation_with_ledger(org), new, recorder_of(by))
    print_entry(org, row.index, as_json=as_json)


@custody.command(name="pass")
@org_option
@click.option("--item", required=True, metavar="SHA256|NAME", help="A file's digest, or the name of a thing.")
@click.option("--from", "from_", required=True, metavar="NAME", help="Who has it.")
@click.option("--to", required=True, metavar="NAME", help="To whom it is offered.")
@click.option("--purpose", required=True, help="Why it changes hands.")
@click.option("--place", required=True, help="Where it changes hands.")
@click.option("--by", required=True, metavar="EMAIL", help="The person who offers it.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def pass_(
    *,
    org: str,
    item: str,
    from_: str,
    to: str,
    purpose: str,
    place: str,
    by: str,
    as_json: bool,
    data_directory: Path,
) -> None:
    """Offer an item to somebody. It stays where it is until another person accepts it."""
    open_installation(data_directory)
    from charteroak.services import custody as chains  # noqa: PLC0415 - needs Django set up
    from charteroak.services import ledger  # noqa: PLC0415 - needs Django set up

    offer = chains.Offer(item, from_, to, purpose, place)
    row = chains.offer_custody(ledger.organisation_with_ledger(org), offer, recorder_of(by))
    print_entry(org, row.index, as_json=as_json)


@custody.command()
@org_option
@click.option("--item", required=True, metavar="SHA256|NAME", help="A file's digest, or the name of a thing.")
@click.option("--received-by", required=True, metavar="NAME", help="Who has it now.")
@click.option("--by", required=True, metavar="EMAIL", help="The person who accepts it; not the one who offered.")
@click.option("--decline", is_flag=True, help="It was not taken; it stays where it was.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def accept(
    *, org: str, item: str, received_by: str, by: str, decline: bool, as_json: bool, data_directory: Path
) -> None:
    """Accept the offer that waits, or record that it was declined."""
    open_installation(data_directory)
    from charteroak.services import custody as chains  # noqa: PLC0415 - needs Django set up
    from charteroak.services import ledger  # noqa: PLC0415 - needs Django set up

    organisation = ledger.organisation_with_ledger(org)
    row = chains.answer_offer(organisation, item, recorder_of(by), accepted=not decline, received_by=received_by)
    print_entry(org, row.index, as_json=as_json)


@custody.command()
@org_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def expire(*, org: str, as_json: bool, data_directory: Path) -> None:
    """Record of every offer whose time is over that it expired; for a timer. Each item stays where it is."""
    open_installation(data_directory)
    from charteroak.services import custody as chains  # noqa: PLC0415 - needs Django set up
    from charteroak.services import ledger  # noqa: PLC0415 - needs Django set up

    rows = chains.expire_offers(ledger.organisation_with_ledger(org), recorder_of(None))
    if as_json:
        print_json({"organisation": org, "entries": [row.index for row in rows]})
        return
    click.echo(f"{org}: {len(rows)} offers expired.")


@custody.command()
@click.argument("item", metavar="SHA256|NAME")
@org_option
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def show(*, item: str, org: str, as_csv: bool, as_json: bool, data_directory: Path) -> None:
    """An item's chain, from the first byte."""
    open_installation(data_directory)
    from charteroak.program.custody import CUSTODY_COLUMNS, chain_rows  # noqa: PLC0415 - beside its only use
    from charteroak.program.tables import render_csv  # noqa: PLC0415 - beside its only use
    from charteroak.services import custody as chains  # noqa: PLC0415 - needs Django set up
    from charteroak.services import ledger  # noqa: PLC0415 - needs Django set up

    chain = chains.chain_of(ledger.organisation_with_ledger(org), item)
    rows = chain_rows(chain)
    if as_json:
        offer = None if chain.offer is None else chain.offer.entry
        print_json({"item": chain.item, "holder": chain.holder, "offer": offer, "gaps": chain.gaps, "steps": rows})
    elif as_csv:
        sys.stdout.write(render_csv(CUSTODY_COLUMNS, rows).decode("utf-8-sig").replace("\r\n", "\n"))
    else:
        click.echo(printable(f"{chain.title}: with {chain.holder or 'nobody known'}, {len(rows)} steps."))
        for row in rows:
            who = f"{row['from']} -> {row['to']}" if row["from"] else str(row["to"] or row["actor"])
            click.echo(printable(f"  {row['recorded']} entry {row['entry']} {row['step']}: {who} {row['purpose']}"))
        for gap in chain.gaps:
            click.echo(printable(f"  GAP: {gap}"))
