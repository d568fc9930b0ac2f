"""``charteroak phish``: suspicious mail, analysed and grouped into campaigns, without opening anything.

``analyze`` and ``cluster`` are stateless: nothing is recorded, fetched or resolved. ``file``, ``take`` and ``receive``
put mail on record. JSON is one line a message.
"""

import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from charteroak.cli.__main__ import EXIT_DONE, EXIT_FINDINGS, EXIT_INCOMPLETE
from charteroak.cli.files import print_json, print_json_line
from charteroak.cli.installation import data_option
from charteroak.cli.phish_answer import answer
from charteroak.cli.phish_campaigns import campaigns
from charteroak.cli.phish_export import export
from charteroak.cli.phish_intake import file_mail, receive, take
from charteroak.cli.phish_rejudge import rejudge
from charteroak.cli.phish_signatures import signatures
from charteroak.mail.analysis import Analysis, AnalysisStatus
from charteroak.mail.campaign import Cluster, cluster_analyses
from charteroak.mail.intake import read_sources
from charteroak.mail.triage import triage
from charteroak.services.mail_archives import Handling, analyze_archive

_TRUST_HELP = "Name of a mail server (authserv-id) whose Authentication-Results may be believed; may be repeated."
_REPORTER_HELP = "Address of a person who handed the mail in, kept out of the answer; may be repeated."
_MOST_JOBS = 64


def _jobs_option(command: Any) -> Any:
    return click.option(
        "--jobs", type=click.IntRange(1, _MOST_JOBS), metavar="N",
        help="Processes that share the work; by default as many as there are cores.",
    )(command)  # fmt: skip


@click.group()
def phish() -> None:
    """Analyze suspicious mail, without opening it."""


for _verb in (answer, export, signatures, file_mail, take, receive, campaigns, rejudge):
    phish.add_command(_verb)


@phish.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--trusted-receiver", "trusted_receivers", multiple=True, metavar="NAME", help=_TRUST_HELP)
@click.option("--reporter", "reporters", multiple=True, metavar="ADDRESS", help=_REPORTER_HELP)
@_jobs_option
@data_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON, one line a message.")
def analyze(
    paths: tuple[str, ...],
    *,
    trusted_receivers: tuple[str, ...],
    reporters: tuple[str, ...],
    jobs: int | None,
    as_json: bool,
    data_directory: Path,
) -> int:
    """Analyze messages: .eml files, mailboxes, Maildirs, folders, zips of these, or - for standard input.

    Many messages are analyzed by several processes, and answered in their order; one that ends a process is named.

    Of the data directory only protected.toml is read, where there is one: names to protect besides the packaged ones.

    Exit code 1: a message is phishing or suspicious. 3: a message could not be read. 0: neither; that is not "safe".
    """
    counts: Counter[str] = Counter()
    handling = Handling(trusted_receivers, reporters, data_directory)
    items = read_sources(paths, sys.stdin.buffer)
    for path, analysis in analyze_archive(items, handling, jobs=jobs or os.cpu_count() or 1):
        counts[analysis.verdict.value] += analysis.status is not AnalysisStatus.UNREADABLE
        counts["finding"] += analysis.is_finding
        counts["unreadable"] += analysis.status is AnalysisStatus.UNREADABLE
        counts["partial"] += analysis.status is AnalysisStatus.PARTIAL
        _say_if_unreadable(path, analysis)
        if as_json:
            reasons = [reason.to_json() for reason in triage(analysis)]
            print_json_line({**analysis.to_json(path), "sophisticated": reasons})
        else:
            _print_analysis(path, analysis)
    _print_summary(counts)
    if counts["unreadable"]:
        return EXIT_INCOMPLETE
    return EXIT_FINDINGS if counts["finding"] else EXIT_DONE


@phish.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--reporter", "reporters", multiple=True, metavar="ADDRESS", help=_REPORTER_HELP)
@_jobs_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def cluster(paths: tuple[str, ...], *, reporters: tuple[str, ...], jobs: int | None, as_json: bool) -> int:
    """Group messages into campaigns, with the reasons for each link.

    Exit code 1: there is a campaign. 3: a message could not be read and is in no campaign. 0: neither.
    """
    items = read_sources(paths, sys.stdin.buffer)
    handling = Handling(reporters=reporters)
    analyses = _named_once(analyze_archive(items, handling, jobs=jobs or os.cpu_count() or 1))
    unread = sorted(path for path, analysis in analyses.items() if analysis.status is AnalysisStatus.UNREADABLE)
    for path, analysis in analyses.items():
        _say_if_unreadable(path, analysis)
    clusters = cluster_analyses(analyses)
    if as_json:
        print_json({"clusters": [found.to_json() for found in clusters], "couldNotRead": unread})
    else:
        for found in clusters:
            _print_cluster(found)
    grouped = sum(len(found.members) for found in clusters)
    messages = f"{len(analyses)} message{'' if len(analyses) == 1 else 's'}"
    campaigns = f"{len(clusters)} campaign{'' if len(clusters) == 1 else 's'}"
    click.echo(f"{messages}, {grouped} of them in {campaigns}.", err=True)
    if unread:
        return EXIT_INCOMPLETE
    return EXIT_FINDINGS if clusters else EXIT_DONE


def _say_if_unreadable(path: str, analysis: Analysis) -> None:
    if analysis.status is AnalysisStatus.UNREADABLE:
        reasons = " ".join(str(defect.to_json()["message"]) for defect in analysis.defects)
        click.echo(_printable(f"charteroak: {path}: {reasons} Name a mail as it was received, such as .eml."), err=True)


def _named_once(analyses: Iterator[tuple[str, Analysis]]) -> dict[str, Analysis]:
    """By path; a file that is named twice is one message."""
    return dict(analyses)


def _printable(text: str) -> str:
    """Text that cannot drive the terminal: mail and file names are written by strangers."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)


def _print_analysis(path: str, analysis: Analysis) -> None:
    lines = [f"{path}: {analysis.verdict.value} (score {analysis.score:g}, {analysis.status.value})"]
    if analysis.status is not AnalysisStatus.UNREADABLE:
        lines += [f"  Subject: {analysis.subject}", f"  From:    {analysis.sender}"]
    lines += [f"  {signal.points:+.1f}  {signal.explanation}" for signal in analysis.signals]
    lines += [f"  sophisticated ({reason.kind}): {reason.explanation}" for reason in triage(analysis)]
    lines += [f"  seen: {seen.to_json()['defanged']} ({', '.join(seen.sources)})" for seen in analysis.observables]
    lines += [f"  defect: {defect.to_json()['message']}" for defect in analysis.defects]
    click.echo("\n".join(_printable(line) for line in lines) + "\n")


def _print_cluster(found: Cluster) -> None:
    lines = [f"{found.id}: {len(found.members)} messages", *(f"  {member}" for member in found.members)]
    for link in found.reasons:
        lines.append(f"  {link.first} and {link.second} ({link.score:g}):")
        lines += [f"    {reason}" for reason in link.reasons]
    click.echo("\n".join(_printable(line) for line in lines) + "\n")


def _print_summary(counts: Counter[str]) -> None:
    names = ("phishing", "suspicious", "simulation", "not-enough-evidence", "unreadable")
    parts = [f"{counts[name]} {name}" for name in names if counts[name]]
    partial = f"; {counts['partial']} only in part" if counts["partial"] else ""
    click.echo(f"Messages: {', '.join(parts)}{partial}.", err=True)
