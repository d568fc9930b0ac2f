"""One report of one incident: the record that every channel makes, and the one way to read it.

The field table is that of CISA's guidelines and forms, the proposed CIRCIA rule, the Attorney General's notice and the
desk's own page, brought together. Seven answers make a first report; all others may come later. The record's bytes are
its canonical JSON (RFC 8785) without what nobody answered: the same answers give the same bytes by whatever way they
came. How and when a report arrived, its receipt and its disclosure's history stand beside the record and not in it.
"""

import functools
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal, TypeAlias

import msgspec
from msgspec import Meta

from charteroak.canonical import CanonicalError, canonical_json, parse_json
from charteroak.errors import InputError, SourceLocation
from charteroak.law.duties.facts import DataKind, Outcome
from charteroak.response import report_fields as parts
from charteroak.response.report_text import ReportTextError, clean_text
from charteroak.response.report_times import (
    Moment,
    ReportTimeError,
    parse_moment,
    verify_not_future,
    verify_order,
)
from charteroak.response.towns import TownError, parse_town

FIRST_REPORT = ("outcome", "narrative", "noticed", "entity", "technicalContact", "kinds", "helpWanted")
"""The seven answers of the first report; who may know (``disclosure``) is asked with the fourth."""

NAMES = ("reporter", "onBehalf", "technicalContact", "internalNumber", "otherReports")
"""What an anonymous report does not carry, beside the name and address of the entity."""

DEPTH_LIMIT = 6
_MOMENTS = frozenset({"noticed", "firstActivity", "contained", "recovered", "when", "paidWhen"})
_BETWEEN_CONTACTS = re.compile(r"[,;|/<>()\n]")
_TELEPHONE_DIGITS = 7
"""A number without its area code."""
_LIMITS = {
    "narrative": parts.NARRATIVE_LIMIT,
    **dict.fromkeys(
        ("detail", "unauthorizedAccess", "what", "misconfiguration", "ransomNote", "responseTaken", "instructions",
         "result"),
        parts.TEXT_LIMIT,
    ),
}  # fmt: skip
_SAID = {"narrative": "What happened"}
Technique = Annotated[str, Meta(pattern=r"^T[0-9]{4}(\.[0-9]{3})?\Z")]
Rows: TypeAlias = Annotated[tuple[parts.Line, ...], Meta(max_length=parts.ROWS_LIMIT)]


class ReportFieldError(InputError):
    """A report cannot be taken as it is; ``location.pointer`` names the answer. Nothing was recorded."""

    code: ClassVar[str] = "report.field"


class IncidentReportRecord(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel", omit_defaults=True
):
    """What was reported. Get one from ``parse_report``, which checks what the types cannot."""

    outcome: Outcome
    disclosure: parts.Disclosure
    narrative: parts.Narrative = ""
    """What happened; empty only in a supplement, which may bring other answers."""
    report_type: parts.ReportType = "initial"
    reason: Literal["mandatory", "voluntary", "unknown"] | None = None
    noticed: parts.When | None = None
    kinds: Annotated[tuple[parts.Kind, ...], Meta(max_length=13)] | None = None
    help_wanted: parts.Help | None = None
    reporter: parts.Person | None = None
    technical_contact: parts.Line | None = None
    entity: parts.Entity | None = None
    on_behalf: parts.OnBehalf | None = None
    internal_number: parts.Line | None = None
    other_reports: Annotated[tuple[parts.OtherReport, ...], Meta(max_length=parts.ROWS_LIMIT)] | None = None
    times: parts.Times | None = None
    vectors: Annotated[tuple[parts.Vector, ...], Meta(max_length=12)] | None = None
    detection: parts.Detection | None = None
    systems: Annotated[tuple[parts.AffectedSystem, ...], Meta(max_length=parts.ROWS_LIMIT)] | None = None
    counts: parts.Counts | None = None
    unauthorized_access: parts.Text | None = None
    functional_impact: parts.FunctionalImpact | None = None
    information_impact: parts.InformationImpact | None = None
    recoverability: parts.Recoverability | None = None
    location: parts.Location | None = None
    data_kinds: Annotated[tuple[DataKind, ...], Meta(max_length=19)] | parts.Unknown | None = None
    safety: parts.Safety | None = None
    weaknesses: Annotated[tuple[parts.Weakness, ...], Meta(max_length=parts.ROWS_LIMIT)] | None = None
    defences: dict[parts.Defence, parts.Known] | None = None
    techniques: Annotated[tuple[Technique, ...], Meta(max_length=parts.ROWS_LIMIT)] | None = None
    indicators: Rows | None = None
    actor: parts.Actor | None = None
    response_taken: parts.Text | None = None
    ransom: parts.Ransom | None = None
    informed: Annotated[tuple[parts.Informed, ...], Meta(max_length=parts.ROWS_LIMIT)] | None = None
    evidence: Annotated[tuple[parts.KeptEvidence, ...], Meta(max_length=parts.ROWS_LIMIT)] | None = None
    sharing: parts.Sharing | None = None
    attested: bool | None = None
    language: parts.Line | None = None
    accessibility: parts.Line | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """One answer of the record: where it stands, what it is, what may be chosen."""

    pointer: str
    type: str
    choices: tuple[str, ...] = ()
    limit: int | None = None


