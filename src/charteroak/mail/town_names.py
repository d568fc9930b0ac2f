"""Which of Connecticut's towns a short text speaks for: only where it can hardly be another's.

Most of their names came from England and stand in other states, too; many are words of longer names. So a name that two
or more other states have counts with the state beside it, or where the text is nothing but the town and its office.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import re2

_STATES = "al|ak|ar|az|ca|co|de|fl|ga|hi|ia|id|il|in|ks|ky|la|ma|md|me|mi|mn|mo|ms|mt|nc|nd|ne|nh|nj|nm|nv|ny|"
_STATES += "oh|ok|or|pa|ri|sc|sd|tn|tx|ut|va|vt|wa|wi|wv|wy"
OTHER_STATES = frozenset(_STATES.split("|"))
_WORDS_TOO = {"hi", "in", "me", "ok", "or"}
_OFFICES = "town hall|town clerk|city hall|city clerk|tax collector|tax office|police department"
_FORMS = "town|city|borough"
_STATE = r"(?:ct|conn|connecticut)\b\.?"
_LONGER_NAME_BEFORE = re.compile(
    rb"\b(?:of|of the|and|north|south|east|west|new|old|upper|lower|port|fort|mount|saint|st\.?) $"
)
_ELSEWHERE_BEHIND = re.compile(
    rb",? (?:city|county|township|village|beach|falls|heights|hills|lake|park|springs|"
    + b"|".join(sorted(code.encode() for code in OTHER_STATES - _WORDS_TOO))
    + rb"|(?:new|north|south|west|rhode) [a-z]+|alabama|alaska|arizona|arkansas|california|colorado|"
    rb"delaware|florida|georgia|hawaii|idaho|illinois|indiana|iowa|kansas|kentucky|louisiana|maine|maryland|"
    rb"massachusetts|michigan|minnesota|mississippi|missouri|montana|nebraska|nevada|ohio|oklahoma|oregon|pennsylvania|"
    rb"tennessee|texas|utah|vermont|virginia|washington|wisconsin|wyoming)\b"
)


@dataclass(frozen=True, slots=True)
class TownName:
    """A town's name in small letters; whether it is a city, and whether public bodies of other states bear it."""

    name: str
    is_city: bool = False
    is_shared: bool = False


class TownsInText:
    """Finds the town that a text speaks for."""

    def __init__(self, towns: Iterable[TownName]) -> None:
        self._towns = {town.name: town for town in towns}
        rare = _any_of(town.name for town in self._towns.values() if not town.is_shared)
        shared = _any_of(town.name for town in self._towns.values() if town.is_shared)
        ways = (
            rf"\b(?P<rare_form>{_FORMS}) of ({rare})\b",
            rf"\b({rare}),?(?: {_STATE},?)? (?P<rare_office>{_OFFICES})\b",
            rf"\b(?:{_FORMS}) of ({shared}),? {_STATE}",
            rf"\b({shared}),? {_STATE},? (?P<shared_office>{_OFFICES})\b",
            rf"^(?:the )?(?P<lone_form>{_FORMS}) of ({shared})(?:[ ,|-]+(?:{_OFFICES}))?$",
            rf"^({shared}) (?:town hall|town clerk|tax collector)$",
        )
        self._expression = re2.compile("|".join(ways)) if self._towns else None

    def speaker(self, text: bytes) -> str:
        """The first town that speaks in a text of ``plain_text``, ``in_ascii``; empty where none does."""
        if self._expression is None or (b" of " not in text and not any(word in text for word in _OFFICE_WORDS)):
            return ""
        for match in self._expression.finditer(text):
            found = match.groupdict()
            town = next(self._towns[name] for group in match.groups() if (name := _text_of(group)) in self._towns)
            office = found["rare_office"] or found["shared_office"] or b""
            if office and _LONGER_NAME_BEFORE.search(text[max(0, match.start() - 20) : match.start()]) is not None:
                continue
            if (office.startswith(b"city") or found["lone_form"] == b"city") and not town.is_city:
                continue
            if found["rare_form"] and _ELSEWHERE_BEHIND.match(text, match.end()) is not None:
                continue
            return town.name
        return ""


_OFFICE_WORDS = tuple(office.encode() for office in _OFFICES.split("|"))


def _text_of(group: bytes | None) -> str:
    return (group or b"").decode("ascii")


def _any_of(names: Iterable[str]) -> str:
    # The longer name first: a town may be called as another is and more.
    return "|".join(re2.escape(name) for name in sorted(names, key=len, reverse=True)) or r"[^\x00-\xff]"
