"""``charteroak phish file|take|receive``: suspicious mail on record, from files, a Maildir or a mail server."""

import asyncio
import os
import signal
import stat
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

import click

from charteroak.cli.__main__ import EXIT_DONE, EXIT_INCOMPLETE
from charteroak.cli.files import print_json_line
from charteroak.cli.installation import data_option, open_installation
from charteroak.cli.phish_answers import AnswersBehind
from charteroak.cli.printable import printable
from charteroak.cli.serve import is_loopback, parse_bind
from charteroak.errors import CouldNotError, InputError, SourceLocation
from charteroak.mail import limits
from charteroak.mail.handed_in import is_pasted_text, messages_of_file, pasted
from charteroak.mail.intake import STANDARD_INPUT, MailItem, read_sources
from charteroak.mail.replies import header_alone

DISCLOSURES = ("desk-only", "named", "anonymous")
_BEYOND = "reachable-from-other-machines"


class MailInError(InputError):
    """An address, a level or a spool is not usable."""

    code: ClassVar[str] = "phish.mail-in"


def _level(command: Any) -> Any:
    return click.option(
        "--disclosure", type=click.Choice(DISCLOSURES), default="desk-only", show_default=True,
        help="Who may know who reported it.",
    )(command)  # fmt: skip


@click.command(name="file")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--by", metavar="EMAIL", help="The person who reports, with an account here.")
@click.option("--org", metavar="SLUG", help="The organization they report for, if they act for several.")
@_level
@click.option("--json", "as_json", is_flag=True, help="Print JSON, one line a mail.")
@data_option
def file_mail(
    *, paths: tuple[str, ...], by: str | None, org: str | None, disclosure: str, as_json: bool, data_directory: Path
) -> int:
    """File each mail as a report: .eml, .msg, .mbox, .zip, Maildirs, folders, or - for standard input.

    Words that are piped in without headers are taken as the text of a mail. The same mail filed again by the same
    person gives the same receipt. Exit code 3: a mail was refused; each line says which and why.
    """
    items = read_sources(paths, sys.stdin.buffer)
    open_installation(data_directory)
    from charteroak.services import report_intake  # noqa: PLC0415 - needs Django set up

    reporter = report_intake.reporter_named(by, org)
    refused = 0
    for item in items:
        path = os.fsencode(item.path).decode("utf-8", "replace")
        for line in _file_item(item, reporter, disclosure):
            refused += "refused" in line
            _print({"path": path, **line}, as_json=as_json)
    return EXIT_INCOMPLETE if refused else EXIT_DONE


def _file_item(item: MailItem, reporter: Any, disclosure: str) -> Iterator[dict[str, Any]]:
    from charteroak.services import phish_intake, reports  # noqa: PLC0415 - needs Django set up

    if item.problem is not None:
        yield {"refused": {"code": item.problem.kind.code, "message": str(item.problem.to_json()["message"])}}
        return
    answers = reports.PhishReport(message=b"", outcome="unknown", disclosure=disclosure, channel="file")
    try:
        found = messages_of_file(item.data, most=limits.MAX_MAILBOX_MESSAGES)
        if item.path == STANDARD_INPUT and len(found) == 1 and is_pasted_text(item.data):
            found = (pasted(item.data.decode("utf-8", "replace")),)
    except InputError as error:
        yield _refusal(error)
        return
    for number, report in enumerate(phish_intake.phish_reports(found, answers), start=1):
        place = {"number": number} if len(found) > 1 else {}
        try:
            (row,) = phish_intake.file_handed_in([report], reporter, token=phish_intake.token_of_file(report.message))
        except InputError as error:
            yield place | _refusal(error)
        else:
            yield place | _receipt(row)


