"""Words for reporters: the answers that forms offer, what an analysis found, what to do now. Nothing is decided here.

No verdict says that a mail is safe: where nothing was found, that is what the page says.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from charteroak.clock import parse_instant
from charteroak.mail.rejudging import earlier_verdicts
from charteroak.observables import ObservableType
from charteroak.records.reports.models import Report
from charteroak.response import answer_words
from charteroak.response.phish_answer import ToDo, in_language, to_do
from charteroak.services.own_sites import sites_here

Outcome = Report.Outcome

DONE_WITH_MAIL = (
    ("read", _("I only read it")),
    ("link", _("I opened a link in it")),
    ("password", _("I entered a password or a code")),
    ("file", _("I opened a file from it, or installed something")),
    ("answered", _("I answered it")),
    ("money", _("I sent money, or changed payment details")),
    ("maybe-link", _("I am not sure whether I opened a link in it")),
    ("maybe-password", _("I am not sure whether I entered a password or a code")),
    ("maybe-file", _("I am not sure whether I opened a file from it, or installed something")),
    ("not-sure", _("I am not sure")),
)
ANSWER_CHOICES = (("yes", _("Yes")), ("no", _("No")), ("not-sure", _("Not sure")))
ALSO_DONE = tuple((deed, words) for deed, words in DONE_WITH_MAIL if deed in {"answered", "money"})
"""What is asked besides the three questions; who did neither passes it by."""
OUTCOME_OF_DEED: dict[str, str] = {
    "password": Outcome.SUCCESSFUL,
    "file": Outcome.SUCCESSFUL,
    "money": Outcome.SUCCESSFUL,
    "link": Outcome.SUSPECTED,
    "answered": Outcome.SUSPECTED,
    "maybe-password": Outcome.UNKNOWN,
    "maybe-file": Outcome.UNKNOWN,
    "maybe-link": Outcome.UNKNOWN,
    "not-sure": Outcome.UNKNOWN,
    "read": Outcome.UNSUCCESSFUL,
}
"""What the reporter did, in the words of the desk's question; the gravest deed decides, in this order."""

OUTCOME_CHOICES = (
    (Outcome.SUCCESSFUL, _("It succeeded: something was reached, changed, stolen or stopped")),
    (Outcome.UNSUCCESSFUL, _("It was tried and failed")),
    (Outcome.BLOCKED, _("A safeguard blocked it")),
    (Outcome.SUSPECTED, _("I suspect something but have no proof")),
    (Outcome.UNKNOWN, _("I do not know yet")),
)
DISCLOSURE_CHOICES = (
    (Report.Disclosure.DESK_ONLY, _("Only the desk: its analysts may know who reported this")),
    (Report.Disclosure.NAMED, _("Also other members: my organization may be named to them")),
    (Report.Disclosure.ANONYMOUS, _("Nobody: keep no name at all; only my receipt shows that the report is mine")),
)
DISCLOSURE_IN_SHORT = (
    (Report.Disclosure.DESK_ONLY, _("Only the desk\u2019s analysts")),
    (Report.Disclosure.NAMED, _("Other members too")),
    (Report.Disclosure.ANONYMOUS, _("Nobody: no name is kept")),
)
"""The same levels for who reports a mail on a telephone and has a minute."""
CATEGORY_CHOICES = (
    ("", _("Choose what fits best")),
    ("ransomware", _("Ransomware or data destroyed")),
    ("malware", _("Other malicious software")),
    ("account", _("An account taken over")),
    ("phishing", _("A mail that tried to deceive")),
    ("fraud", _("Fraud: a changed payment, a false invoice")),
    ("data", _("Data lost, copied or made public")),
    ("service", _("A service made unavailable")),
    ("intrusion", _("Someone in the network")),
    ("defacement", _("A website changed")),
    ("lost-device", _("A device lost or stolen")),
    ("insider", _("Misuse by someone inside")),
    ("third-party", _("An incident at a supplier")),
    ("other", _("Something else")),
)
HELP_CHOICES = (
    ("none", _("None: this is for your information")),
    ("advice", _("Advice: please call us")),
    ("urgent", _("Urgent: we need help now")),
    ("on-site", _("Help on site")),
    ("state-police", _("The State Police")),
)


