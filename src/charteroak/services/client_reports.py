"""A report about an organisation's record over a period: for its board, or from its provider.

Both days are answered as they were known when they ended, so that what was recorded later changes no report about
earlier days. Nothing of a report is kept here; the same record and period give the same bytes.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from types import MappingProxyType

from django.db.models import QuerySet

from charteroak.adapters.software_identity import software_identity
from charteroak.clock import CONNECTICUT, connecticut_day
from charteroak.documents.client_report import (
    AnswerRow,
    ChangeRow,
    ClientReport,
    ClockRow,
    Freshness,
    GapRow,
    StaleRow,
    StepRow,
    WorkRow,
    report_pages,
)
from charteroak.documents.dossier_document import Subject
from charteroak.documents.wording import without_pointers
from charteroak.law import Status
from charteroak.program import findings
from charteroak.program.findings import Finding
from charteroak.program.gaps import Gap
from charteroak.program.slippage import CLOCK_DAYS, RecordState, Slip, SlipKind, clocks_of, what_slipped
from charteroak.program.status import ProgramStatus
from charteroak.program.written_document.safeguards import evidence_title
from charteroak.program.written_program import REVIEW_EVERY_DAYS
from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.models import LedgerEntry
from charteroak.services.access import require_role
from charteroak.services.log_keys import origin_of
from charteroak.services.program_papers import FORMS, Form, PaperFile, rendered
from charteroak.services.programs import (
    DOSSIER_READERS,
    ProgramInputError,
    Recorder,
    determine_prospective,
    refuse_day,
    status_of,
)

STEPS = 8
SHOW_AGAIN_DAYS = 45
"""So far ahead it is said that evidence grows old; every other clock is named ``CLOCK_DAYS`` ahead."""
LONGEST_DAYS = 731
"""A period of two years; a longer one is no report but a history."""
SLIP_WORDS: Mapping[SlipKind, str] = MappingProxyType(
    {
        SlipKind.ELEMENT_FELL: "An element fell",
        SlipKind.CLOCK_RAN_OUT: "A clock ran out",
        SlipKind.CLOCK_NEAR: "A clock ends soon",
        SlipKind.GAP_OVERDUE: "A gap is overdue",
        SlipKind.EVIDENCE_STALE: "Evidence grew old",
        SlipKind.EXCEPTION_ENDED: "An exception ended",
        SlipKind.FELL_SILENT: "The record fell silent",
    }
)
WORK_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "evidence.recorded": "items of evidence",
        "practice.answered": "answers",
        "requirement.assessed": "assessments",
        "exercise.held": "exercises",
        "training.completed": "trainings",
        "report.filed": "reports filed",
        "hunt.run": "searches of own logs",
        "gap.opened": "gaps opened",
        "gap.closed": "gaps closed",
        "exception.accepted": "exceptions accepted",
        "program.adopted": "versions adopted",
        "program.approved": "approvals",
        "program.reviewed": "reviews of the program",
    }
)
_BETTER = {Status.MET: 2, Status.UNCERTAIN: 1, Status.COUNSEL: 1, Status.NOT_MET: 0}


def client_report(organisation: Organisation, first: date, last: date, asked_by: Recorder) -> ClientReport:
    """What the record says of a period, both days inclusive.

    Raises:
        AccessError: the person may not read this organisation's record as its keeper or counsel.
        ProgramInputError: the period is reversed, too long, or touches a day about which nothing can be on record.
        LogError: an entry that it rests on is missing or was altered.
    """
    if asked_by.user is not None:
        require_role(asked_by.user, organisation, *DOSSIER_READERS)
    _refuse_period(first, last, connecticut_day(asked_by.moment))
    before, now, gaps = *(_state(organisation, day) for day in (first, last)), _gaps(organisation, last)
    provider = organisation.providers.order_by("name").first() if _is_provider(organisation, asked_by) else None
    return ClientReport(
        organisation=Subject(
            name=organisation.name,
            slug=organisation.slug,
            kind=organisation.kind,
            is_fictional=organisation.is_fictional,
        ),
        first=first,
        last=last,
        known_at=_end_of(last),
        made_by=organisation.name if provider is None else provider.name,
        outcome_before=str(before.determination.outcome),
        outcome=str(now.determination.outcome),
        answers=tuple(_answers(before, now)),
        slipped=tuple(_slip(slip) for slip in what_slipped(before, now)),
        improved=tuple(_improved(before, now)),
        clocks=tuple(sorted(_clocks(now), key=lambda row: (row.last_day, row.what))),
        gaps=tuple(sorted(_gap_rows(now.status), key=lambda row: (-row.age_days, row.entry))),
        freshness=_freshness(now.status),
        stale=tuple(_stale(now.status)),
        steps=tuple(_step(gap, now.status) for gap in gaps[:STEPS]),
        work=tuple(_work(organisation, first, last)),
        log=origin_of(organisation),
        log_size=_entries_until(organisation, last),
        software=f"Charter Oak {software_identity().version}",
        had_record=before.last_recorded is not None,
    )


def report_file(organisation: Organisation, first: date, last: date, asked_by: Recorder, form: Form) -> PaperFile:
    """The report as a file.

    Raises:
        AccessError, ProgramInputError, LogError: as ``client_report``.
        DocumentNotMadeError: the typesetter refused.
    """
    report = client_report(organisation, first, last, asked_by)
    name = f"report-{organisation.slug}-{first}-{last}.{form}"
    return PaperFile(name, FORMS[form], rendered(report_pages(report), form))


def _refuse_period(first: date, last: date, today: date) -> None:
    refuse_day(first, today, "first")
    refuse_day(last, today, "last")
    if last <= first:
        raise ProgramInputError("The period ends before it begins.", field="last", remedy="Give the earlier day first.")
    if (last - first).days > LONGEST_DAYS:
        raise ProgramInputError("Report on at most two years at once.", field="first")


def _is_provider(organisation: Organisation, asked_by: Recorder) -> bool:
    user = asked_by.user
    return user is not None and not user.memberships.filter(organisation=organisation).exists()


def _state(organisation: Organisation, day: date) -> RecordState:
    answer = determine_prospective(organisation, as_of=day, known_at=day)
    newest = _known(organisation, day).order_by("-index").values_list("recorded", flat=True).first()
    return RecordState(
        status=status_of(organisation, as_of=day, known_at=day),
        facts=answer.facts,
        determination=answer.determination,
        last_recorded=None if newest is None else connecticut_day(newest),
    )


def _gaps(organisation: Organisation, day: date) -> tuple[Gap, ...]:
    return determine_prospective(organisation, as_of=day, known_at=day).gaps


def _known(organisation: Organisation, day: date) -> QuerySet[LedgerEntry]:
    return LedgerEntry.objects.filter(organisation=organisation, recorded__lte=_end_of(day))


def _entries_until(organisation: Organisation, day: date) -> int:
    return _known(organisation, day).count()


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time(23, 59, 59, 999_999), CONNECTICUT).replace(microsecond=0)


def _answers(before: RecordState, now: RecordState) -> Iterator[AnswerRow]:
    then = {element.id: str(element.status) for element in before.determination.elements}
    for element in now.determination.elements:
        yield AnswerRow(
            id=element.id,
            question=element.question,
            before=then.get(element.id, "") if before.last_recorded is not None else "",
            now=str(element.status),
            is_assumed=element.assumed,
        )


def _slip(slip: Slip) -> ChangeRow:
    return ChangeRow(what=SLIP_WORDS[slip.kind], sentence=without_pointers(slip.sentence), entries=slip.entries)


def _improved(before: RecordState, now: RecordState) -> Iterator[ChangeRow]:
    """What stands better than on the first day: elements, the program, practices, gaps that are gone."""
    then = {element.id: element for element in before.determination.elements if not element.assumed}
    for element in now.determination.elements:
        earlier = then.get(element.id)
        if not element.assumed and earlier is not None and _BETTER[element.status] > _BETTER[earlier.status]:
            words = f"{element.id} was {earlier.status.value.replace('-', ' ')} and is {element.status.value}."
            yield ChangeRow(what="An element rose", sentence=words)
    adopted, earlier_adopted = now.status.program.adopted, before.status.program.adopted
    if adopted is not None and (earlier_adopted is None or earlier_adopted.index != adopted.index):
        version = getattr(adopted.body, "version", "")
        yield ChangeRow(
            what="A version was adopted",
            sentence=f"Version {version} of the written program is in force.",
            entries=(adopted.index,),
        )
    for identifier, finding in now.status.findings.items():
        was = before.status.findings.get(identifier)
        if finding.is_shown and (was is None or not was.is_shown):
            yield ChangeRow(
                what="Shown now",
                sentence=f"{finding.practice.title}.",
                entries=() if finding.newest is None else (finding.newest.index,),
            )
    still = {gap.body.gap for gap in now.status.recorded_gaps}
    for gap in before.status.recorded_gaps:
        if gap.body.gap not in still:
            yield ChangeRow(what="A gap was closed", sentence=f"{gap.body.title}.", entries=(gap.fact.index,))


def _clocks(now: RecordState) -> Iterator[ClockRow]:
    """Editions, exceptions, the review of the program, and evidence that grows old soon."""
    day = now.day
    rows = [(f"Six months of {clock.name}", clock.last_day) for clock in clocks_of(now.facts, now.determination)]
    rows += [(f"Exception: {each.body.exception}", each.body.expires) for each in now.status.exceptions]
    upkeep = now.status.program.upkeep
    if upkeep is not None:
        rows.append(("Review of the written program", upkeep.first_day + timedelta(days=REVIEW_EVERY_DAYS)))
    for finding in _promised(now.status):
        if finding.is_shown and finding.age_days is not None:
            left = finding.practice.freshness_days - finding.age_days
            if left <= SHOW_AGAIN_DAYS:
                rows.append((f"Show again: {finding.practice.title}", day + timedelta(days=left)))
    for what, last_day in rows:
        if (last_day - day).days <= CLOCK_DAYS:
            yield ClockRow(what=what, last_day=last_day, days_left=(last_day - day).days)


def _gap_rows(status: ProgramStatus) -> Iterator[GapRow]:
    for gap in status.recorded_gaps:
        yield GapRow(
            title=gap.body.title,
            owner=gap.body.owner,
            age_days=gap.age_days,
            due=gap.body.due,
            overdue_days=gap.overdue_days or 0,
            entry=gap.fact.index,
        )


def _promised(status: ProgramStatus) -> list[Finding]:
    return [status.findings[name] for name in status.promised if name in status.findings]


def _freshness(status: ProgramStatus) -> Freshness:
    kinds: Counter[str] = Counter()
    for finding in _promised(status):
        if finding.answer in {"no", "unknown"}:
            kinds["open"] += 1
        elif finding.freshness is findings.Freshness.FRESH:
            kinds["shown" if finding.answer == "yes" else "silent"] += 1
        else:
            kinds["stale" if finding.freshness is findings.Freshness.STALE else "silent"] += 1
    return Freshness(shown=kinds["shown"], stale=kinds["stale"], silent=kinds["silent"], open=kinds["open"])


def _stale(status: ProgramStatus) -> Iterator[StaleRow]:
    for finding in _promised(status):
        if finding.answer in {"yes", "partly"} and finding.freshness is not findings.Freshness.FRESH:
            yield StaleRow(
                practice=finding.practice.title,
                newest="" if finding.newest is None else evidence_title(finding.newest),
                age_days=finding.age_days,
                allowed_days=finding.practice.freshness_days,
            )


def _step(gap: Gap, status: ProgramStatus) -> StepRow:
    finding = status.findings.get(gap.practice) if gap.practice is not None else None
    if finding is None or not gap.code.startswith("practice."):
        return StepRow(title=gap.title, elements=gap.elements)
    effort, cost = finding.practice.effort_hours, finding.practice.cost
    return StepRow(
        title=gap.title,
        elements=gap.elements,
        hours=(effort.low, effort.high),
        dollars=(cost.low, cost.high),
    )


def _work(organisation: Organisation, first: date, last: date) -> Iterator[WorkRow]:
    after = datetime.combine(first, time(), CONNECTICUT)
    kinds = Counter(_known(organisation, last).filter(recorded__gte=after).values_list("kind", flat=True))
    for kind, words in WORK_WORDS.items():
        if kinds[kind]:
            yield WorkRow(kind=words, number=kinds[kind])
