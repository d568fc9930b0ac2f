"""``charteroak phish export``: a suspicious mail, or a report of one, as a document, as STIX or as a list."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import click

from charteroak.cli.files import new_file
from charteroak.cli.installation import data_option, open_installation
from charteroak.cli.printable import printable
from charteroak.clock import parse_instant
from charteroak.errors import InputError, SourceLocation
from charteroak.mail.analysis import Analysis, AnalysisStatus
from charteroak.mail.handed_in import is_pasted_text, pasted
from charteroak.mail.intake import STANDARD_INPUT, read_sources
from charteroak.mail.particulars import Particulars
from charteroak.mail.triage import triage_signals
from charteroak.response.own_sites import official_domains, own_sites
from charteroak.response.phish_answer import in_language
from charteroak.response.phish_paper.facts import PhishFacts
from charteroak.response.phish_paper.paper import phish_paper
from charteroak.response.phish_paper.words import LANGUAGES, disclosure_levels
from charteroak.tlp import parse_tlp

if TYPE_CHECKING:
    from charteroak.services.mail_exports import MailFile

FORMS = ("pdf", "docx", "txt", "md", "stix", "csv")
PAPERS = frozenset({"pdf", "docx", "txt", "md"})


class PhishExportError(InputError):
    """What was named cannot be exported."""

    code: ClassVar[str] = "phish.export"


@click.command(name="export")
@click.argument("paths", nargs=-1, metavar="[PATH...]")
@click.option("--report", "number", type=click.IntRange(min=1), metavar="N", help="A report of this installation.")
@click.option("--by", metavar="EMAIL", help="With --report: the analyst who takes it.")
@click.option("--format", "form", type=click.Choice(FORMS), help="Otherwise by the name of -o, or pdf.")
@click.option(
    "--tlp", default="amber", show_default=True, metavar="LABEL", help="For STIX: clear, green, amber, amber+strict."
)
@click.option("--disclosure", type=click.Choice(disclosure_levels()), default="desk-only", show_default=True,
              help="For a mail in a file: who may know who received it.")  # fmt: skip
@click.option(
    "--reporter", "reporters", multiple=True, metavar="ADDRESS", help="Kept out of the answer; may be repeated."
)
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True,
              help="Of the document, for a mail in a file.")  # fmt: skip
@click.option(
    "--at", metavar="MOMENT", help="For a mail in a file: when it came to you; otherwise the date in the mail."
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The new file; otherwise a name of its own.")
@data_option
def export(
    *,
    paths: tuple[str, ...],
    number: int | None,
    by: str | None,
    form: str | None,
    tlp: str,
    disclosure: str,
    reporters: tuple[str, ...],
    language: str,
    at: str | None,
    output: Path | None,
    data_directory: Path,
) -> None:
    """Write a mail, or a report of one, as a document in the shape of the state's form, as STIX 2.1 or as a list.

    A document is of one mail; a bundle and a list may be of several. Of the data directory only protected.toml,
    dkim-keys.toml and phish-form.toml are read, unless a report is named. Nothing in a mail is opened or fetched.
    """
    ending = form or _by_name(output) or "pdf"
    if (number is None) == (not paths):
        raise click.UsageError("Name mails, or a report with --report, and not both.")
    if number is not None:
        made = _of_report(number, by, ending, tlp, data_directory)
    else:
        mails = list(_mails(paths, reporters, at, data_directory))
        if ending in PAPERS and len(mails) != 1:
            raise PhishExportError(
                f"A document is of one mail; here are {len(mails)}.", remedy="Name one, or use --format stix or csv."
            )
        made = _of_mails(mails, ending, tlp, disclosure, language, data_directory)
    path = output or Path(made.name)
    with new_file(path) as target:
        target.write(made.content)
    click.echo(printable(f"Wrote {path}, {len(made.content):,} bytes."))


def _by_name(output: Path | None) -> str | None:
    ending = "" if output is None else output.suffix.lower().removeprefix(".")
    ending = {"json": "stix", "text": "txt"}.get(ending, ending)
    if ending and ending not in FORMS:
        raise click.BadParameter(f"write one of {', '.join(FORMS)}", param_hint="-o")
    return ending or None


def _of_report(number: int, by: str | None, form: str, tlp: str, data_directory: Path) -> "MailFile":
    if by is None:
        raise click.UsageError("A report is taken by an analyst: name one with --by.")
    open_installation(data_directory)
    from charteroak.services import accounts, phish_exports, phish_papers  # noqa: PLC0415 - needs Django set up

    person = accounts.person_named(by)
    if form == "stix":
        bundle = phish_exports.phish_bundle_file(person, number, parse_tlp(tlp))
        _tell_held_back(bundle.held_back)
        return bundle.file
    if form == "csv":
        return phish_exports.observables_table_file(person, number)
    return phish_papers.phish_paper_file(person, number, form)  # type: ignore[arg-type] # click checked it


def _mails(
    paths: tuple[str, ...], reporters: tuple[str, ...], at: str | None, data_directory: Path
) -> Iterator[tuple[str, Analysis, Particulars, datetime]]:
    from charteroak.services import mail_analysis  # noqa: PLC0415 - loads the reader of files

    named = None if at is None else parse_instant(at)
    protected = mail_analysis.load_protected_names(data_directory)
    keys = mail_analysis.load_published_keys(data_directory)
    for item in read_sources(paths, sys.stdin.buffer):
        if item.problem is not None:
            raise PhishExportError(str(item.problem.to_json()["message"]), location=SourceLocation(path=item.path))
        data = item.data
        if item.path == STANDARD_INPUT and is_pasted_text(data):
            data = pasted(data.decode("utf-8", "replace")).data
        answers = mail_analysis.analyze_all_reported(data, reporters=reporters, protected=protected)
        if answers[0].status is AnalysisStatus.UNREADABLE:
            reasons = " ".join(str(defect.to_json()["message"]) for defect in answers[0].defects)
            raise PhishExportError(reasons, location=SourceLocation(path=item.path))
        came = named or _dated(answers[0], item.path)
        particulars = mail_analysis.particulars_of(data, at=came, reporters=reporters, keys=keys)
        for answer, more in zip(answers, particulars, strict=True):
            yield item.path, answer, more, came


def _dated(analysis: Analysis, path: str) -> datetime:
    if analysis.date is None:
        raise PhishExportError(
            "The mail has no date that can be read.",
            remedy="Say when it came: --at 2026-03-01T09:00:00-05:00.",
            location=SourceLocation(path=path),
        )
    return datetime.fromisoformat(analysis.date).astimezone(UTC)


def _of_mails(
    mails: list[tuple[str, Analysis, Particulars, datetime]],
    form: str,
    tlp: str,
    disclosure: str,
    language: str,
    directory: Path,
) -> "MailFile":
    from charteroak.services import mail_analysis, mail_exports  # noqa: PLC0415 - loads what writes the file

    sites = own_sites(official_domains(mail_analysis.load_protected_names(directory)))
    if form == "csv":
        return mail_exports.table_of_mails([(path, analysis, more) for path, analysis, more, _ in mails], sites)
    if form == "stix":
        told = [(analysis, particulars, came) for _, analysis, particulars, came in mails]
        made, held_back = mail_exports.bundle_of_mails(told, parse_tlp(tlp), sites)
        _tell_held_back(held_back)
        return made
    ((_, analysis, particulars, came),) = mails
    document: dict[str, Any] = analysis.to_json("")
    said = {signal["id"]: in_language(signal, language).text for signal in document["signals"]}
    facts = PhishFacts(
        analysis=document,
        dated=came,
        particulars=particulars,
        disclosure=disclosure,
        sophisticated=tuple(reason.explanation for reason in triage_signals(said, analysis.verdict)),
        language=language,
        sites=sites,
    )
    paper = phish_paper(facts, mail_exports.load_form(directory, language))
    return mail_exports.paper_of_mail(paper, form)  # type: ignore[arg-type] # click checked it


def _tell_held_back(held_back: tuple[tuple[str, str], ...]) -> None:
    for what, why in held_back:
        click.echo(printable(f"Held back, {what}: {why}"), err=True)