@dataclass(frozen=True, slots=True)
class VerdictWords:
    """How a verdict is shown: its status and its word. The sentence that heads a page is the answer's."""

    status: str
    word: str | Promise


VERDICTS: dict[str, VerdictWords] = {
    "phishing": VerdictWords("harm", _("Phishing")),
    "suspicious": VerdictWords("at-risk", _("Suspicious")),
    "simulation": VerdictWords("fresh", _("Training mail")),
    "not-enough-evidence": VerdictWords("uncertain", _("Not enough evidence")),
}
FOR_ANYONE = ("read", "link", "password", "file", "money")
"""What the first page says to someone who has not reported yet."""


@dataclass(frozen=True, slots=True)
class ReportWords:
    """What a report says of itself, in the reader's language."""

    kind: str | Promise
    outcome: str | Promise
    disclosure: str | Promise


@dataclass(frozen=True, slots=True)
class MailFindings:
    """What pages show of an analysis."""

    verdict: VerdictWords
    signals: Sequence[Mapping[str, Any]]
    authentication: Sequence[Mapping[str, Any]]
    observables: Sequence[Mapping[str, Any]]
    attachments: Sequence[Mapping[str, Any]]
    defects: Sequence[Any]
    is_partial: bool
    earlier: Sequence[tuple[VerdictWords, datetime]] = ()
    """What was told before an older rule was given up, and until when."""
    score: float = 0.0
    bounds: Mapping[str, float] | None = None
    """From how many points on a mail was suspicious, and phishing; none where points did not decide."""


_DIGESTS = frozenset(kind.value for kind in ObservableType if kind.is_hash)


def findings_of(report: Report) -> MailFindings | None:
    """The analysis of a reported mail; none for an incident."""
    analysis: Mapping[str, Any] | None = report.analysis
    if analysis is None:
        return None
    sites = sites_here()
    return MailFindings(
        verdict=VERDICTS[analysis["verdict"]],
        signals=[_said(signal) for signal in sorted(analysis["signals"], key=lambda signal: -signal["points"])],
        authentication=analysis["authentication"],
        # Digests stand beside the files that they are of.
        observables=[
            {**seen, "isOwnSite": sites.holds_seen(seen)}
            for seen in analysis["observables"]
            if seen["type"] not in _DIGESTS
        ],
        attachments=analysis["attachments"],
        defects=analysis["defects"],
        is_partial=analysis["status"] == "partial",
        earlier=told_before(analysis),
        score=float(analysis["score"]),
        bounds=None if analysis["verdict"] == "simulation" else analysis.get("thresholds"),
    )


def told_before(analysis: Mapping[str, Any]) -> list[tuple[VerdictWords, datetime]]:
    """What was told of a mail before an older rule was given up, and until when."""
    return [(VERDICTS[verdict], parse_instant(until)) for verdict, until in earlier_verdicts(analysis)]


def _said(signal: Mapping[str, Any]) -> Mapping[str, Any]:
    """A signal with its sentence in the reader's language."""
    return {**signal, "explanation": in_language(signal, (get_language() or "en")[:2]).text}


def words_of(report: Report) -> ReportWords:
    """A report's kind, outcome and disclosure in words."""
    kinds = {Report.Kind.PHISH: _("Suspicious mail"), Report.Kind.INCIDENT: _("Incident")}
    return ReportWords(
        kind=kinds[Report.Kind(report.kind)],
        outcome=dict(OUTCOME_CHOICES)[Report.Outcome(report.outcome)],
        disclosure=dict(DISCLOSURE_CHOICES)[Report.Disclosure(report.disclosure)],
    )


def deeds_of(report: Report) -> list[str | Promise]:
    """What the reporter did with the mail, in the words they chose."""
    deeds = report.details.get("whatHappened", [])
    return [label for deed, label in DONE_WITH_MAIL if deed in deeds]


def advice_for_anyone() -> list[ToDo]:
    """What to do now, for someone who has not said what they did; the mildest first."""
    language = (get_language() or "en")[:2]
    known = {deed.id: deed for deed in answer_words.deeds()}
    return [to_do(known[deed], language) for deed in FOR_ANYONE]
