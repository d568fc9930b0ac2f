"""``charteroak phish answer``: the plain answer about a mail, for who has it before them and no portal at hand."""

import sys
from pathlib import Path

import click

from charteroak.cli.__main__ import EXIT_DONE, EXIT_FINDINGS, EXIT_INCOMPLETE
from charteroak.cli.files import print_json
from charteroak.cli.installation import data_option
from charteroak.cli.printable import printable
from charteroak.errors import InputError
from charteroak.mail.analysis import AnalysisStatus
from charteroak.mail.handed_in import is_pasted_text, messages_of_file, pasted
from charteroak.mail.intake import STANDARD_INPUT, MailInputError, read_sources
from charteroak.response.answer_words import LANGUAGES, deed_ids
from charteroak.response.phish_answer import PhishAnswer, answer_as_text, answer_to_reporter
from charteroak.services.mail_analysis import analyze_reported
from charteroak.services.reporting_settings import load_reporting_settings

_DEEDS = deed_ids()


@click.command()
@click.argument("path", metavar="FILE")
@click.option("--did", multiple=True, type=click.Choice(_DEEDS), help="What was done with it; may be repeated.")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Of the answer.")
@click.option("--reporter", "reporters", multiple=True, metavar="ADDRESS", help="Kept out of the answer; repeatable.")
@data_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def answer(
    *, path: str, did: tuple[str, ...], language: str, reporters: tuple[str, ...], data_directory: Path, as_json: bool
) -> int:
    """Say in plain words what one mail shows and what to do now: a file, or - for standard input.

    Words without headers are taken as the text of a mail. Nothing is recorded. Of the data directory only
    protected.toml and reporting.toml are read: names to protect, and telephone numbers.

    Exit code 1: it is phishing or suspicious. 3: it could not be read. 0: neither; that is not "safe".
    """
    analysis = analyze_reported(_message(path), reporters=reporters)
    if analysis.status is AnalysisStatus.UNREADABLE:
        said = analysis.defects[0].to_json()["message"]
        click.echo(printable(f"charteroak: {path}: {said}"), err=True)
        return EXIT_INCOMPLETE
    numbers = load_reporting_settings(data_directory).call
    told = answer_to_reporter(analysis.to_json(path), did, language=language, numbers=numbers)
    if as_json:
        print_json(_document(told))
    else:
        lines = answer_as_text(told).splitlines()
        click.echo("\n".join(printable(line) for line in lines))
    return EXIT_FINDINGS if analysis.is_finding else EXIT_DONE


def _message(path: str) -> bytes:
    """The one message that is named.

    Raises:
        InputError: it cannot be read, or holds none or several.
    """
    items = list(read_sources((path,), sys.stdin.buffer))
    if len(items) != 1:
        raise MailInputError("This holds more than one mail.", remedy="Name one, or use charteroak phish analyze.")
    (item,) = items
    if item.problem is not None:
        raise InputError(str(item.problem.to_json()["message"]))
    if item.path == STANDARD_INPUT and is_pasted_text(item.data):
        return pasted(item.data.decode("utf-8", "replace")).data
    found = messages_of_file(item.data)
    if len(found) != 1:
        raise MailInputError("This holds more than one mail.", remedy="Name one, or use charteroak phish analyze.")
    return found[0].data


def _document(told: PhishAnswer) -> dict[str, object]:
    return {
        "language": told.language,
        "verdict": told.verdict.value,
        "sentence": told.sentence,
        "reasons": [{"text": reason.text, "signal": reason.signal} for reason in (*told.reasons, *told.further)],
        "remark": told.remark,
        "unread": list(told.unread),
        "toDo": [{"deed": todo.deed, "heading": todo.heading, "steps": list(todo.steps)} for todo in told.todo],
        "call": [
            {"who": call.who, "number": call.number or None, "address": call.address or None, "hint": call.hint}
            for call in told.calls
        ],
    }
