"""Ledger entries in words for people: what kind of fact, and the fact in one line."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from charteroak.clock import add_months
from charteroak.law.editions import load_frameworks
from charteroak.portal.programs.choices import (
    ASSESSMENT_RESULTS,
    EDITION_STATUSES,
    ORGANISATION_KINDS,
    PRACTICE_ANSWERS,
    PRECISIONS,
    REVIEW_OUTCOMES,
    SCALE_FACTORS,
    SOURCES,
)
from charteroak.program import bodies
from charteroak.program.practices import load_practices
from charteroak.program.recorded import DayOrInstant, RecordedFact, day_of
from charteroak.records.accounts.models import User
from charteroak.services.evidence_log import LogEntry, Tie

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
    "report.supplemented": gettext_lazy("Report supplemented"),
    "report.corrected": gettext_lazy("Report corrected"),
    "report.withdrawn": gettext_lazy("Report withdrawn"),
    "report.attachment": gettext_lazy("File of a report"),
    "disclosure.widened": gettext_lazy("More people may know who reported"),
    "campaign.confirmed": gettext_lazy("Campaign confirmed"),
    "campaign.decided": gettext_lazy("Reports put together or apart"),
    "indicator.released": gettext_lazy("Indicator released"),
    "hunt.run": gettext_lazy("Own logs searched"),
    "sighting.sent": gettext_lazy("Sighting sent"),
    "sighting.received": gettext_lazy("Sighting received"),
    "correction.made": gettext_lazy("Correction"),
    "evidence.superseded": gettext_lazy("Evidence superseded"),
    "evidence.marked": gettext_lazy("Evidence marked"),
    "requirement.assessed": gettext_lazy("Requirement assessed"),
    "exception.accepted": gettext_lazy("Exception accepted"),
    "gap.opened": gettext_lazy("Gap opened"),
    "gap.closed": gettext_lazy("Gap closed"),
    "collector.registered": gettext_lazy("Collector registered"),
    "provider.relation": gettext_lazy("Provider"),
    "provider.stated": gettext_lazy("Provider's statement"),
    "record.continued": gettext_lazy("Record brought in from another installation"),
    "start.finished": gettext_lazy("Guided start finished"),
    "document.imported": gettext_lazy("Document brought in"),
    "exercise.held": gettext_lazy("Exercise held"),
    "training.completed": gettext_lazy("Training completed"),
    "custody.passed": gettext_lazy("Custody passed"),
    "hold.set": gettext_lazy("Legal hold set"),
    "hold.lifted": gettext_lazy("Legal hold lifted"),
    "content.erased": gettext_lazy("Content erased"),
    "key.ceremony": gettext_lazy("Key of the log changed"),
    "incident.opened": gettext_lazy("Incident opened"),
    "incident.described": gettext_lazy("Incident described"),
    "incident.closed": gettext_lazy("Incident closed"),
    "incident.opened-in-error": gettext_lazy("Incident opened in error"),
    "incident.reopened": gettext_lazy("Incident reopened"),
    "notice.sent": gettext_lazy("Notice sent"),
    "notice.withdrawn": gettext_lazy("Notice taken back"),
    "incident.decided": gettext_lazy("Decision about telling"),
    "task.done": gettext_lazy("Task of an incident"),
    "plan.adopted": gettext_lazy("Plan adopted"),
    "plan.activated": gettext_lazy("Plan activated"),
    "plan.stood-down": gettext_lazy("Plan stood down"),
    "severity.assessed": gettext_lazy("Severity assessed"),
    "item.taken": gettext_lazy("Item of evidence taken"),
    "referral.made": gettext_lazy("Referral made"),
    "referral.status": gettext_lazy("Answer to a referral"),
}
KEY_ACTIONS: dict[str, str | Promise] = {
    "created": gettext_lazy("Keys created"),
    "rotated": gettext_lazy("Keys replaced by new ones"),
    "compromised": gettext_lazy("Keys found in strange hands"),
    "retired": gettext_lazy("Keys retired"),
}

MEMBERS: dict[str, str | Promise] = {
    "approvedBy": gettext_lazy("Approved by"),
    "assertedBy": gettext_lazy("Asserted by"),
    "by": gettext_lazy("By"),
    "bytes": gettext_lazy("Bytes read"),
    "corrects": gettext_lazy("Corrects entry"),
    "cost": gettext_lazy("Cost of closing it"),
    "couldNotRead": gettext_lazy("What could not be read"),
    "documentSha256": gettext_lazy("Digest of the document (SHA-256)"),
    "indicatorsSha256": gettext_lazy("Digest of the indicators (SHA-256)"),
    "of": gettext_lazy("Of how many"),
    "participants": gettext_lazy("People who took part"),
    "regulatedBy": gettext_lazy("Laws that apply"),
    "sha256": gettext_lazy("Digest (SHA-256)"),
    "supersedes": gettext_lazy("Takes the place of entry"),
    "tlp": gettext_lazy("Marking (TLP)"),
}
"""Members of bodies whose names do not read as words by themselves."""


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
    does: tuple[Tie, ...] = ()
    suffers: tuple[Tie, ...] = ()

    @property
    def is_late(self) -> bool:
        """Whether it was recorded long after it happened."""
        return self.days_late > LATE_AFTER_DAYS

    @property
    def begins(self) -> str:
        """When it was so, or since when, no more exactly than it is known."""
        return day_words(self.fact.occurred_from, self.fact.precision)

    @property
    def ends(self) -> str:
        """Until when, where that is another day or moment."""
        end = self.fact.occurred_to
        words = "" if end is None else day_words(end, self.fact.precision)
        return "" if words == self.begins else words

    @property
    def is_erased(self) -> bool:
        """Whether its body is gone; the entry and its proof remain."""
        return isinstance(self.fact.body, bodies.NotUnderstood) and self.fact.body.reason == "erased"

    @property
    def withheld(self) -> list[str]:
        """The private parts that are not at hand, in words."""
        return [member_words(name) for name in self.fact.withheld]

    @property
    def unusual(self) -> str:
        """The same in short, where it is not what most entries say: to the day, as someone states it."""
        usual = (("day",), ("stated", "unknown"))
        words = [
            str(PRECISIONS[self.fact.precision]) if self.fact.precision not in usual[0] else "",
            str(SOURCES[self.fact.source]) if self.fact.source not in usual[1] else "",
        ]
        return ", ".join(word for word in words if word)

    @property
    def how_known(self) -> str:
        """How exactly it is known when it was so, and from whom."""
        words = (str(PRECISIONS[self.fact.precision]), str(SOURCES[self.fact.source]))
        return ", ".join(word for word in words if word)


def member_words(name: str) -> str:
    """A member of a body as a person would call it."""
    known = MEMBERS.get(name)
    return str(known) if known else "".join(f" {c.lower()}" if c.isupper() else c for c in name).strip().capitalize()


def day_words(moment: DayOrInstant, precision: str) -> str:
    """When something was so, no more exactly than it is known."""
    day = day_of(moment)
    match precision:
        case "year":
            return str(day.year)
        case "month":
            return date_format(day, "F Y")
        case "hour" if isinstance(moment, datetime):
            local = timezone.localtime(moment)
            return f"{date_format(local, 'D j M Y, H')}:00 {local.tzname()}"
        case "minute" | "instant" if isinstance(moment, datetime):
            local = timezone.localtime(moment)
            return f"{date_format(local, 'D j M Y, H:i')} {local.tzname()}"
        case _:
            return date_format(day, "D j M Y")


def practice_title(identifier: str) -> str:
    """A practice's title, or its identifier where this release does not know it."""
    practice = load_practices().asked.get(identifier)
    return practice.title if practice is not None else identifier