def parse_report(document: Mapping[str, Any], *, received: datetime | None = None) -> IncidentReportRecord:
    """The record of a document, whatever channel it came by.

    Texts get their one form, clock times their offset, towns their official name; what is empty counts as not
    answered. With ``received``, a time after it is refused.

    Raises:
        ReportFieldError: an answer is missing, unknown, too long or impossible; its place is named, nothing is cut.
    """
    made = _Normal().value(document, "", 0)
    if not isinstance(made, dict):
        raise ReportFieldError("A report is a JSON object.", remedy='Begin with {"outcome": ..., "narrative": ...}.')
    made.setdefault("disclosure", "desk-only")
    if not made.get("narrative") and made.get("reportType", "initial") == "initial":
        raise _error("Nobody has said what happened.", "/narrative", "Say it in one sentence.")
    try:
        record = msgspec.convert(made, IncidentReportRecord)
    except msgspec.ValidationError as error:
        raise _explained(error) from error
    _refuse_contradictions(record)
    if received is not None:
        verify_times(record, received)
    return record


def parse_report_json(data: bytes, *, path: str = "", received: datetime | None = None) -> IncidentReportRecord:
    """The record of a JSON document.

    Raises:
        ReportFieldError: it is no strict JSON, or ``parse_report`` refuses it.
    """
    try:
        document = parse_json(data)
    except CanonicalError as error:
        raise ReportFieldError(
            error.message, remedy=error.remedy, location=SourceLocation(path=path or None)
        ) from error
    try:
        return parse_report(document, received=received)
    except ReportFieldError as error:
        if path:
            pointer = error.location.pointer if error.location else None
            error.location = SourceLocation(path=path, pointer=pointer)
        raise


def report_document(record: IncidentReportRecord) -> dict[str, Any]:
    """The record as JSON values, without what nobody answered."""
    document: dict[str, Any] = msgspec.to_builtins(record)
    return document


def report_bytes(record: IncidentReportRecord) -> bytes:
    """The record: its canonical JSON."""
    return canonical_json(report_document(record))


def report_sha256(record: IncidentReportRecord) -> str:
    """The digest by which ledgers name the record."""
    return hashlib.sha256(report_bytes(record)).hexdigest()


