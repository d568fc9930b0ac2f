"""Names of people who received or reported a message, taken out of what is shown of it.

Addresses are ``privacy``'s. A name is taken out as a whole only, in either order and however its words are joined (as
in "Reed, Dana" and "dana_reed.pdf"): single words of it are ordinary words as often as not, and the To field, which
holds the recipients' names, is the sender's to write. What a name is taken out of is for people to read; signals and
keys are found before.
"""

import re
from collections.abc import Iterable

from charteroak.mail import limits

PLACEHOLDER = "[recipient]"
_WORD = re.compile(r"[^\W\d_]+")
_JOINT = r"[\s._,+-]{1,3}"
_MOST_NAMES = 50
_MOST_WORDS = 5
_SHORTEST = 5
"""Letters of a whole name: what is shorter is an abbreviation as often as not."""


class PeopleNames:
    """Names that must not be shown; a single word is no name."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names: list[tuple[str, ...]] = []
        for name in names:
            words = tuple(_WORD.findall(name[: limits.MAX_SENDER_CHARACTERS].lower()))
            if len(self._names) == _MOST_NAMES:
                return
            if 1 < len(words) <= _MOST_WORDS and sum(map(len, words)) >= _SHORTEST and words not in self._names:
                self._names.append(words)

    def redact(self, text: str) -> str:
        """The text with each name replaced."""
        lowered = text.lower() if self._names else ""
        for words in self._names:
            if words[0] in lowered and words[-1] in lowered:
                orders = {words, words[::-1], (words[-1], *words[:-1]), (words[0], words[-1]), (words[-1], words[0])}
                # The longest first: of two that begin alike, the regular expression takes the one that stands first.
                choices = "|".join(
                    _JOINT.join(map(re.escape, order)) for order in sorted(orders, key=len, reverse=True)
                )
                text = re.sub(rf"(?<![^\W_])(?:{choices})(?![^\W_])", PLACEHOLDER, text, flags=re.IGNORECASE)
        return text