@click.command()
@click.argument("directory", type=click.Path(path_type=Path), metavar="DIR")
@_level
@click.option("--answer", "answers", is_flag=True, help="Answer confirmed senders by mail, as reporting.toml says.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, one line a mail.")
@data_option
def take(*, directory: Path, disclosure: str, answers: bool, as_json: bool, data_directory: Path) -> int:
    """Take the reports that a mail server put into a Maildir, such as one for phish@town.example.

    A mail moves from new to cur after it is on record, flagged seen; what is refused moves too, flagged, and is named.
    What could not be recorded now stays in new and ends the command. Run twice, it makes no report twice.

    With --answer, whoever reported learns what was seen and what to do now: once, after the report is on record, and
    only a sender whom the town's own mail server confirms. Machines, lists and forged senders are never answered.
    """
    for name in ("new", "cur"):
        if not (directory / name).is_dir():
            raise MailInError(
                "This is no Maildir: it has no directories new and cur.",
                remedy="Name the directory that your mail server delivers into.",
                location=SourceLocation(path=str(directory)),
            )
    open_installation(data_directory)
    from charteroak.services import phish_intake, phish_replies  # noqa: PLC0415 - needs Django set up
    from charteroak.services.reporting_settings import load_reporting_settings  # noqa: PLC0415 - see above

    settings = load_reporting_settings(data_directory) if answers else None
    refused = 0
    for path in sorted((directory / "new").iterdir()):
        line: dict[str, Any]
        flag = "F"
        try:
            data = _spooled(path)
            if data is None:
                continue
            taken = phish_intake.take_forwarded(data, sender=None, disclosure=disclosure, channel="maildir")
        except InputError as error:
            refused += 1
            lines = [_refusal(error)]
        else:
            flag = "S"
            lines = [{"dropped": taken.dropped}] if taken.dropped else [_receipt(row) for row in taken.reports]
        is_ours = _move(path, directory / "cur", flag)
        if settings is not None and data is not None and flag == "S" and taken.reports:
            # After the move: a mail that stays in new would be asked about again with the next run.
            why_not = "another run took it"
            if is_ours:
                why_not = phish_replies.answer_by_mail(data, taken.reports, settings)
            lines = [line | _answered(why_not) for line in lines]
        for line in lines:
            _print({"path": path.name.encode("utf-8", "replace").decode(), **line}, as_json=as_json)
    return EXIT_INCOMPLETE if refused else EXIT_DONE


