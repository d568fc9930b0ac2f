"""Words of notices in two languages: days, lists, counts, kinds of data. No sentence of a template stands here."""

import functools
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from charteroak.clock import CONNECTICUT
from charteroak.response.notices.particulars import DATA


@functools.cache
def load_words() -> Mapping[str, Any]:
    """The packaged table of words."""
    return tomllib.loads((DATA / "words.toml").read_text(encoding="utf-8"))


def day_words(day: date, language: str) -> str:
    """``March 1, 2026``, or ``1 de marzo de 2026``."""
    if language == "es":
        return f"{day.day} de {load_words()['months']['es'][day.month - 1]} de {day.year}"
    return f"{day:%B} {day.day}, {day.year}"


def moment_words(moment: datetime) -> str:
    """``March 1, 2026, 9:05 a.m. EST``: Connecticut's time, with its zone."""
    local = moment.astimezone(CONNECTICUT)
    hour, half = local.hour % 12 or 12, "a.m." if local.hour < 12 else "p.m."
    return f"{day_words(local.date(), 'en')}, {hour}:{local:%M} {half} {local.tzname()}"


def listed(words: Sequence[str], language: str) -> str:
    """``one, two and three``."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {'y' if language == 'es' else 'and'} {words[-1]}"


def kinds_words(kinds: Sequence[str], language: str) -> str:
    """The kinds of data in the order of the table, whatever order they were given in."""
    table = load_words()["kinds"][language]
    return listed([words for kind, words in table.items() if kind in set(kinds)], language)
