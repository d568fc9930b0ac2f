"""Which of the reported mails are sophisticated, and why: for the desk, and for the organisation that reported.

It is told anew from what was kept of the analysis, so that a report of old is sorted by the rules of today. A stranger
is not told: whether a lure is new to the desk is what its sender would like to know.
"""

from charteroak.mail.score import Verdict
from charteroak.mail.triage import TriageReason, triage_signals
from charteroak.records.accounts.models import User
from charteroak.records.reports.models import Report
from charteroak.response.phish_answer import in_language
from charteroak.services.access import organisations_of


def is_lure_known(report: Report) -> bool:
    """Whether the desk had a report of the same campaign, or of the same lure, before this one came."""
    earlier = Report.objects.filter(desk=report.desk, pk__lt=report.pk)
    if report.lure_id is not None and earlier.filter(lure=report.lure_id).exists():
        return True
    return report.campaign_id is not None and earlier.filter(campaign=report.campaign_id).exists()


def triage_of(report: Report, *, language: str = "en") -> tuple[TriageReason, ...]:
    """Why a reported mail counts as sophisticated; empty where nothing says so, and for an incident."""
    if report.analysis is None:
        return ()
    sentences = {signal["id"]: in_language(signal, language).text for signal in report.analysis["signals"]}
    return triage_signals(sentences, Verdict(report.analysis["verdict"]), is_campaign_known=is_lure_known(report))


def may_see_triage(report: Report, user: object) -> bool:
    """Whether a person acts for the organisation that reported."""
    if not isinstance(user, User) or report.organisation_id is None:
        return False
    return organisations_of(user).filter(pk=report.organisation_id).exists()