def _spooled(path: Path) -> bytes | None:
    """The bytes of a mail in a spool; ``None`` if another process took it. Links are not followed."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise MailInError(f"It cannot be opened: {error.strerror}.") from error
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise MailInError("It is no regular file.")
        return file.read(limits.MAX_MESSAGE_BYTES + 1)


def _move(path: Path, cur: Path, flag: str) -> bool:
    """Into ``cur``, never over another file, and durable; whether it was this process that moved it."""
    name = path.name.partition(":")[0]
    target = cur / f"{name}:2,{flag}"
    number = 1
    while os.path.lexists(target):
        number += 1
        target = cur / f"{name}-{number}:2,{flag}"
    try:
        path.rename(target)
    except FileNotFoundError:
        return False
    descriptor = os.open(cur, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return True


@click.command()
@click.option("--listen", default="127.0.0.1:2525", show_default=True, metavar="H:P", help="Where to listen.")
@click.option(
    "--to", "addresses", multiple=True, required=True, metavar="ADDRESS[=LEVEL]",
    help="An address for reports, and who may know who reported: desk-only, named, anonymous; may be repeated.",
)  # fmt: skip
@click.option("--lmtp", is_flag=True, help="Speak LMTP, which mail servers use to hand over locally.")
@click.option("--answer", "answers", is_flag=True, help="Answer confirmed senders by mail, as reporting.toml says.")
@click.option("--expose", metavar="WORDS", help=f'Listen beyond this machine: say "{_BEYOND}".')
@click.option("--json", "as_json", is_flag=True, help="Print JSON, one line a mail, and first the address.")
@data_option
def receive(
    *,
    listen: str,
    addresses: tuple[str, ...],
    lmtp: bool,
    answers: bool,
    expose: str | None,
    as_json: bool,
    data_directory: Path,
) -> None:
    """Take reports by SMTP or LMTP from the mail server of this machine, until it is stopped.

    It replies 250 after a mail is on record and 4xx on trouble, so that the sender keeps it; it passes nothing on and
    asks for no password. Bounces, absence notices and loops are dropped, with the reason.

    With --answer, whoever reported learns by mail what was seen and what to do now, by the server of mail.toml: once,
    after the report is on record, and only a sender whom the town's own mail server confirms. Without it, nothing is
    ever sent.
    """
    host, port = parse_bind(listen)
    if not is_loopback(host) and expose != _BEYOND:
        raise MailInError(
            f"{host} may be reached from other machines, and this server asks nobody who they are.",
            remedy=f'Listen on 127.0.0.1 behind your mail server, or say so: --expose "{_BEYOND}"',
        )
    if answers and not is_loopback(host):
        raise MailInError(
            "What answers mail must not listen beyond this machine: anybody could have it write to people.",
            remedy="Listen on 127.0.0.1 behind your mail server, or leave --answer out.",
        )
    levels = dict(_address_with_level(text) for text in addresses)
    open_installation(data_directory)
    from django.db import close_old_connections, connections  # noqa: PLC0415 - loads Django

    from charteroak.adapters.mail_receiver import Delivery, MailReceiver  # noqa: PLC0415 - loads a mail server
    from charteroak.services import phish_intake, phish_replies  # noqa: PLC0415 - needs Django set up
    from charteroak.services.reporting_settings import load_reporting_settings  # noqa: PLC0415 - see above

    settings = load_reporting_settings(data_directory) if answers else None
    if settings is not None and settings.answers is None:
        raise MailInError(
            "reporting.toml asks for no answers.", remedy="Write [answers] into it as docs/report-buttons.md tells."
        )
    behind = None if settings is None else AnswersBehind(connections.close_all)

    def deliver(delivery: Delivery) -> str:
        close_old_connections()  # a server runs for weeks, and a database is restarted in between
        asked = {levels[address] for address in delivery.recipients}
        level = max(asked, key=("named", "desk-only", "anonymous").index)
        reply, became = phish_intake.reply_about(
            delivery.data, sender=delivery.sender, disclosure=level, channel="lmtp" if lmtp else "smtp"
        )
        if isinstance(became, InputError):
            lines = [_refusal(became)]
        else:
            lines = [{"dropped": became.dropped}] if became.dropped else [_receipt(row) for row in became.reports]
            if behind is not None and settings is not None and became.reports:
                reports, asked_for = became.reports, settings
                header, sender = header_alone(delivery.data), delivery.sender

                def answer() -> str:
                    close_old_connections()
                    return phish_replies.answer_handed_over(header, sender, reports, asked_for)

                def tell(why_not: str) -> None:
                    for line in lines:
                        _print(line | _answered(why_not), as_json=as_json)

                behind.put(answer, tell)
                return reply
        for line in lines:
            _print(line, as_json=as_json)
        return reply

    receiver = MailReceiver(deliver, list(levels), lmtp=lmtp)

    async def serve() -> None:
        stopped = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stopped.set)

        def ready(bound: int) -> None:
            if as_json:
                print_json_line({"listening": f"{host}:{bound}"})
            else:
                click.echo(f"Reports are taken on {host}:{bound}.", err=True)

        await receiver.serve(host, port, ready, stopped)

    try:
        asyncio.run(serve())
    except OSError as error:
        raise CouldNotError(
            f"Cannot listen on {listen}: {_reason(error)}.", remedy="Choose another --listen."
        ) from error
    finally:
        if behind is not None:
            behind.close()


def _address_with_level(text: str) -> tuple[str, str]:
    address, _, level = text.partition("=")
    level = level or "desk-only"
    if address.count("@") != 1 or not address.isprintable() or " " in address or level not in DISCLOSURES:
        raise MailInError(
            f"{printable(text)!r} is no address with a level.", remedy="Write phish@town.example=anonymous."
        )
    return address.lower(), level


def _receipt(row: Any) -> dict[str, Any]:
    analysis = row.analysis or {}
    return {"receipt": row.receipt, "sha256": row.message_sha256, "verdict": analysis.get("verdict")}


def _answered(why_not: str) -> dict[str, Any]:
    return {"unanswered": why_not} if why_not else {"answered": True}


def _refusal(error: InputError) -> dict[str, Any]:
    return {"refused": {"code": error.code, "message": f"{error.message} {error.remedy}".strip()}}


def _print(line: Mapping[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json_line(dict(line))
        sys.stdout.flush()
        return
    path = f"{line['path']}: " if "path" in line else ""
    if "refused" in line:
        click.echo(printable(f"charteroak: {path}{line['refused']['message']}"), err=True)
    elif "dropped" in line:
        click.echo(printable(f"{path}dropped. {line['dropped']}"), err=True)
    else:
        click.echo(printable(f"{line['receipt']}  {path}{line['verdict']}"))
        if reason := line.get("unanswered"):
            click.echo(printable(f"charteroak: {path}not answered, for {reason}."), err=True)


def _reason(error: OSError) -> str:
    """The system's own word for it: asyncio puts the address into its sentence as Python writes it."""
    return os.strerror(error.errno) if error.errno else str(error)
