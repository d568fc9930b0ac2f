"""Ledger entries in words for people: what kind of fact, and the fact in one line."""

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from charteroak.law.editions import load_frameworks
from charteroak.portal.programs.choices import (
    EDITION_STATUSES,
    ORGANISATION_KINDS,
    PRACTICE_ANSWERS,
    REVIEW_OUTCOMES,
)
from charteroak.program import bodies
from charteroak.program.practices import load_practices
from charteroak.program.recorded import RecordedFact

LATE_AFTER_DAYS = 31
"""Recorded more than a month after it happened: the log says so. Ours; no rule of evidence names a number."""

KIND_WORDS: dict[str, str | Promise] = {
    "organisation.described": gettext_lazy("Organization described"),
    "program.adopted": gettext_lazy("Written program adopted"),
    "program.approved": gettext_lazy("Program approved"),
    "program.reviewed": gettext_lazy("Program reviewed"),
    "program.described": gettext_lazy("Program described"),
    "edition.adopted": gettext_lazy("Framework edition adopted"),
    "practice.answered": gettext_lazy("Practice answered"),
    "evidence.recorded": gettext_lazy("Evidence recorded"),
    "report.filed": gettext_lazy("Report filed"),
    "campaign.confirmed": gettext_lazy("Campaign confirmed"),
    "indicator.released": gettext_lazy("Indicator released"),
    "hunt.run": gettext_lazy("Own logs searched"),
    "sighting.sent": gettext_lazy("Sighting sent"),
    "sighting.received": gettext_lazy("Sighting received"),
    "correction.made": gettext_lazy("Correction"),
}


@dataclass(frozen=True, slots=True)
class LogLine:
    """One entry as a line of the evidence log."""

    fact: RecordedFact
    kind: str | Promise
    text: str
    files: tuple[bodies.EvidenceFile, ...]
    occurred_from: date
    occurred_to: date | None
    days_late: int
    document_sha256: str = ""
    corrected_by: int | None = None
    note: str = ""

    @property
    def is_late(self) -> bool:
        """Whether it was recorded long after it happened."""
        return self.days_late > LATE_AFTER_DAYS


def practice_title(identifier: str) -> str:
    """A practice's title, or its identifier where this release does not know it."""
    practice = load_practices().by_id.get(identifier)
    return practice.title if practice is not None else identifier


def edition_label(framework: str, edition: str) -> str:
    """An edition as people write it, or by its codes where the act does not name its framework."""
    known = load_frameworks().get(framework)
    return known.label(edition) if known is not None else f"{framework} {edition}"


def sentence(fact: RecordedFact) -> str:
    """What an entry says, in one line. What cannot be read here is said to be so."""
    match fact.body:
        case bodies.OrganisationDescribed(name=name, kind=kind):
            return f"{name}: {ORGANISATION_KINDS[kind]}"
        case bodies.ProgramAdopted(title=title, version=version, by=by):
            return _("%(title)s, version %(version)s, by %(by)s") % {"title": title, "version": version, "by": by}
        case bodies.ProgramApproved(version=version, by=by, role=role):
            return _("Version %(version)s, by %(by)s (%(role)s)") % {"version": version, "by": by, "role": role}
        case bodies.ProgramReviewed(version=version, by=by, outcome=outcome):
            return _("Version %(version)s, by %(by)s: %(outcome)s") % {
                "version": version,
                "by": by,
                "outcome": REVIEW_OUTCOMES[outcome],
            }
        case bodies.ProgramDescribed():
            return _("Safeguards, objectives and scale of the written program")
        case bodies.EditionAdopted(framework=framework, edition=edition, status=status, asserted_by=by):
            return _("%(edition)s: %(status)s, as asserted by %(by)s") % {
                "edition": edition_label(framework, edition),
                "status": EDITION_STATUSES[status],
                "by": by,
            }
        case bodies.PracticeAnswered(practice=practice, answer=answer):
            return f"{practice_title(practice)}: {PRACTICE_ANSWERS[answer]}"
        case bodies.EvidenceRecorded(practice=practice, title=title):
            return f"{title} ({practice_title(practice)})"
        case bodies.ReportFiled(report=report, report_kind=kind, outcome=outcome):
            return _("Report %(number)s: %(kind)s, %(outcome)s") % {"number": report, "kind": kind, "outcome": outcome}
        case bodies.CampaignConfirmed(campaign=campaign, reports=reports):
            return _("%(campaign)s with %(reports)s reports") % {"campaign": campaign, "reports": reports}
        case bodies.IndicatorReleased(value=value, tlp=tlp):
            return f"{value.replace('.', '[.]')} ({tlp})"
        case bodies.HuntRun(indicators=indicators, files=files, matches=matches):
            return _("%(files)s files searched for %(indicators)s indicators, %(matches)s matches") % {
                "files": files,
                "indicators": indicators,
                "matches": matches,
            }
        case bodies.SightingSent(count=count, desk=desk):
            return _("%(count)s times, to %(desk)s") % {"count": count, "desk": desk}
        case bodies.SightingReceived(count=count):
            return _("%(count)s times, from a member") % {"count": count}
        case bodies.CorrectionMade(corrects=corrects, reason=reason):
            return _("Entry %(index)s is to be read as corrected: %(reason)s") % {"index": corrects, "reason": reason}
        case bodies.NotUnderstood(detail=detail):
            return _("This entry cannot be read here. %(detail)s") % {"detail": detail}
        case _:
            return ""


def log_line(fact: RecordedFact, corrected_by: RecordedFact | None = None) -> LogLine:
    """An entry as a line of the evidence log, with the entry that corrected it."""
    end = fact.last_day if fact.occurred_to is not None else None
    happened = end or fact.first_day
    return LogLine(
        fact=fact,
        kind=KIND_WORDS.get(fact.kind, fact.kind),
        text=sentence(fact),
        files=fact.body.files if isinstance(fact.body, bodies.EvidenceRecorded) else (),
        occurred_from=fact.first_day,
        occurred_to=end,
        days_late=max(0, (fact.recorded_day - happened).days),
        document_sha256=fact.body.document_sha256 if isinstance(fact.body, bodies.ProgramAdopted) else "",
        corrected_by=None if corrected_by is None else corrected_by.index,
        note=getattr(fact.body, "note", ""),
    )
