"""Reports as many towns would write them, for Hypothesis: any answer of the field table may be there or not."""

from typing import Any

from hypothesis import strategies as st

from charteroak.response.incident_report import (
    Field,
    ReportFieldError,
    field_table,
    parse_report,
    report_document,
    without_names,
)
from charteroak.response.report_fields import ROWS_LIMIT

_PATTERNED = {
    "/techniques": ["T1566", "T1566.001", "T1486"],
    "/weaknesses/cve": ["CVE-2026-12345", "CVE-2019-0708"],
    "/ransom/amount": ["12500", "0.75"],
    "/evidence/sha256": ["ab" * 32],
    "/entity/town": ["Hartford", "New Haven", "Ashford"],
}
_ALWAYS = {"otherReports": "to", "systems": "function", "informed": "who", "evidence": "what"}
_LETTERS = st.characters(exclude_categories=("Cs", "Cc", "Co", "Cn"))
_TRICKY = st.sampled_from(
    [
        "none",
        "Outcome: blocked",
        "| piped",
        "+ plus",
        "End of report",
        "-- ",
        "> quoted",
        "a  b",
        "yes (day, America/New_York)",
        "What happened (hint): x",
        "x" * 200,
        "word " * 60,
        "=?utf-8?q?x?=",
        "https://example.org/?a=b#c",
        "שלום עולם",
        "\u202eturned\u202c",
        "🙂👩‍🚒",
    ]
)
_MOMENTS = [
    "unknown",
    {"at": "2026-03-01", "precision": "day", "zone": "America/New_York"},
    {"at": "2026-03", "precision": "month", "zone": "Europe/Berlin"},
    {"at": "2026-03-01T09:15:00-05:00", "precision": "minute", "zone": "America/New_York"},
    {"at": "2026-03-01T09:00:00-05:00", "precision": "hour", "zone": "America/New_York"},
    {"at": "2026-03-01T09:15:07-05:00", "precision": "second", "zone": "America/New_York"},
]


def _text(limit: int | None, *, lines: bool) -> st.SearchStrategy[str]:
    line = st.one_of(st.text(_LETTERS, min_size=1, max_size=min(limit or 300, 120)), _TRICKY)
    many = st.lists(line, min_size=1, max_size=4).map("\n".join) if lines else line
    return many.map(lambda text: text[: limit or 300])


def _value(field: Field, *, lines: bool) -> st.SearchStrategy[Any]:
    kind = field.type.removeprefix("list of ")
    if field.pointer in _PATTERNED:
        return st.sampled_from(_PATTERNED[field.pointer])
    if kind.startswith("choice"):
        return st.sampled_from(field.choices)
    if kind.startswith("time"):
        return st.sampled_from(_MOMENTS)
    if kind.startswith("count"):
        return st.one_of(st.integers(0, 2**53 - 1), st.just("unknown")) if "unknown" in kind else st.integers(0, 9)
    return st.booleans() if kind == "yes or no" else _text(field.limit, lines=lines)


@st.composite
def report_documents(draw: st.DrawFn, pointers: frozenset[str] | None = None, *, lines: bool = True) -> dict[str, Any]:
    """The document of a report that ``parse_report`` takes; ``pointers`` bounds which answers it may have."""
    fields = [field for field in field_table() if pointers is None or field.pointer in pointers]
    answered = draw(st.sets(st.sampled_from(range(len(fields))), max_size=24))
    document: dict[str, Any] = {}
    for number, field in enumerate(fields):
        if field.pointer not in {"/outcome", "/narrative", "/disclosure"} and number not in answered:
            continue
        *parents, name = field.pointer.removeprefix("/").split("/")
        value = _value(field, lines=lines)
        if parents and parents[0] in _row_names():
            rows = document.setdefault(parents[0], [])
            if name == _ALWAYS.get(parents[0]) or (not rows and parents[0] not in _ALWAYS):
                rows += [{name: draw(value)} for _ in range(draw(st.integers(1, 2)))]
            else:
                for row in rows:
                    row[name] = draw(value)
        elif field.type.startswith("list of"):
            document[name] = draw(st.lists(value, max_size=4, unique="choice" in field.type))
            if parents:
                document.setdefault(parents[0], {})[name] = document.pop(name)
        elif parents:
            document.setdefault(parents[0], {})[name] = draw(value)
        else:
            document[name] = draw(value)
    return without_names(document) if document["disclosure"] == "anonymous" else document


def _row_names() -> set[str]:
    return {
        field.pointer.split("/")[1]
        for field in field_table()
        if field.type.startswith("list of") and field.pointer.count("/") == 2 and field.pointer != "/safety/services"
    }


def taken(document: dict[str, Any]) -> dict[str, Any] | None:
    """The document as the record has it; ``None`` where a record cannot be made of it."""
    assert len(document) <= ROWS_LIMIT
    try:
        return report_document(parse_report(document))
    except ReportFieldError:
        return None
