"""What the answers rest on: editions, program, requirements, gaps, late entries, anchors, duties, custody."""

from collections.abc import Iterator
from itertools import groupby

from charteroak.documents.blocks import (
    AnyBlock,
    Column,
    Heading,
    Items,
    Mono,
    Strong,
    Text,
    Texts,
    paragraph,
)
from charteroak.documents.dossier_document import (
    CustodyRow,
    DossierDocument,
    EditionRow,
    GapRow,
    LateRow,
    RequirementRow,
)
from charteroak.documents.dossier_tables import bounded_table
from charteroak.documents.wording import (
    actor,
    count,
    day,
    entries,
    joined,
    moment,
    recorded,
    short_day,
    span,
    when,
)

RESULT_WORDS = {
    "satisfied": "Satisfied",
    "partly": "Partly",
    "not-satisfied": "Not satisfied",
    "not-applicable": "Not applicable",
    "unknown": "Unknown",
}
_TWO_READINGS = (
    "After a revision of a framework the act gives six months to conform to it. Whether a publisher's release is a "
    "revision is for counsel; both readings are shown."
)
_LATE = (
    "These entries tell of the interval or of an earlier day and were recorded after its end. They are part of the "
    "record, and are named so that nobody takes them for what was on record at the time."
)
DIGEST_PART = 12
"""Tables show the first digits of a digest; the manifest and the entry have all of them."""


def record_blocks(document: DossierDocument) -> Iterator[AnyBlock]:
    """Every part after the timeline, in the order of the dossier's folders."""
    yield from _editions(document)
    yield from _program(document)
    yield from _requirements(document)
    yield from _gaps(document)
    yield from _late(document)
    yield from _anchors(document)
    yield from _duties(document)
    yield from _custody(document)
    yield from _withheld(document)


def _editions(document: DossierDocument) -> Iterator[AnyBlock]:
    yield Heading("Framework editions, and both readings of their six months")
    yield paragraph(_TWO_READINGS)
    yield bounded_table(
        "Editions of the frameworks that the act names",
        (
            Column("Edition", 1.7),
            Column("Followed by", 1.3),
            Column("Six months end", 1.1),
            Column("If a revision", 1.5),
            Column("If none", 1.5),
            Column("Asserted by", 1.7),
        ),
        tuple(_edition(row) for row in document.editions),
        "No edition of a framework is on record.",
    )


def _edition(row: EditionRow) -> tuple[Texts, ...]:
    published = f", {short_day(row.published)}" if row.published else ""
    return (
        (Strong(f"{row.framework} {row.edition}"), published),
        (joined(row.superseded_by, short_day(row.superseded_on) if row.superseded_on else "", by=", ") or "nothing",),
        (short_day(row.six_months_end) if row.six_months_end else "",),
        (row.in_force,),
        (row.other_reading,),
        (row.asserted or "nobody",),
    )


def _program(document: DossierDocument) -> Iterator[AnyBlock]:
    yield Heading("The written program and its history")
    yield bounded_table(
        "Every step in the life of the program",
        (
            Column("Entry", 0.6),
            Column("Step", 2.6),
            Column("By", 1.8),
            Column("When it was so", 1.5),
            Column("Recorded", 1.6),
        ),
        tuple(
            (
                (Strong(str(row.entry)),),
                (
                    joined(row.what.capitalize(), f"version {row.version}" if row.version else "", by=", "),
                    *_digest(row.sha256),
                ),
                (actor(row.by),),
                (when(row.occurred),),
                recorded(row.recorded, late=row.late),
            )
            for row in document.program
        ),
        "No step in the life of a written program is on record.",
    )


def _requirements(document: DossierDocument) -> Iterator[AnyBlock]:
    yield Heading("Requirements as known then")
    if not document.requirements:
        yield paragraph("No requirement had been assessed.")
    for (framework, edition), group in groupby(document.requirements, key=lambda row: (row.framework, row.edition)):
        rows = tuple(group)
        satisfied = sum(row.result in {"satisfied", "not-applicable"} for row in rows)
        yield bounded_table(
            f"{framework} {edition}: {count(len(rows), 'requirement')}, {satisfied} satisfied or not applicable",
            (
                Column("Requirement", 2.9),
                Column("Result", 1),
                Column("Who and when", 1.8),
                Column("Recorded", 1.4),
                Column("Rests on, and reason", 1.8),
            ),
            tuple(_requirement(row) for row in rows),
            "",
        )


def _requirement(row: RequirementRow) -> tuple[Texts, ...]:
    digests: list[Text] = []
    for sha256 in row.evidence:
        digests += [" ", Mono(sha256[:DIGEST_PART])]
    return (
        (Strong(row.requirement), f" {row.title}"),
        (RESULT_WORDS.get(row.result, row.result.replace("-", " ").capitalize()),),
        (joined(actor(row.by), when(row.occurred), by=", "),),
        recorded(row.recorded, late=row.late),
        (joined(entries(row.entries).capitalize(), row.factor), *digests),
    )


def _gaps(document: DossierDocument) -> Iterator[AnyBlock]:
    yield Heading("Gaps and exceptions, with their age")
    for kind, caption, empty in (
        ("gap", "Gaps that were known", "No gap is on record."),
        ("exception", "What was knowingly accepted", "No exception is on record."),
    ):
        yield bounded_table(
            caption,
            (
                Column("What", 2.3),
                Column("Open since", 1.3),
                Column("Age", 0.8),
                Column("Owner and end", 1.6),
                Column("Reason", 2.2),
            ),
            tuple(_gap(row) for row in document.gaps if row.kind == kind),
            empty,
        )