def framework_name(code: str) -> str:
    """A framework as people write it, also where the act does not name it."""
    known = load_frameworks().get(code)
    return known.name if known is not None else code.upper().replace("NIST-", "NIST SP ")


def edition_label(framework: str, edition: str) -> str:
    """An edition as people write it, or by its codes where the act does not name its framework."""
    known = load_frameworks().get(framework)
    return known.label(edition) if known is not None else f"{framework_name(framework)} {edition}"


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
        case bodies.EvidenceCollected(practice=practice, title=title, collected=bodies.Collection(shows=False)):
            return _("%(title)s (does not show: %(practice)s)") % {"title": title, "practice": practice_title(practice)}
        case bodies.EvidenceRecorded(practice=practice, title=title):
            return f"{title} ({practice_title(practice)})"
        case bodies.ReportFiled(report=report, report_kind=kind, outcome=outcome):
            return _("Report %(number)s: %(kind)s, %(outcome)s") % {"number": report, "kind": kind, "outcome": outcome}
        case (
            bodies.ReportSupplemented(report=report, number=number)
            | bodies.ReportCorrected(report=report, number=number)
            | bodies.ReportWithdrawn(report=report, number=number)
            | bodies.DisclosureWidened(report=report, number=number)
        ):
            return _("Report %(report)s, version %(number)s") % {"report": report, "number": number}
        case bodies.CampaignConfirmed(campaign=campaign, reports=reports):
            return _("%(campaign)s with %(reports)s reports") % {"campaign": campaign, "reports": reports}
        case bodies.CampaignDecided(decision=decision, verdict="undone", undoes=undoes):
            return _("Decision %(number)s takes decision %(undone)s back") % {"number": decision, "undone": undoes}
        case bodies.CampaignDecided(decision=decision, verdict="together", reports=reports):
            return _("Decision %(number)s: %(reports)s reports belong together") % {
                "number": decision,
                "reports": reports,
            }
        case bodies.CampaignDecided(decision=decision, reports=reports):
            return _("Decision %(number)s: %(reports)s reports, some kept apart from the others") % {
                "number": decision,
                "reports": reports,
            }
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
            words = _("Entry %(index)s is to be read as corrected") % {"index": corrects}
            return f"{words}: {reason}" if reason else f"{words}."
        case bodies.EvidenceSuperseded(supersedes=index, by=by):
            if by is None:
                return _("Entry %(index)s shows nothing any more") % {"index": index}
            return _("Entry %(by)s takes the place of entry %(index)s") % {"index": index, "by": by}
        case bodies.RequirementAssessed(requirement=requirement, result=result, assessor=assessor):
            return _("%(requirement)s of %(edition)s: %(result)s, by %(assessor)s") % {
                "requirement": requirement,
                "edition": edition_label(fact.body.framework, fact.body.edition),
                "result": ASSESSMENT_RESULTS[result],
                "assessor": assessor,
            }
        case bodies.ExceptionAccepted(factor=factor, approved_by=by, expires=expires):
            return _("%(subject)s, until %(day)s: %(factor)s; approved by %(by)s") % {
                "subject": subject_words(fact.body),
                "day": date_format(expires, "j M Y"),
                "factor": SCALE_FACTORS[factor],
                "by": by,
            }
        case bodies.GapOpened(title=title, owner=""):
            return _("%(title)s; nobody closes it yet") % {"title": title}
        case bodies.GapOpened(title=title, owner=owner, due=due):
            if due is None:
                return _("%(title)s; %(owner)s closes it") % {"title": title, "owner": owner}
            return _("%(title)s; %(owner)s closes it by %(day)s") % {
                "title": title,
                "owner": owner,
                "day": date_format(due, "j M Y"),
            }
        case bodies.GapClosed(gap=gap, how=how):
            return f"{gap}: {how}"
        case bodies.CollectorRegistered(name=name, subject=subject, ends=True):
            return _("%(name)s (%(subject)s) is expected no more") % {"name": name, "subject": subject}
        case bodies.CollectorRegistered(name=name, subject=subject, every_days=days):
            return _("%(name)s (%(subject)s), expected every %(days)s days") % {
                "name": name,
                "subject": subject,
                "days": days,
            }
        case bodies.StartFinished(framework=framework, edition=edition):
            return _("Aims for %(edition)s; nothing is claimed") % {"edition": edition_label(framework, edition)}
        case bodies.DocumentImported(title=title, rows=rows):
            return _("%(title)s, %(rows)s rows; nothing is claimed by it") % {"title": title, "rows": rows}
        case bodies.ProviderRelation(step="begun", provider=provider, client=client):
            return _("%(provider)s looks after %(client)s from here on") % {"provider": provider, "client": client}
        case bodies.ProviderRelation(provider=provider, client=client):
            return _("%(provider)s looks after %(client)s no more") % {"provider": provider, "client": client}
        case bodies.ProviderStated(provider=provider, from_=first, to=last):
            return _("What %(provider)s did from %(first)s to %(last)s; it certifies nothing") % {
                "provider": provider,
                "first": date_format(first, "j M Y"),
                "last": date_format(last, "j M Y"),
            }
        case bodies.RecordContinued(origin=origin, size=size):
            return _("The first %(size)s entries were the log %(origin)s") % {"size": size, "origin": origin}
        case bodies.ExerciseHeld(title=title, participants=people, findings=findings):
            return _("%(title)s: %(people)s took part, %(findings)s findings") % {
                "title": title,
                "people": people,
                "findings": findings,
            }
        case bodies.TrainingCompleted(title=title, people=people, of=of):
            if of is None:
                return _("%(title)s: %(people)s people") % {"title": title, "people": people}
            return _("%(title)s: %(people)s of %(of)s people") % {"title": title, "people": people, "of": of}
        case bodies.CustodyPassed(item=item, to=to) | bodies.CustodyHandedOn(item=item, to=to):
            return _("%(item)s, to %(to)s") % {"item": item, "to": to}
        case bodies.ItemTaken(incident=incident, number=number, title=title):
            return f"{incident}-E{number:02d}: {title}"
        case bodies.ReferralMade(incident=incident, to=to):
            return _("%(incident)s, to %(to)s") % {"incident": incident, "to": to}
        case bodies.ReferralAnswered(incident=incident, said_by=by):
            return _("%(incident)s, by %(by)s") % {"incident": incident, "by": by}
        case bodies.EvidenceMarked(marking=marking, state=state, marked_by=by):
            words = _("%(marking)s set by %(by)s") if state == "set" else _("%(marking)s withdrawn by %(by)s")
            return words % {"marking": marking, "by": by}
        case bodies.HoldSet(hold=hold, set_by=by):
            return _("%(hold)s, by %(by)s") % {"hold": hold, "by": by}
        case bodies.HoldLifted(hold=hold, lifted_by=by):
            return _("%(hold)s, by %(by)s") % {"hold": hold, "by": by}
        case bodies.ContentErased(basis=basis, approved_by=by):
            return _("%(basis)s; approved by %(by)s") % {"basis": basis, "by": by}
        case bodies.IncidentOpened(incident=number) | bodies.IncidentDescribed(incident=number):
            return number
        case bodies.IncidentClosed(incident=number, left_open=left) if left:
            return _("%(incident)s, with duties open: %(duties)s") % {"incident": number, "duties": ", ".join(left)}
        case bodies.IncidentOpenedInError(incident=number, ended=ended) if ended:
            return _("%(incident)s, ending the clocks of: %(duties)s") % {
                "incident": number,
                "duties": ", ".join(ended),
            }
        case (
            bodies.IncidentClosed(incident=number)
            | bodies.IncidentOpenedInError(incident=number)
            | bodies.IncidentReopened(incident=number)
        ):
            return number
        case bodies.NoticeSent(incident=number, to=to):
            return f"{number}: {to}"
        case bodies.SeverityAssessed(incident=number, low_level=low, high_level=high):
            levels = str(low) if low == high else _("%(low)s to %(high)s") % {"low": low, "high": high}
            return _("%(incident)s: level %(levels)s") % {"incident": number, "levels": levels}
        case bodies.ReportAttachmentTaken(report=number, number=place, detected_type=kind):
            return _("Report %(report)s, file %(number)s, %(kind)s") % {"report": number, "number": place, "kind": kind}
        case bodies.TaskDone(incident=number, task=task, by=by):
            return f"{number}: {task}, {by}"
        case bodies.KeyCeremony(action=action):
            return str(KEY_ACTIONS[action])
        case bodies.NotUnderstood(reason="erased"):
            return _("Erased. The entry and its proof remain.")
        case bodies.NotUnderstood(detail=detail):
            return _("This entry cannot be read here. %(detail)s") % {"detail": detail}
        case _:
            return ""


