"""Entry point of ``charteroak``: which nouns there are, and how an error becomes one line and an exit code.

A noun's module is imported only when that noun is used, so that ``charteroak --version`` and the stateless commands
start fast and never load Django.
"""

import importlib
import os
import sys
import traceback

import click

from charteroak import __version__
from charteroak.cli.endings import as_ours, prepare_streams
from charteroak.cli.printable import printable_lines
from charteroak.errors import AccessError, CharterOakError, InputError, VerificationError

EXIT_DONE, EXIT_FINDINGS, EXIT_BAD_INPUT, EXIT_INCOMPLETE = 0, 1, 2, 3

_NOUNS: dict[str, tuple[str, str]] = {
    "serve": ("charteroak.cli.serve:serve", "Serve the portal."),
    "tour": ("charteroak.cli.tour:tour", "Walk the whole loop on packaged samples."),
    "account": ("charteroak.cli.account:account", "Who signs in here, and for which organization."),
    "safe-harbor": ("charteroak.cli.safe_harbor:safe_harbor", "What a record supports under the safe-harbor act."),
    "frameworks": ("charteroak.cli.frameworks:frameworks", "Catalogs of security frameworks, by edition."),
    "oscal": ("charteroak.cli.oscal:oscal", "What a record says, in NIST's OSCAL."),
    "program": ("charteroak.cli.program:program", "What was known of a program, and when."),
    "provider": ("charteroak.cli.provider:provider", "Who looks after whom, and a client that leaves."),
    "evidence": ("charteroak.cli.evidence:evidence", "Keep evidence, hold it, pass it on, erase it."),
    "ledger": ("charteroak.cli.ledger:ledger", "Checkpoints and proofs of the append-only ledger."),
    "dossier": ("charteroak.cli.dossier:dossier", "A record that the other side can check."),
    "duties": ("charteroak.cli.duties:duties", "Who must be told of an incident, and by when at the latest."),
    "report": ("charteroak.cli.report:report", "Report an incident, whatever way is open."),
    "incident": ("charteroak.cli.incident:incident", "An incident from its first minute to its end."),
    "exercise": ("charteroak.cli.exercise:exercise", "Practice a bad day: scenarios, a clock, and a report."),
    "plan": ("charteroak.cli.plan:plan", "Plans for a bad day, and the forms of an incident."),
    "phish": ("charteroak.cli.phish:phish", "Analyze suspicious mail, without opening it."),
    "hunt": ("charteroak.cli.hunt:hunt", "Search your own logs for indicators."),
}


class NounGroup(click.Group):
    """A command group that imports a noun's module only when the noun is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The nouns, in the order of the table."""
        return list(_NOUNS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """The noun's command, imported now."""
        if cmd_name not in _NOUNS:
            return None
        module, _, attribute = _NOUNS[cmd_name][0].partition(":")
        command = getattr(importlib.import_module(module), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(f"{module}:{attribute} is not a command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """The table of nouns, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(noun, summary) for noun, (_, summary) in _NOUNS.items()])


@click.group(cls=NounGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="charteroak")
def charteroak() -> None:
    """Run a security program, prove it, report what happens, receive protection."""


def exit_code_for(error: CharterOakError) -> int:
    """The exit code that INTERFACES gives this kind of error."""
    if isinstance(error, InputError | AccessError):
        return EXIT_BAD_INPUT
    if isinstance(error, VerificationError):
        return EXIT_FINDINGS
    return EXIT_INCOMPLETE


def main() -> None:
    """Run the command line. A foreseen error is one line on stderr; an unforeseen one never looks like a finding."""
    prepare_streams()
    try:
        result = charteroak.main(standalone_mode=False)
        sys.stdout.flush()
        code = result if isinstance(result, int) else EXIT_DONE
    except (SystemExit, BrokenPipeError):
        # Nobody reads our output any more; click ends the process by itself then, and in no other case.
        _drop_output()
        code = EXIT_INCOMPLETE
    except click.Abort:
        click.echo("Stopped.", err=True)
        code = EXIT_INCOMPLETE
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        code = EXIT_BAD_INPUT
    except Exception as error:  # noqa: BLE001 - the process boundary: an unforeseen fault is shown whole, and is no finding
        code = _end(error)
    sys.exit(code)


def _end(error: Exception) -> int:
    """Say what went wrong, and return the exit code."""
    ours = as_ours(error)
    if ours is None:
        # The words of a foreign exception may repeat what a stranger sent.
        click.echo(printable_lines("".join(traceback.format_exception(error))), err=True, nl=False)
        click.echo("charteroak: a fault in Charter Oak itself; please report the lines above. [internal]", err=True)
        return EXIT_INCOMPLETE
    click.echo(f"charteroak: {ours} [{ours.code}]", err=True)
    try:
        sys.stdout.flush()
    except OSError:
        _drop_output()
    return exit_code_for(ours)


def _drop_output() -> None:
    """Let what was not written go nowhere: without this, Python tries once more at its end and says so."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