def _gap(row: GapRow) -> tuple[Texts, ...]:
    ends = (
        f"approved by {row.approved_by}" if row.approved_by else "",
        f"due {day(row.due)}" if row.due else "",
        f"expires {day(row.expires)}" if row.expires else "",
        f"closed {day(row.closed)}" if row.closed else "",
    )
    return (
        (Strong(row.title), f" ({', '.join(row.elements)})" if row.elements else ""),
        (when(row.opened) or "not on record",),
        ("" if row.age_days is None else count(row.age_days, "day"),),
        (joined(row.owner, *ends, by=", ") or "nobody is named",),
        (joined(row.factor, row.reason, f"Cost: {row.cost}" if row.cost else "", entries(row.entries).capitalize()),),
    )


def _late(document: DossierDocument) -> Iterator[AnyBlock]:
    yield Heading("Late entries by name")
    yield paragraph(f"{_LATE} The interval ended on {day(document.interval.last)}.")
    yield bounded_table(
        "Late entries",
        (
            Column("Entry", 0.6),
            Column("What", 2.6),
            Column("When it was so", 1.6),
            Column("Recorded", 1.6),
            Column("By", 1.4),
        ),
        tuple(_late_row(row) for row in document.late),
        "No entry is late.",
    )


def _late_row(row: LateRow) -> tuple[Texts, ...]:
    return (
        (Strong(str(row.entry)),),
        (row.title or row.kind,),
        (span(row.occurred_from, row.occurred_to, row.precision),),
        (Strong(f"{count(row.days_after, 'day')} after the interval: "), moment(row.recorded)),
        (actor(row.actor),),
    )


def _anchors(document: DossierDocument) -> Iterator[AnyBlock]:
    record = document.record
    yield Heading("Anchors outside, and the keys of the log")
    yield paragraph(record.last_anchor or "No outside time-stamp and no witness stands in this dossier.")
    yield bounded_table(
        "What others hold of this log",
        (
            Column("By", 1.8),
            Column("Kind", 1.2),
            Column("When", 1.6),
            Column("Covers", 1),
            Column("File, and how it was checked", 2.6),
        ),
        tuple(
            (
                (Strong(row.by),),
                ({"time-stamp": "Time-stamp token", "co-signature": "Co-signature of a witness"}[row.kind],),
                (moment(row.at),),
                (count(row.size, "entry", "entries"),),
                (*((Mono(row.file), ". ") if row.file else ()), row.checked),
            )
            for row in document.anchors
        ),
        "Nobody outside holds anything of this log.",
    )
    yield paragraph("A co-signature attests that the log only grew; it endorses nothing else. The keys of the log:")
    yield Items(tuple((Mono(key),) for key in record.keys))


def _duties(document: DossierDocument) -> Iterator[AnyBlock]:
    yield Heading("Duties to report, and their clocks")
    yield bounded_table(
        "Duties",
        (Column("Duty", 2.2), Column("Last moment", 1.2), Column("Done", 1.1), Column("State", 2.6)),
        tuple(
            (
                (Strong(row.duty), f", {row.citation}" if row.citation else ""),
                (when(row.due) or "not computed",),
                (when(row.done) or "not on record",),
                (joined(row.state, entries(row.entries), by="; "),),
            )
            for row in document.duties
        ),
        "No duty to report is on record for this interval.",
    )


def _custody(document: DossierDocument) -> Iterator[AnyBlock]:
    yield Heading("Custody")
    passed = {row.item for row in document.custody if row.from_ or row.to}
    quiet = {row.item for row in document.custody} - passed
    if quiet:
        verb = "was" if len(quiet) == 1 else "were"
        yield paragraph(
            f"{count(len(quiet), 'item')} {verb} taken in and passed to nobody since; the custody log names each."
        )
    yield bounded_table(
        "From hand to hand",
        (
            Column("Item", 2.2),
            Column("From", 1.3),
            Column("To", 1.3),
            Column("When and where", 1.7),
            Column("Purpose", 1.5),
        ),
        tuple(_passing(row) for row in document.custody if row.item in passed),
        "No passing of an item from hand to hand is on record.",
    )


def _passing(row: CustodyRow) -> tuple[Texts, ...]:
    name = "File" if row.item == row.sha256 else row.item
    return (
        (Strong(name), f": {row.description}" if row.description else "", *_digest(row.sha256)),
        (actor(row.from_),),
        (actor(row.to),),
        (joined(when(row.at), row.place, by=", "),),
        (joined(row.purpose, entries(() if row.entry is None else (row.entry,)), by="; "),),
    )


def _withheld(document: DossierDocument) -> Iterator[AnyBlock]:
    yield Heading("What is withheld")
    yield bounded_table(
        "In the record, and not in this dossier",
        (Column("What", 2.2), Column("Why", 2.4), Column("Commitment or digest", 2)),
        tuple(
            (
                (joined(entries(() if row.entry is None else (row.entry,)), row.what, by=": "),),
                (row.reason,),
                (Mono(row.sha256),) if row.sha256 else (),
            )
            for row in document.withheld
        ),
        "Nothing is withheld.",
    )


def _digest(sha256: str) -> Texts:
    return (" ", Mono(sha256[:DIGEST_PART])) if sha256 else ()
