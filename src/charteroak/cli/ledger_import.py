"""``charteroak ledger import``: go on with a record that was kept on another installation."""

from pathlib import Path

import click

from charteroak.cli.files import existing_file, print_json
from charteroak.cli.installation import data_option, open_installation
from charteroak.cli.printable import printable


@click.command("import")
@click.argument("dossier", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def import_record(*, dossier: Path, as_json: bool, data_directory: Path) -> None:
    """Bring in a record that left another installation: dossier.zip out of `charteroak provider export`.

    All of it is checked first, and nothing is brought in unless all of it holds. The entries stay byte for byte what
    they were; the log goes on under keys of this installation, and an entry says where the old log ended. Keep the
    dossier: checkpoints, co-signatures and time-stamps made for the old log are in it.
    """
    path = existing_file(dossier)
    open_installation(data_directory)
    from charteroak.services.arrivals import bring_in  # noqa: PLC0415 - needs Django set up

    arrival = bring_in(path)
    if as_json:
        print_json(arrival.to_json())
        return
    organisation = arrival.organisation
    click.echo(
        printable(
            f"{organisation.slug}: {arrival.entries} entries and {arrival.evidence_files} evidence files are here."
        )
    )
    click.echo(printable(f"They are the log {arrival.origin}, root {arrival.root_sha256}."))
    for vkey in arrival.verifier_keys:
        click.echo(f"Its key  {vkey}")
    click.echo("Compare the root and the keys with what the other side gave you by another way than this file.")
    click.echo("The old private keys are not here. This log goes on with keys of its own.")