def without_names(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document without what says who reports: for a form whose reporter chose to be anonymous."""
    kept = {key: value for key, value in document.items() if key not in NAMES}
    entity = kept.get("entity")
    if isinstance(entity, Mapping):
        kept["entity"] = {key: value for key, value in entity.items() if key not in {"name", "address"}}
    return kept


def names_of_reporter(record: IncidentReportRecord) -> frozenset[str]:
    """Names, mail addresses and telephone numbers of who reports and of the technical contact, as they stand there.

    A contact is one line of any form: the line is given whole, and each piece of it that is an address, a number or a
    name of several words. A single word is not: texts would be searched for *desk*.
    """
    person = record.reporter
    said = [person.name, person.phone, person.email] if person is not None else []
    contact = record.technical_contact or ""
    pieces = [piece.strip() for piece in _BETWEEN_CONTACTS.split(contact)]
    telling = [
        piece for piece in pieces if "@" in piece or " " in piece or sum(map(str.isdigit, piece)) >= _TELEPHONE_DIGITS
    ]
    return frozenset(each for each in (*said, contact, *telling) if each and each != "unknown")


def verify_times(record: IncidentReportRecord, received: datetime) -> None:
    """Refuse a record with a time after the moment at which it was received.

    Raises:
        ReportFieldError: there is one.
    """
    for pointer, moment in moments_of(record):
        try:
            verify_not_future(moment, received)
        except ReportTimeError as error:
            raise _at(error, pointer) from error


def moments_of(record: IncidentReportRecord) -> Iterator[tuple[str, Moment]]:
    """Every known time of a record with its place."""
    yield from _moments_in(record, "")


def _moments_in(value: Any, pointer: str) -> Iterator[tuple[str, Moment]]:
    if isinstance(value, Moment):
        yield pointer, value
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            # Most of what may be answered is not, and what is plain holds no time.
            if (answer := getattr(value, name)) is not None and not isinstance(answer, str | int):
                yield from _moments_in(answer, f"{pointer}/{_camel(name)}")
    elif isinstance(value, tuple):
        for place, item in enumerate(value):
            yield from _moments_in(item, f"{pointer}/{place}")


class _Normal:
    """Brings a document of any channel into its one form, before its types are checked."""

    def __init__(self) -> None:
        self._values = 0

    def value(self, value: Any, pointer: str, depth: int) -> Any:
        self._values += 1
        if depth > DEPTH_LIMIT or self._values > 5_000:
            raise _error("This report is nested too deeply, or has too many answers.", pointer, "See the field table.")
        name = pointer.rpartition("/")[2]
        if name in _MOMENTS:
            return self._moment(value, pointer, depth)
        if isinstance(value, str):
            text = self._text(value, name, pointer)
            return self._town(text, pointer) if text and pointer == "/entity/town" and text != "unknown" else text
        if isinstance(value, Mapping):
            return self._members(value, pointer, depth)
        if isinstance(value, list | tuple):
            made = [self.value(item, f"{pointer}/{place}", depth + 1) for place, item in enumerate(value)]
            return [item for item in made if item not in (None, "", {})]
        return value

    def _members(self, value: Mapping[Any, Any], pointer: str, depth: int) -> dict[str, Any]:
        made = {}
        for key, item in value.items():
            if not isinstance(key, str):
                raise _error(f"{key!r} is no name of an answer.", pointer, "Names are texts.")
            kept = self.value(item, f"{pointer}/{key}", depth + 1)
            if kept not in (None, "", {}):
                made[key] = kept
        return made

    def _text(self, value: str, name: str, pointer: str) -> str:
        try:
            return clean_text(value, limit=_LIMITS.get(name, parts.LINE_LIMIT), what=_SAID.get(name, "This answer"))
        except ReportTextError as error:
            raise _at(error, pointer) from error

    def _town(self, text: str, pointer: str) -> str:
        try:
            return parse_town(text)
        except TownError as error:
            raise _at(error, pointer) from error

    def _moment(self, value: Any, pointer: str, depth: int) -> Any:
        if isinstance(value, str):
            value = {"at": value} if value.strip() not in {"", "unknown"} else value.strip()
        if not isinstance(value, Mapping):
            return value
        given = self._members(value, pointer, depth)
        at = given.get("at")
        if at is None and not given.keys() - {"precision", "zone"}:
            return None  # a form that offers a precision and a zone, in which nobody wrote a time
        if not isinstance(at, str) or given.keys() - {"at", "precision", "zone"}:
            return given
        if at == "unknown":
            return at
        try:
            return msgspec.to_builtins(parse_moment(at, precision=given.get("precision"), zone=given.get("zone")))
        except ReportTimeError as error:
            raise _at(error, pointer) from error


def _refuse_contradictions(record: IncidentReportRecord) -> None:
    times = record.times or parts.Times()
    ransom = record.ransom or parts.Ransom(demanded="unknown")
    for earlier, later, pointer, said in (
        (times.first_activity, record.noticed, "/noticed", "It was noticed before it began"),
        (times.first_activity, times.contained, "/times/contained", "It was contained before it began"),
        (times.first_activity, times.recovered, "/times/recovered", "It was recovered before it began"),
        (times.contained, times.recovered, "/times/recovered", "It was recovered before it was contained"),
        (ransom.when, ransom.paid_when, "/ransom/paidWhen", "The ransom was paid before it was demanded"),
    ):  # fmt: skip
        try:
            verify_order(earlier, later, said)
        except ReportTimeError as error:
            raise _at(error, pointer) from error
    if record.disclosure == "anonymous":
        _refuse_names(record)


def _refuse_names(record: IncidentReportRecord) -> None:
    document = report_document(record)
    entity = document.get("entity", {})
    named = [f"/{name}" for name in NAMES if name in document]
    named += [f"/entity/{name}" for name in ("name", "address") if name in entity]
    if named:
        raise _error("An anonymous report keeps no name.", named[0], "Leave this out, or choose who may know it.")


def _error(message: str, pointer: str, remedy: str) -> ReportFieldError:
    return ReportFieldError(message, remedy=remedy, location=SourceLocation(pointer=pointer or None))


def _at(error: InputError, pointer: str) -> ReportFieldError:
    return _error(error.message, pointer, error.remedy)


def _explained(error: msgspec.ValidationError) -> ReportFieldError:
    """A refusal of the types, with its place and what may be written there."""
    problem, _, path = str(error).partition(" - at ")
    pointer = re.sub(r"\[\.\.\.\]", "", path.strip("`").removeprefix("$"))
    pointer = pointer.replace("[", "/").replace("]", "").replace(".", "/")
    missing = re.search(r"(?:missing required|contains unknown) field `([^`]*)`", problem)
    place = f"{pointer}/{missing[1]}" if missing else pointer
    field = {known.pointer: known for known in field_table()}.get(re.sub(r"/\d+", "", place))
    remedy = f"Write one of: {', '.join(field.choices)}." if field and field.choices else "See the field table."
    return _error(f"This report cannot be taken: {problem.rstrip('.')}.", place, remedy)


@functools.cache
def field_table() -> tuple[Field, ...]:
    """Every answer that a record can hold, with its type and its choices; an item of a list has its list's place."""
    return tuple(_fields_of(msgspec.inspect.type_info(IncidentReportRecord), ""))


def _fields_of(kind: msgspec.inspect.Type, pointer: str) -> Iterator[Field]:
    match kind:
        case msgspec.inspect.Metadata(type=inner):
            yield from _fields_of(inner, pointer)
        case msgspec.inspect.StructType(cls=cls) if cls is Moment:
            yield Field(pointer, "time")
        case msgspec.inspect.StructType(fields=fields):
            for field in fields:
                yield from _fields_of(field.type, f"{pointer}/{field.encode_name}")
        case msgspec.inspect.UnionType(types=types):
            yield from _field_of_union(types, pointer)
        case msgspec.inspect.VarTupleType(item_type=item):
            yield from (Field(f.pointer, f"list of {f.type}", f.choices, f.limit) for f in _fields_of(item, pointer))
        case msgspec.inspect.LiteralType(values=values):
            yield Field(pointer, "choice", tuple(map(str, values)))
        case msgspec.inspect.DictType(key_type=key, value_type=value):
            choices = tuple(map(str, value.values)) if isinstance(value, msgspec.inspect.LiteralType) else ()
            names: Sequence[Any] = key.values if isinstance(key, msgspec.inspect.LiteralType) else ()
            yield from (Field(f"{pointer}/{name}", "choice", choices) for name in names)
        case msgspec.inspect.StrType(max_length=limit):
            yield Field(pointer, "text", (), limit)
        case msgspec.inspect.IntType():
            yield Field(pointer, "count")
        case msgspec.inspect.BoolType():
            yield Field(pointer, "yes or no")


def _field_of_union(types: Sequence[msgspec.inspect.Type], pointer: str) -> Iterator[Field]:
    said = [kind for kind in types if not isinstance(kind, msgspec.inspect.NoneType)]
    words = next((kind for kind in said if isinstance(kind, msgspec.inspect.LiteralType)), None)
    rest = [kind for kind in said if kind is not words]
    if not rest and words is not None:
        yield from _fields_of(words, pointer)
    for kind in rest:
        for field in _fields_of(kind, pointer):
            unknown = f" or {words.values[0]}" if words is not None else ""
            yield Field(field.pointer, f"{field.type}{unknown}", field.choices, field.limit)


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(part.capitalize() for part in others)
