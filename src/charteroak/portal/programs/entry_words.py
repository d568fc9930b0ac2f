"""One entry in words: every member of its body, which of them are private, and which of those are at hand."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from charteroak.ledger.entry import Entry
from charteroak.portal.programs.choices import (
    ASSESSMENT_METHODS,
    ASSESSMENT_RESULTS,
    EDITION_STATUSES,
    ORGANISATION_KINDS,
    PRACTICE_ANSWERS,
    REGIMES,
    REVIEW_OUTCOMES,
    SCALE_FACTORS,
    yes_no_unknown,
)
from charteroak.portal.programs.wording import KEY_ACTIONS, edition_label, member_words, practice_title
from charteroak.program.bodies import PRIVATE_PARTS, Body, NotUnderstood
from charteroak.program.recorded import RecordedFact

_VOCABULARIES: dict[tuple[str, str], Any] = {
    ("organisation.described", "kind"): ORGANISATION_KINDS,
    ("organisation.described", "regulatedBy"): REGIMES,
    ("program.reviewed", "outcome"): REVIEW_OUTCOMES,
    ("edition.adopted", "status"): EDITION_STATUSES,
    ("practice.answered", "answer"): PRACTICE_ANSWERS,
    ("requirement.assessed", "result"): ASSESSMENT_RESULTS,
    ("requirement.assessed", "methods"): ASSESSMENT_METHODS,
    ("requirement.assessed", "factor"): SCALE_FACTORS,
    ("exception.accepted", "factor"): SCALE_FACTORS,
    ("key.ceremony", "action"): KEY_ACTIONS,
}


@dataclass(frozen=True, slots=True)
class BodyRow:
    """A member of a body: what it is called, what it says, and whether it stands apart."""

    label: str
    values: Sequence[str]
    is_private: bool = False
    is_withheld: bool = False
    digest: str = ""
    """What the header commits to, for a private part."""
    is_code: bool = False


def body_rows(entry: Entry, fact: RecordedFact) -> list[BodyRow]:
    """Every member of an entry's body in words; a private part with its digest, or as a tombstone.

    A body that cannot be read gives its digest alone.
    """
    private = entry.header.private
    if isinstance(fact.body, NotUnderstood):
        return [BodyRow(member_words(name), (), True, True, digest) for name, digest in sorted(private.items())]
    return list(_rows(fact, fact.body, private))


def _rows(fact: RecordedFact, body: Body, private: Any) -> Iterator[BodyRow]:
    names = zip(body.__struct_fields__, body.__struct_encode_fields__, strict=True)
    for attribute, name in names:
        is_private = name in private
        is_withheld = name in fact.withheld
        value = getattr(body, attribute)
        if not is_private and name in PRIVATE_PARTS.get(fact.kind, ()) and not value:
            continue  # Nothing was said; no part was made of it.
        if name == "files":
            continue  # They stand below, each with its address.
        yield BodyRow(
            label=member_words(name),
            values=() if is_withheld else list(_words(fact.kind, name, value)),
            is_private=is_private,
            is_withheld=is_withheld,
            digest=private[name] if is_private else "",
            is_code="sha256" in name.lower() or name == "keys",
        )


def _words(kind: str, name: str, value: Any) -> Iterator[str]:
    """A value of a body in words, one line for each of its parts."""
    known = _VOCABULARIES.get((kind, name))
    match value:
        case None:
            yield _("Not said")
        case bool():
            yield str(yes_no_unknown(value))
        case str() if known is not None:
            yield str(known.get(value, value))
        case str() if name == "practice":
            yield practice_title(value)
        case datetime():
            yield date_format(value, "D j M Y, H:i e")
        case date():
            yield date_format(value, "D j M Y")
        case str():
            yield value or _("Not said")
        case msgspec.Struct():
            for attribute, inner in zip(value.__struct_fields__, value.__struct_encode_fields__, strict=True):
                said = ", ".join(_words(kind, inner, getattr(value, attribute)))
                yield f"{member_words(inner)}: {said}"
        case tuple() | list() if not value:
            yield _("None")
        case tuple() | list():
            for one in value:
                if isinstance(one, msgspec.Struct):
                    yield "; ".join(_words(kind, name, one))
                else:
                    yield from _words(kind, name, one)
        case _:
            yield str(value)


def edition_words(framework: str | None, edition: str | None) -> str:
    """An edition by its label; nothing for none."""
    return edition_label(framework, edition) if framework and edition else ""
