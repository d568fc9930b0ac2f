"""The data of part 01, the PDF: the facts of the other parts as the rows that ``charteroak.documents`` draws."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TypeVar, cast

from charteroak.clock import parse_day
from charteroak.documents.dossier_document import (
    AnchorRow,
    ContraryRow,
    CustodyRow,
    DossierDocument,
    DutyRow,
    EditionRow,
    ElementAnswer,
    ElementChange,
    ElementRow,
    EventRow,
    GapRow,
    Interval,
    LateRow,
    Outcome,
    ProgramEvent,
    RecordState,
    RequirementRow,
    Status,
    StatuteName,
    Subject,
    Timing,
    WithheldRow,
)
from charteroak.dossier.contents import DossierSubject
from charteroak.dossier.layout import checkpoint_file
from charteroak.dossier.parts.determination import changes_of, run_answer
from charteroak.dossier.parts.duties import OTHER_DUTIES, duty_lines, reports_on_record
from charteroak.dossier.parts.editions import asserted_editions, relevant_editions
from charteroak.dossier.parts.enclosures import Enclosures, cosigned_at, last_anchor, operator_words
from charteroak.dossier.parts.gaps import GapLine, gap_lines
from charteroak.dossier.parts.record_over_interval import RecordOverInterval
from charteroak.dossier.parts.requirements import RequirementLine, requirement_lines
from charteroak.dossier.parts.words import title_of
from charteroak.dossier.parts.written_program import WHAT, program_history
from charteroak.law import ElementFinding
from charteroak.law.clocks import edition_clocks
from charteroak.law.editions import STRICT, load_frameworks
from charteroak.law.timeline import Run
from charteroak.program.bodies import (
    EditionAdopted,
    ProgramAdopted,
    ProgramApproved,
    ProgramReviewed,
    ReportFiled,
)
from charteroak.program.custody import read_chains
from charteroak.program.recorded import RecordedFact

Row = TypeVar("Row")

ROWS_PRINTED = 150
"""Rows of a list of entries in the PDF. A longer list is no reading for a person; the parts hold all of it."""


def human_document(
    organisation: DossierSubject, record: RecordOverInterval, enclosures: Enclosures, *, software: str
) -> DossierDocument:
    """Everything that the PDF says."""
    determination = record.determination
    statute = record.statute
    return DossierDocument(
        organisation=Subject(
            name=organisation.name,
            slug=organisation.slug,
            kind=organisation.kind,
            is_fictional=organisation.is_fictional,
        ),
        interval=Interval(
            first=record.first,
            last=record.last,
            known_at=record.known_at,
            note=_note(record, enclosures),
        ),
        statute=StatuteName(
            name=statute.name,
            citation="Conn. Gen. Stat. § 42-901",
            reviewed_on=statute.reviewed_on,
            protects=statute.protects,
        ),
        outcome=cast("Outcome", str(determination.outcome)),
        outcome_at_breach=cast("Outcome", str(determination.at_breach)),
        elements=tuple(_element(finding, record.runs[finding.id]) for finding in determination.elements),
        contrary=tuple(
            ContraryRow(what=item.what, since=item.since, days=item.days, entries=item.entries)
            for item in _shown(record.contrary)
        ),
        record=RecordState(
            origin=enclosures.verifiers.origin,
            size=enclosures.size,
            root=enclosures.root_sha256,
            keys=enclosures.verifiers.periods[-1].vkeys,
            software=software,
            last_anchor=last_anchor(enclosures),
        ),
        events=tuple(
            EventRow(
                entry=change.fact.index,
                kind=change.fact.kind,
                title=title_of(change.fact),
                occurred_from=change.fact.occurred_from,
                occurred_to=change.fact.occurred_to,
                precision=change.fact.precision,
                source=change.fact.source,
                recorded=change.fact.recorded,
                timing=cast("Timing", str(change.timing)),
                actor=change.fact.actor,
                corrected_by=change.corrected_by,
            )
            for change in _shown(record.changes)
        ),
        editions=tuple(_editions(record)),
        program=tuple(_program(fact, record) for fact in program_history(record)),
        requirements=tuple(_requirement(line, record.last) for line in requirement_lines(record)),
        gaps=tuple(_gap(line) for line in gap_lines(record)),
        late=tuple(
            LateRow(
                entry=fact.index,
                kind=fact.kind,
                title=title_of(fact),
                occurred_from=fact.occurred_from,
                occurred_to=fact.occurred_to,
                precision=fact.precision,
                source=fact.source,
                recorded=fact.recorded,
                days_after=record.days_late(fact),
                actor=fact.actor,
            )
            for fact in _shown(record.late)
        ),
        anchors=tuple(_anchors(enclosures)),
        duties=tuple(_duties(record)),
        custody=tuple(_shown(_custody(record))),
        withheld=tuple(
            WithheldRow(
                entry=each.entry,
                what=f"{each.what} {each.name}".strip(),
                reason=f"{each.by}: {each.reason}{f' ({each.basis})' if each.basis else ''}",
                sha256=each.commitment,
            )
            for each in _shown(enclosures.withheld)
        ),
    )


def _shown(rows: Sequence[Row]) -> Sequence[Row]:
    """The rows of a long list that are printed: the last ones, which lie closest to the discovery."""
    return rows[-ROWS_PRINTED:]


def _note(record: RecordOverInterval, enclosures: Enclosures) -> str:
    """What the reader should know of the two days, and which lists are longer than what is printed."""
    note = "The two days are those that were asked for: the earliest first intrusion and the discovery."
    lists = (
        (record.changes, "earlier entries of the interval", "03"),
        (record.late, "earlier late entries", "10"),
        (_custody(record), "earlier steps of custody", "12"),
        (enclosures.withheld, "things that are not enclosed", "12"),
    )
    left_out = [
        f"{len(rows) - ROWS_PRINTED} {what} are left out here and stand in part {part}."
        for rows, what, part in lists
        if len(rows) > ROWS_PRINTED
    ]
    return " ".join((note, *left_out))


def _element(finding: ElementFinding, runs: list[Run]) -> ElementRow:
    return ElementRow(
        id=finding.id,
        question=finding.question,
        citation=finding.citation,
        assumed=finding.assumed,
        whole=ElementAnswer(
            status=cast("Status", str(finding.status)), reason=finding.reason, exhibits=finding.exhibits
        ),
        at_first=_answer(runs[0]),
        at_last=_answer(runs[-1]),
        changes=tuple(
            ElementChange(
                day=date.fromordinal(after.first),
                before=cast("Status", str(before.answer.status)),
                after=cast("Status", str(after.answer.status)),
                reason=run_answer(after)["reason"],
            )
            for before, after in changes_of(runs)
        ),
        would_change=finding.would_change,
    )


def _answer(run: Run) -> ElementAnswer:
    answer = run_answer(run)
    return ElementAnswer(status=answer["status"], reason=answer["reason"], exhibits=tuple(answer["exhibits"]))


def _editions(record: RecordOverInterval) -> list[EditionRow]:
    frameworks = load_frameworks()
    asserted: dict[tuple[str, str], list[str]] = {}
    for fact in asserted_editions(record):
        if isinstance(fact.body, EditionAdopted):
            words = (
                f"{fact.body.asserted_by}: {fact.body.status} from {fact.body.from_.isoformat()} (entry {fact.index})"
            )
            asserted.setdefault((fact.body.framework, fact.body.edition), []).append(words)
    rows = []
    for clock in edition_clocks(relevant_editions(record), STRICT):
        framework = frameworks[clock["framework"]]
        edition = framework.edition(clock["edition"])
        readings = clock["readings"]["patchReleasesAreRevisions"]
        follower = clock["supersededBy"]
        rows.append(
            EditionRow(
                framework=framework.name,
                edition=edition.code,
                published=edition.published,
                superseded_by=follower or "",
                superseded_on=None if follower is None else framework.edition(follower).published,
                six_months_end=_day(readings["true"]),
                in_force=_counts(_day(readings["true"]), record),
                other_reading=_counts(_day(readings["false"]), record),
                asserted="; ".join(asserted.get((framework.code, edition.code), ())),
            )
        )
    return rows


def _day(text: str | None) -> date | None:
    return None if text is None else parse_day(text)


def _counts(deadline: date | None, record: RecordOverInterval) -> str:
    """Whether an edition counted over the interval, in a sentence."""
    if deadline is None or deadline >= record.last:
        return "Counts on every day of the interval."
    if deadline < record.first:
        return f"No longer counted: its six months ended on {deadline.isoformat()}."
    return f"Counted until {deadline.isoformat()}, inside the interval."


def _program(fact: RecordedFact, record: RecordOverInterval) -> ProgramEvent:
    body = fact.body
    return ProgramEvent(
        entry=fact.index,
        version=body.version if isinstance(body, ProgramAdopted | ProgramApproved | ProgramReviewed) else "",
        what=WHAT.get(fact.kind, fact.kind),
        by=body.by if isinstance(body, ProgramAdopted | ProgramApproved | ProgramReviewed) else fact.actor,
        occurred=fact.occurred_from,
        recorded=fact.recorded,
        late=fact.recorded_day > record.last,
        sha256=body.document_sha256 if isinstance(body, ProgramAdopted) else "",
    )


def _requirement(line: RequirementLine, last: date) -> RequirementRow:
    return RequirementRow(
        framework=_framework_name(line.framework),
        edition=line.edition,
        requirement=line.requirement,
        title=line.title,
        result=line.result,
        by=line.by,
        occurred=line.occurred,
        recorded=line.recorded,
        late=line.recorded is not None and _is_after(line.recorded, last),
        entries=line.entries,
        evidence=line.evidence,
        factor=line.factor,
    )


def _framework_name(code: str) -> str:
    framework = load_frameworks().get(code)
    return code if framework is None else framework.name


def _is_after(moment: datetime, last: date) -> bool:
    return moment.date() > last


def _gap(line: GapLine) -> GapRow:
    return GapRow(
        kind=line.kind,
        title=f"{line.title}: {line.about}" if line.about else line.title,
        opened=line.opened,
        closed=line.closed,
        age_days=line.age_days,
        owner=line.owner,
        due=line.due,
        factor=line.factor,
        reason=line.reason,
        cost=line.cost,
        approved_by=line.approved_by,
        expires=line.expires,
        entries=line.entries,
    )


def _anchors(enclosures: Enclosures) -> list[AnchorRow]:
    rows = []
    for signed in enclosures.checkpoints:
        for number, each in enumerate(signed.cosignatures, start=1):
            rows.append(
                AnchorRow(
                    kind="co-signature",
                    by=each.signature.key_name,
                    at=cosigned_at(each.signature.signature),
                    size=signed.size,
                    file=checkpoint_file(signed.size, f"cosignature-{number}.sig"),
                    checked=operator_words(each.operator, is_outside=each.is_outside),
                )
            )
        for number, stamp in enumerate(signed.stamps, start=1):
            rows.append(
                AnchorRow(
                    kind="time-stamp",
                    by=stamp.authority,
                    at=stamp.moment,
                    size=signed.size,
                    file=checkpoint_file(signed.size, f"token-{number}.tsr"),
                    checked=operator_words(stamp.operator, is_outside=stamp.is_outside),
                )
            )
    return rows


def _duties(record: RecordOverInterval) -> list[DutyRow]:
    rows = [
        DutyRow(duty=line.duty, citation=line.citation, due=line.outer_limit, state=f"Outer limit. {line.note}")
        for line in duty_lines(record)
    ]
    reports = [
        DutyRow(
            duty=f"Report {fact.body.report} ({fact.body.report_kind}, {fact.body.channel})",
            done=fact.occurred_from,
            state="On record",
            entries=(fact.index,),
        )
        for fact in reports_on_record(record)
        if isinstance(fact.body, ReportFiled)
    ]
    return [*rows, *reports, DutyRow(duty="Other duties", state=OTHER_DUTIES)]


def _custody(record: RecordOverInterval) -> list[CustodyRow]:
    return [
        CustodyRow(
            entry=link.entry,
            item=chain.item,
            sha256=chain.sha256 or "",
            description=link.description,
            from_=link.from_,
            to=link.to,
            purpose=f"{link.step}: {link.purpose}" if link.purpose else link.step,
            place=link.place,
            at=link.occurred,
        )
        for chain in read_chains(record.known_now.standing).values()
        for link in chain.links
    ]
