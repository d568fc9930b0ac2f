"""``charteroak phish rejudge``: verdicts on record that an older release's rule gave, told anew."""

from pathlib import Path

import click

from charteroak.cli.__main__ import EXIT_DONE, EXIT_FINDINGS
from charteroak.cli.files import print_json
from charteroak.cli.installation import data_option, open_installation


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def rejudge(*, as_json: bool, data_directory: Path) -> int:
    """Tell anew which reports an older release called training mail by a header that anybody can write.

    The upgrade of a database does it once by itself; each report says what was told before, and until when. Exit
    code 1: there were some.
    """
    open_installation(data_directory)
    from charteroak.services import verdict_upgrade  # noqa: PLC0415 - needs Django set up

    told = verdict_upgrade.rejudge_old_simulations()
    if as_json:
        print_json({"rejudged": [{"report": one.number, "was": one.before, "verdict": one.verdict} for one in told]})
    for one in [] if as_json else told:
        click.echo(f"report {one.number}: {one.verdict.replace('-', ' ')}, was {one.before}")
    if not told:
        click.echo("No report rests on an older rule.", err=True)
    return EXIT_FINDINGS if told else EXIT_DONE
