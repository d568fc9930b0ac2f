"""Practices in words for people: the sentences that pages open with, the rows of the list, where a practice counts."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from charteroak.portal.programs.choices import PRACTICE_ANSWERS, SAFEGUARD_KINDS, Words
from charteroak.portal.programs.silences import Bar, age, bar_of, silence
from charteroak.portal.programs.wording import LogLine, line_of, log_line
from charteroak.program.bodies import EvidenceRecorded, PracticeAnswered
from charteroak.program.findings import Finding, Freshness
from charteroak.program.practices import Practice
from charteroak.program.recorded import RecordedFact
from charteroak.program.status import ProgramStatus
from charteroak.services.evidence_log import LogEntry


@dataclass(frozen=True, slots=True)
class PracticeRow:
    """A practice as the list shows it."""

    practice: Practice
    kind: Words
    answer: Words
    freshness: str
    age: str
    bar: Bar | None
    newest: LogLine | None
    newest_title: str
    is_promised: bool


def practices_sentence(findings: Sequence[Finding]) -> str:
    """How many practices are shown, and what the others lack."""
    count = Counter("shown" if finding.is_shown else finding.answer for finding in findings)
    opening = ngettext(
        "%(shown)s of %(all)s practice is answered yes and shown by fresh evidence",
        "%(shown)s of %(all)s practices are answered yes and shown by fresh evidence",
        len(findings),
    ) % {"shown": count["shown"], "all": len(findings)}
    lacks = (
        ("yes", ngettext("%(count)s lacks fresh evidence", "%(count)s lack fresh evidence", count["yes"])),
        ("partly", ngettext("%(count)s is answered partly", "%(count)s are answered partly", count["partly"])),
        ("no", ngettext("%(count)s is answered no", "%(count)s are answered no", count["no"])),
        ("unknown", ngettext("%(count)s is not answered", "%(count)s are not answered", count["unknown"])),
    )
    rest = [text % {"count": count[code]} for code, text in lacks if count[code]]
    return f"{opening}; {', '.join(rest)}." if rest else f"{opening}."


def practice_sentence(finding: Finding, *, is_promised: bool) -> str:
    """The answer in force, and how the evidence stands, in one sentence."""
    answer = {
        "yes": _("Answered yes"),
        "partly": _("Answered partly"),
        "no": _("Answered no"),
        "unknown": _("Not answered yet"),
    }[finding.answer]
    match finding.freshness:
        case Freshness.NONE:
            evidence = _("nothing shows it yet")
        case Freshness.FRESH:
            evidence = _("the newest evidence is fresh")
        case Freshness.STALE:
            evidence = silence(finding, is_promised=is_promised)
    return f"{answer}; {evidence}."


def practice_rows(findings: Iterable[Finding], promised: frozenset[str]) -> list[PracticeRow]:
    """Some practices or framework-only questions as rows, in their order."""
    return [
        PracticeRow(
            practice=finding.practice,
            kind=SAFEGUARD_KINDS[finding.practice.kind],
            answer=PRACTICE_ANSWERS[finding.answer],
            freshness=finding.freshness.value,
            age=age(finding, is_promised=finding.practice.id in promised),
            bar=bar_of(finding),
            newest=None if finding.newest is None else log_line(finding.newest),
            newest_title="" if finding.newest is None else evidence_title(finding.newest),
            is_promised=finding.practice.id in promised,
        )
        for finding in findings
    ]


def promised_practices(status: ProgramStatus) -> frozenset[str]:
    """What the written program in force promises; without a list the starting practices, without a program nothing."""
    return frozenset(status.promised)


def evidence_title(fact: RecordedFact) -> str:
    """What an item of evidence is, without the practice that it shows."""
    return fact.body.title if isinstance(fact.body, EvidenceRecorded) else log_line(fact).text


def _said(fact: RecordedFact) -> str:
    if isinstance(fact.body, PracticeAnswered):
        return str(PRACTICE_ANSWERS[fact.body.answer])
    return evidence_title(fact)


def practice_history(entries: Sequence[LogEntry]) -> list[LogLine]:
    """Answers, evidence and operations of one practice, corrected ones too, without its title on every line."""
    return [replace(line_of(entry), text=_said(entry.fact)) for entry in entries]
