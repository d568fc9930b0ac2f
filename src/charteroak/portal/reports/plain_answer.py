"""The plain answer on a page: what was seen in a reported mail, and what to do now, in the reader's language."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language

from charteroak.portal.reports.wording import VERDICTS, VerdictWords, told_before
from charteroak.records.reports.models import Report
from charteroak.response.phish_answer import PhishAnswer, answer_to_reporter
from charteroak.response.plans.phones import dial_link
from charteroak.services.reporting_settings import reporting_settings


@dataclass(frozen=True, slots=True)
class ShownCall:
    """Whom to call, with the link that a telephone dials."""

    who: str
    hint: str
    number: str
    address: str
    dial: str
    lacks_number: bool


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """The answer, the word of its verdict, and whom to call."""

    answer: PhishAnswer
    verdict: VerdictWords
    calls: list[ShownCall]
    earlier: list[tuple[VerdictWords, datetime]]
    """What the reporter may have read before an older rule was given up, and until when."""


def answer_of(report: Report) -> ShownAnswer | None:
    """The answer about a reported mail; none about an incident."""
    if report.analysis is None:
        return None
    answer = answer_to_reporter(
        report.analysis,
        report.details.get("whatHappened", []),
        language=(get_language() or "en")[:2],
        numbers=reporting_settings().call,
    )
    calls = [
        ShownCall(call.who, call.hint, call.number, call.address, dial_link(call.number), call.lacks_number)
        for call in answer.calls
    ]
    return ShownAnswer(answer, VERDICTS[answer.verdict], calls, told_before(report.analysis))
