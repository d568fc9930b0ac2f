"""Days, moments and counts in the words of a printed page. Times are Connecticut's, with their zone."""

import re
from collections.abc import Iterable
from datetime import date, datetime

from charteroak.clock import CONNECTICUT
from charteroak.documents.blocks import Strong, Term, Text, Texts

_PERSON = re.compile(r"user:([0-9a-f]{8})-[0-9a-f-]{27}")
_POINTERS = re.compile(r" \((?:/[A-Za-z0-9_-]+)+\)")
STATUS_WORDS = {"met": "Met", "not-met": "Not met", "uncertain": "Uncertain", "counsel": "For counsel"}
OUTCOME_WORDS = {
    "record-supports-all-elements": "the record supports every element",
    "at-risk": "the record supports every element, and a six-month framework clock on which that rests ends soon",
    "indeterminate": "open: at least one element is uncertain or a question for counsel",
    "element-not-met": "at least one element is not met",
}
NOT_LEGAL_ADVICE = (
    "Connecticut's act bars punitive damages in certain tort suits. It is no immunity and no affirmative defense. This "
    "document says what the record supports; a court decides."
)


def day(value: date) -> str:
    """``1 March 2026``."""
    return f"{value.day} {value:%B %Y}"


def short_day(value: date) -> str:
    """``1 Mar 2026``, for labels."""
    return f"{value.day} {value:%b %Y}"


def moment(value: datetime) -> str:
    """``1 Mar 2026, 14:05:09 EST``."""
    local = value.astimezone(CONNECTICUT)
    return f"{short_day(local.date())}, {local:%H:%M:%S} {local.tzname()}"


def when(value: date | datetime | None) -> str:
    """A moment or a day; nothing for nothing."""
    if value is None:
        return ""
    return moment(value) if isinstance(value, datetime) else short_day(value)


def span(first: date | datetime, last: date | datetime | None, precision: str = "") -> str:
    """When something was so, and how exactly that is known."""
    text = when(first) if last is None or last == first else f"{when(first)} to {when(last)}"
    return f"{text}, known to the {precision}" if precision in {"month", "year"} else text


def count(number: int, one: str, many: str = "") -> str:
    """``1 entry``, ``2 entries``."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def entries(numbers: Iterable[int]) -> str:
    """``entry 7``, ``entries 7, 9``; nothing for none."""
    listed = [str(number) for number in numbers]
    if not listed:
        return ""
    return f"{'entry' if len(listed) == 1 else 'entries'} {', '.join(listed)}"


def recorded(value: datetime | None, *, late: bool) -> Texts:
    """When something was recorded; *late* stands first where it was."""
    if value is None:
        return ()
    words: tuple[Text, ...] = (moment(value),)
    return (Strong("Late: "), *words) if late else words


def terms(*named: tuple[str, str | Texts]) -> tuple[Term, ...]:
    """Names with their values; what has no value is left out."""
    rows = ((name, (value,) if isinstance(value, str) and value else value or ()) for name, value in named)
    return tuple(Term(name, tuple(texts)) for name, texts in rows if texts)


def actor(text: str) -> str:
    """Opaque identifiers of people by their first digits; the entry has all of them."""
    return _PERSON.sub(r"person \1", text)


def without_pointers(text: str) -> str:
    """A reason without the places in the facts document, such as (/breach/access), which are no words for people."""
    return _POINTERS.sub("", text)


def joined(*parts: str, by: str = ". ") -> str:
    """The parts that say something."""
    said = [part for part in parts if part]
    return by.join([*(part.removesuffix(".") if by.startswith(".") else part for part in said[:-1]), *said[-1:]])
