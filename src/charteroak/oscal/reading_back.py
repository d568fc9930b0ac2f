"""What a document that was made from a record says of it, read from the document alone.

It is how we know that nothing gets lost on the way out: what comes back equals what the record held. Documents of
other makers bear no properties of our namespace, and give nothing here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from charteroak.clock import connecticut_day, parse_day, parse_instant
from charteroak.oscal.document import Document, Json
from charteroak.oscal.identifiers import NAMESPACE
from charteroak.oscal.models import Model
from charteroak.oscal.texts import plain


@dataclass(frozen=True, slots=True)
class ReadAssessment:
    """What an assessor found."""

    entry: int
    requirement: str
    objective: str | None
    result: str
    methods: tuple[str, ...]
    assessor: str
    note: str


@dataclass(frozen=True, slots=True)
class ReadAnswer:
    """What was answered to a practice's question, and the digests of the files that show it."""

    practice: str
    answer: str
    freshness: str
    sha256: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReadGap:
    """An open gap."""

    gap: str
    title: str
    opened: date
    owner: str
    due: date | None
    severity: str | None
    note: str
    steps: tuple[tuple[str, date], ...]


@dataclass(frozen=True, slots=True)
class ReadException:
    """An accepted exception."""

    exception: str
    factor: str
    reason: str
    approved_by: str
    role: str
    expires: date


@dataclass(frozen=True, slots=True)
class ReadBack:
    """Everything of a record that a document gives back."""

    assessments: tuple[ReadAssessment, ...]
    answers: tuple[ReadAnswer, ...]
    gaps: tuple[ReadGap, ...]
    exceptions: tuple[ReadException, ...]


def read_back(document: Document) -> ReadBack:
    """What assessment results or a plan of action say of the record that they were made from."""
    holders = document.content.get("results", [document.content])
    observations = [each for holder in holders for each in holder.get("observations", ())]
    risks = [each for holder in holders for each in holder.get("risks", ())]
    reader = _Reader(document)
    return ReadBack(
        tuple(reader.assessment(each) for each in observations if "result" in _own(each)),
        tuple(reader.answer(each) for each in observations if "practice" in _own(each)),
        tuple(reader.gap(each) for each in risks if "gap" in _own(each)),
        tuple(reader.exception(each) for each in risks if "exception" in _own(each)),
    )


def _own(item: Json) -> dict[str, str]:
    """The properties of our namespace."""
    return {each["name"]: each["value"] for each in item.get("props", ()) if each.get("ns") == NAMESPACE}


class _Reader:
    def __init__(self, document: Document) -> None:
        self.model: Model = document.model
        self._parties = {each["uuid"]: each["name"] for each in document.content["metadata"].get("parties", ())}
        resources = document.content.get("back-matter", {}).get("resources", ())
        self._digests = {f"#{each['uuid']}": list(_digests(each)) for each in resources}

    def _origin(self, item: Json) -> str:
        actors = [actor for origin in item.get("origins", ()) for actor in origin["actors"]]
        return self._parties[actors[0]["actor-uuid"]] if actors else ""

    def assessment(self, item: Json) -> ReadAssessment:
        own = _own(item)
        return ReadAssessment(
            entry=int(own["entry"]),
            requirement=own["requirement"],
            objective=own.get("objective"),
            result=own["result"],
            methods=tuple(each.lower() for each in item["methods"] if each != "UNKNOWN"),
            assessor=self._origin(item),
            note=plain(item.get("remarks", "")),
        )

    def answer(self, item: Json) -> ReadAnswer:
        own = _own(item)
        named = (each.get("href", "") for each in item.get("relevant-evidence", ()))
        return ReadAnswer(
            own["practice"],
            own["answer"],
            own["freshness"],
            tuple(digest for href in named for digest in self._digests.get(href, ())),
        )

    def gap(self, item: Json) -> ReadGap:
        own = _own(item)
        steps = [task for remedy in item.get("remediations", ()) for task in remedy.get("tasks", ())]
        return ReadGap(
            gap=own["gap"],
            title=plain(item["title"]),
            opened=parse_day(own["opened"]),
            owner=self._origin(item),
            due=_day(item["deadline"]) if "deadline" in item else None,
            severity=own.get("severity"),
            note=plain(item["description"]) if "note" in own else "",
            steps=tuple((plain(step["title"]), _day(step["timing"]["on-date"]["date"])) for step in steps),
        )

    def exception(self, item: Json) -> ReadException:
        own = _own(item)
        return ReadException(
            exception=own["exception"],
            factor=own["factor"],
            reason=plain(item["description"]) if "note" in own else "",
            approved_by=self._origin(item),
            role=own["role"],
            expires=parse_day(own["expires"]),
        )


def _day(text: str) -> date:
    return connecticut_day(parse_instant(text))


def _digests(resource: Json) -> Iterator[str]:
    for link in resource.get("rlinks", ()):
        yield from (each["value"] for each in link.get("hashes", ()))