def possible_days(fact: RecordedFact) -> tuple[date, date]:
    """The first and the last day of what an entry tells of; of a moment known by month or year alone, all of it."""
    first = fact.first_day
    if fact.occurred_to is not None:
        return first, fact.last_day or first
    match fact.precision:
        case "month":
            begin = first.replace(day=1)
            return begin, add_months(begin, 1) - timedelta(days=1)
        case "year":
            return first.replace(month=1, day=1), first.replace(month=12, day=31)
        case _:
            return first, first


def subject_words(body: bodies.ExceptionAccepted | bodies.GapOpened) -> str:
    """The practice or the requirement that an exception or a gap is about."""
    if body.practice is not None:
        return practice_title(body.practice)
    if body.requirement is None:
        return _("The program")
    edition = edition_label(body.framework, body.edition) if body.framework and body.edition else ""
    return f"{body.requirement} {edition}".strip()


def log_line(fact: RecordedFact, corrected_by: RecordedFact | int | None = None) -> LogLine:
    """An entry as a line of the evidence log, with the entry that corrected it."""
    end = fact.last_day if fact.occurred_to is not None else None
    return LogLine(
        fact=fact,
        kind=KIND_WORDS.get(fact.kind, fact.kind),
        text=sentence(fact),
        files=getattr(fact.body, "files", ()) if not isinstance(fact.body, bodies.HuntRun) else (),
        occurred_from=fact.first_day,
        occurred_to=end,
        days_late=max(0, (fact.recorded_day - possible_days(fact)[1]).days),
        document_sha256=fact.body.document_sha256 if isinstance(fact.body, bodies.ProgramAdopted) else "",
        corrected_by=corrected_by.index if isinstance(corrected_by, RecordedFact) else corrected_by,
        note=getattr(fact.body, "note", ""),
    )


def line_of(entry: LogEntry) -> LogLine:
    """An entry with its ties as a line of the evidence log."""
    return replace(log_line(entry.fact, entry.corrected_by), does=tuple(entry.does), suffers=tuple(entry.suffers))


def ago(moment: datetime, now: datetime) -> str:
    """How long ago something was, in its largest whole unit."""
    minutes = max(0, int((now - moment).total_seconds() // 60))
    if minutes < 60:
        return ngettext("%(count)s minute ago", "%(count)s minutes ago", minutes) % {"count": minutes}
    if minutes < 48 * 60:
        hours = minutes // 60
        return ngettext("%(count)s hour ago", "%(count)s hours ago", hours) % {"count": hours}
    days = minutes // (24 * 60)
    return ngettext("%(count)s day ago", "%(count)s days ago", days) % {"count": days}


def actor_words(actor: str) -> str:
    """Who recorded an entry: a person by name as long as this installation knows it, the software, or a desk."""
    kind, _colon, name = actor.partition(":")
    if kind == "user":
        known = User.objects.filter(actor_id=name).first()
        return str(known) if known is not None else _("A person whose name is not known here any more")
    if kind == "desk":
        return _("The desk %(name)s") % {"name": name}
    return _("This software")
