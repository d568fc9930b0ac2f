"""The promise: a dossier is set in under 5 s, and one with a thousand rows in each table in under 60 s."""

import json
import re
import resource
import sys
import time
from datetime import UTC, date, datetime, timedelta

from charteroak.documents.dossier_document import (
    DossierDocument,
    ElementAnswer,
    ElementRow,
    EventRow,
    Interval,
    LateRow,
    RecordState,
    RequirementRow,
    StatuteName,
    Subject,
)
from charteroak.documents.dossier_pages import render_dossier
from charteroak.documents.dossier_timeline import interval_picture
from charteroak.documents.timeline_svg import draw_interval

PROMISED_SECONDS = {20: 5, 200: 20, 1_000: 60}
FIRST = date(2026, 3, 1)
LATER = datetime(2026, 8, 1, 12, tzinfo=UTC)


def document(rows: int) -> DossierDocument:
    """A dossier with so many events, requirements and late entries."""
    answer = ElementAnswer(
        status="met", reason="The record shows it on every day of the interval.", exhibits=("entry:7",)
    )
    element = ElementRow(
        id="E1", question="Is it so?", citation="Section 1", whole=answer, at_first=answer, at_last=answer
    )
    days = [FIRST + timedelta(days=n % 90) for n in range(rows)]
    return DossierDocument(
        organisation=Subject(name="Elm Hollow Bakery", slug="elm-hollow", kind="business"),
        interval=Interval(first=FIRST, last=FIRST + timedelta(days=89), known_at=LATER),
        statute=StatuteName(name="An act", citation="Section 1", reviewed_on=FIRST, protects=""),
        outcome="indeterminate",
        outcome_at_breach="indeterminate",
        elements=(element,) * 13,
        record=RecordState(origin="log.example", size=rows, root="ab" * 32, keys=("key",), software="Charter Oak"),
        events=tuple(
            EventRow(entry=n, kind="k", title=f"Event {n}", occurred_from=day, recorded=LATER, timing="in-time")
            for n, day in enumerate(days)
        ),
        requirements=tuple(
            RequirementRow(framework="F", edition="1", requirement=f"R-{n}", title="Backups are kept", result="partly")
            for n in range(rows)
        ),
        late=tuple(
            LateRow(entry=n, kind="k", title="Late", occurred_from=day, recorded=LATER, days_after=64, actor="user:a")
            for n, day in enumerate(days)
        ),
    )


def main() -> int:
    """0 when the promise is kept."""
    render_dossier(document(1))
    result = {}
    for rows in PROMISED_SECONDS:
        made = document(rows)
        started = time.perf_counter()
        svg = draw_interval(interval_picture(made))
        drawn = time.perf_counter()
        busy = time.process_time()
        pdf = render_dossier(made)
        seconds, busy = time.perf_counter() - drawn, time.process_time() - busy
        pages = len(re.findall(rb"/Type/Page\b", pdf))
        result[rows] = {
            "pages": pages,
            "seconds": round(seconds, 2),
            "cpuSeconds": round(busy, 2),
            "pagesPerCpuSecond": round(pages / busy, 1),
            "bytes": len(pdf),
            "pictureSeconds": round(drawn - started, 3),
            "pictureBytes": len(svg),
            "peakMegabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        }
    print(json.dumps(result))
    return 0 if all(result[rows]["seconds"] < promised for rows, promised in PROMISED_SECONDS.items()) else 1


if __name__ == "__main__":
    sys.exit(main())
