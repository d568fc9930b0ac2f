"""``charteroak phish signatures``: how a mail says it came, and what its signatures prove, without a network."""

import sys
from pathlib import Path

import click

from charteroak.adapters.system_clock import now
from charteroak.cli.__main__ import EXIT_DONE, EXIT_FINDINGS, EXIT_INCOMPLETE
from charteroak.cli.files import print_json_line
from charteroak.cli.installation import data_option
from charteroak.cli.printable import printable
from charteroak.clock import parse_instant
from charteroak.documents.wording import count as counted
from charteroak.mail.intake import read_sources
from charteroak.mail.particulars import Particulars
from charteroak.services.mail_analysis import load_published_keys, particulars_of

_MARKS = {
    "verified": "verified",
    "limited": "LIMITED",
    "failed": "FAILED",
    "no-key": "no key",
    "expired-key": "EXPIRED KEY",
    "more": "more signatures",
}
_FINDINGS = {"failed", "limited", "expired-key"}


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option(
    "--reporter", "reporters", multiple=True, metavar="ADDRESS", help="Who handed the mail in; may be repeated."
)
@click.option(
    "--at", metavar="MOMENT", help="When the mails came: keys that had ended by then do not count. Now, if left out."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, one line a message.")
@data_option
def signatures(
    *, paths: tuple[str, ...], reporters: tuple[str, ...], at: str | None, as_json: bool, data_directory: Path
) -> int:
    """Tell the journey of mails, their ARC chain as claims, and check their DKIM signatures.

    Keys come from dkim-keys.toml in the data directory, which a person wrote; nothing is looked up. A verified
    signature says who signed, not that the mail is honest.

    Exit code 1: a signature failed, holds with a limit, or its key is no longer in force. 3: a message could not be
    read, or a signature not be checked. 0: neither.
    """
    keys, moment = load_published_keys(data_directory), now() if at is None else parse_instant(at)
    failed = unread = False
    for item in read_sources(paths, sys.stdin.buffer):
        path = item.path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        if item.problem is not None:
            unread = True
            click.echo(printable(f"charteroak: {path}: {item.problem.to_json()['message']}"), err=True)
            continue
        found = particulars_of(item.data, at=moment, reporters=reporters, keys=keys)
        for number, each in enumerate(found, start=1):
            name = f"{path}#{number}" if len(found) > 1 else path
            failed |= any(check.verdict in _FINDINGS for check in each.dkim)
            unread |= any(check.verdict == "not-checked" for check in each.dkim)
            if as_json:
                print_json_line({"path": name, **each.to_json()})
            else:
                _print(name, each)
    return EXIT_INCOMPLETE if unread else EXIT_FINDINGS if failed else EXIT_DONE


def _print(path: str, found: Particulars) -> None:
    lines = [f"{path}: {counted(len(found.journey), 'step')}, {counted(len(found.dkim), 'signature')}"]
    for step in found.journey:
        took = "" if step.seconds is None else f", {step.seconds} s{' (runs backwards)' if step.seconds < 0 else ''}"
        sender = f"{step.sender or '?'} {step.address}".rstrip()
        lines.append(f"  by {step.by or '?'} from {sender}{took}")
    for check in found.dkim:
        mark = _MARKS.get(check.verdict, "not checked")
        lines.append(f"  DKIM {check.domain or '?'}, {check.selector or '?'}: {mark}. {check.reason}")
    if found.arc is not None:
        lines += [f"  ARC {seal.instance}: {seal.domain or '?'} says {seal.chain or '?'}" for seal in found.arc.seals]
        lines += [f"  ARC: {fault}" for fault in found.arc.faults]
    click.echo("\n".join(map(printable, lines)) + "\n")
