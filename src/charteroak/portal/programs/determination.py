"""A determination in words for people: the sentence that a page opens with, and a row for each element."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from charteroak.law.safe_harbor.statute import STATUTES, Statute, load_statute
from charteroak.portal.programs.places import Step, entry_url, step_for
from charteroak.portal.programs.wording import LogLine, log_line
from charteroak.program.contrary_evidence import ContraryItem
from charteroak.program.gaps import Gap
from charteroak.program.history import Change, Timing
from charteroak.records.accounts.models import Organisation
from charteroak.services.programs import SafeHarborStatus

ENTRY_PREFIX = "entry:"
_POINTER = re.compile(r" \(/[A-Za-z0-9/]+\)")
"""A place in the facts document, such as (/breach/access): it helps who wrote that document, not who reads a page."""


@dataclass(frozen=True, slots=True)
class Exhibit:
    """What an answer rests on; a ledger entry has an address."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class ElementRow:
    """One element as the page shows it."""

    id: str
    question: str
    citation: str
    status: str
    assumed: bool
    reason: str
    exhibits: Sequence[Exhibit]
    would_change: str
    open_gap: str
    step: Step | None


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """An entry that bears on the interval."""

    line: LogLine
    is_late: bool


def determination_sentence(status: SafeHarborStatus) -> str:
    """What the record supports, as a person would say it."""
    elements = status.determination.to_json()["elements"]
    asked = [element for element in elements if not element["assumed"]]
    count = Counter(element["status"] for element in asked)
    met = ngettext("%(met)s of %(all)s element", "%(met)s of %(all)s elements", len(asked)) % {
        "met": count["met"],
        "all": len(asked),
    }
    if status.is_prospective:
        opening = _("If you were breached today, your record would support %(met)s that it can speak to") % {"met": met}
    else:
        days = {"first": date_format(status.interval[0], "j M Y"), "last": date_format(status.interval[1], "j M Y")}
        opening = _("Over these days, %(first)s to %(last)s, your record supports %(met)s") % (days | {"met": met})
    rest = [
        text % {"count": count[code]}
        for code, text in (
            ("not-met", ngettext("%(count)s is not met", "%(count)s are not met", count["not-met"])),
            ("uncertain", ngettext("%(count)s is uncertain", "%(count)s are uncertain", count["uncertain"])),
            ("counsel", ngettext("%(count)s is for counsel", "%(count)s are for counsel", count["counsel"])),
        )
        if count[code]
    ]
    return f"{opening}; {', '.join(rest)}." if rest else f"{opening}."


def element_rows(status: SafeHarborStatus, organisation: Organisation) -> list[ElementRow]:
    """A row of the page for each element of the statute."""
    questions = {element.id: element.question for element in status.determination.elements}
    return [
        _element_row(element, questions[element["id"]], _open_gap(element, status), organisation.slug)
        for element in status.determination.to_json()["elements"]
    ]


def _element_row(element: Mapping[str, Any], question: str, gap: Gap | None, slug: str) -> ElementRow:
    return ElementRow(
        id=element["id"],
        question=question,
        citation=element["citation"],
        status=element["status"],
        assumed=element["assumed"],
        reason=_POINTER.sub("", element["reason"]),
        exhibits=[_exhibit(text, slug) for text in element["exhibits"]],
        would_change=_joined(element["wouldChange"]),
        open_gap="" if gap is None else gap.title,
        step=None if gap is None else step_for(gap, slug),
    )


def _open_gap(element: Mapping[str, Any], status: SafeHarborStatus) -> Gap | None:
    """The first thing that today's record lacks for an element that is not made out."""
    if not status.is_prospective or element["assumed"] or element["status"] == "met":
        return None
    return next((gap for gap in status.gaps if element["id"] in gap.elements), None)


@dataclass(frozen=True, slots=True)
class Difference:
    """An element whose answer would be another with what was recorded after the interval."""

    id: str
    known_then: str
    known_now: str


def hindsight_differences(status: SafeHarborStatus) -> list[Difference]:
    """The elements that later entries would change."""
    if status.hindsight is None:
        return []
    then, now = (
        {element["id"]: element["status"] for element in determination.to_json()["elements"]}
        for determination in (status.determination, status.hindsight)
    )
    return [Difference(id_, then[id_], now[id_]) for id_ in then if then[id_] != now[id_]]


@dataclass(frozen=True, slots=True)
class StatuteLink:
    """Another act under which the same record can be asked about."""

    name: str
    query: str
    is_asked: bool


def asked_statute(code: str | None) -> Statute:
    """The act that the address asks for; Connecticut's where it names none that we know."""
    return load_statute(code if code in STATUTES else "ct")


def statute_links(asked: str, query: Mapping[str, str]) -> list[StatuteLink]:
    """Every act with data, with the days of the question kept."""
    days = {name: query[name] for name in ("breach_from", "breach_to") if name in query}
    return [
        StatuteLink(load_statute(code).short_name, urlencode({**days, "statute": code}), code == asked)
        for code in STATUTES
    ]


@dataclass(frozen=True, slots=True)
class ContraryRow:
    """Something on record that the other side may point to."""

    item: ContraryItem
    exhibits: Sequence[Exhibit]


def contrary_rows(items: Sequence[ContraryItem], slug: str) -> list[ContraryRow]:
    """The items with the addresses of their entries."""
    return [ContraryRow(item, [_exhibit(entry, slug) for entry in item.entries]) for item in items]


def change_lines(changes: Sequence[Change]) -> list[ChangeLine]:
    """The entries that bear on an interval, those recorded after it marked."""
    return [ChangeLine(log_line(change.fact), change.timing is Timing.LATE) for change in changes]


def _exhibit(text: str, slug: str) -> Exhibit:
    if text.startswith(ENTRY_PREFIX):
        index = int(text.removeprefix(ENTRY_PREFIX))
        return Exhibit(_("entry %(index)s") % {"index": index}, entry_url(slug, index))
    return Exhibit(text, "")


def _joined(texts: str | Sequence[str]) -> str:
    return texts if isinstance(texts, str) else " ".join(texts)
