"""The shape of a signal, and the sentences that explain each one.

A detector is a function from a ``Reading`` to hits. It knows nothing of points or wording: points stand in
``data/weights.json``, sentences in ``data/signals.toml``, so that either can be reviewed without reading code.
"""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType

import msgspec

from charteroak.mail.reading import Reading


class Hit(msgspec.Struct, frozen=True):
    """A signal that a detector found: its id, where in the message, and what the sentence mentions."""

    id: str
    where: str
    mentions: tuple[tuple[str, str], ...] = ()


Detector = Callable[[Reading], Iterator[Hit]]


def hit(signal: str, where: str, **mentions: str) -> Hit:
    """A hit; the keywords fill the sentence."""
    return Hit(signal, where, tuple(mentions.items()))


@dataclass(frozen=True, slots=True)
class SignalText:
    """What a signal says, by language, and the ATT&CK technique behind it (empty: none)."""

    technique: str
    sentences: Mapping[str, str]

    def explain(self, mentions: Mapping[str, str], language: str = "en") -> str:
        """The sentence with its blanks filled; a language that is not there falls back to English."""
        return self.sentences.get(language, self.sentences["en"]).format_map(mentions)


@lru_cache(maxsize=1)
def signal_texts() -> Mapping[str, SignalText]:
    """Every signal there is, by id."""
    text = files("charteroak.mail").joinpath("data/signals.toml").read_text(encoding="utf-8")
    return MappingProxyType(
        {
            name: SignalText(
                technique=entry["technique"],
                sentences=MappingProxyType({key: value for key, value in entry.items() if key != "technique"}),
            )
            for name, entry in tomllib.loads(text).items()
        }
    )
