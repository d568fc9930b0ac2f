"""The text of a message in the form that it is compared in, and what is odd about its letters.

Text is compared without accents and in lower case, so that one spelling of a phrase finds the sloppy ones too. What is
searched here is searched in time that is linear whatever the text.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Literal

import re2

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u206a-\u206f\ufeff]"
)
_HIDDEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0]"
)
"""What is not seen where a text is shown: more than phrases are hidden with, so that no name is either."""
_UNSEEN = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
_INSIDE_WORD = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff](?<=[A-Za-z].)(?=[A-Za-z])")
_STYLED = re.compile("[\U0001d400-\U0001d7ff]{3}")
_MARKS = re.compile("[\u0300-\u036f]")
_LONG_MARKS = re2.compile(r"(\pM{8})\pM+")
_PERHAPS_LONG_MARKS = re.compile("[^\x00-\u02ff]{9}")
"""Where so many marks can stand at all: none has a number below U+0300."""
_OTHER_BLANKS = ("  ", *"\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u1680\u2028\u2029")
"""What a text whose compatibility forms are folded may have for blanks, other than single ones."""
_ASCII = bytes(range(128))
_TURNED = "\u202e"
"""What turns letters around: honest text, in whatever direction it is written, marks its direction otherwise."""
_FOREIGN = re.compile("[\u0370-\u03ff\u0400-\u04ff\u0531-\u0587\u13a0-\u13f5\uab70-\uabbf]")
_LATIN_WITH_FOREIGN = re.compile(
    "[\u0370-\u03ff\u0400-\u04ff\u0531-\u0587\u13a0-\u13f5\uab70-\uabbf](?:(?=[a-zA-Z])|(?<=[a-zA-Z].))"
)
_FEW_CHARACTERS = 32
"""Different characters outside ASCII up to which they are replaced one by one; most texts have fewer than ten."""


def _normalize(form: Literal["NFKC", "NFKD"], text: str) -> str:
    """Unicode normalisation, safe from long runs of combining marks, on which its time grows with the square."""
    if _PERHAPS_LONG_MARKS.search(text) is not None:
        text = str(_LONG_MARKS.sub(r"\1", text))
    return unicodedata.normalize(form, text)


def beyond_ascii(text: str) -> str:
    """The characters of a text that are not in ASCII; as bytes they are told apart fastest."""
    return text.encode("utf-8", "surrogatepass").translate(None, _ASCII).decode("utf-8", "surrogatepass")


def without_invisible(text: str) -> str:
    """A text without the characters that are not seen, or that turn others around; all else is as it was."""
    return text if text.isascii() else _HIDDEN.sub("", text)


def visible_text(text: str) -> str:
    """Text as a person reads it: compatibility forms folded, invisible characters gone, blanks single."""
    if not text.isascii():
        text = _INVISIBLE.sub("", _normalize("NFKC", text))
    return _with_single_blanks(text)


def _with_single_blanks(text: str) -> str:
    """The text with each run of blanks as one; most texts come so, which takes a tenth of the time to see."""
    if any(map(text.__contains__, _OTHER_BLANKS)) or text[:1] == " " or text[-1:] == " ":
        return " ".join(text.split())
    return text


def plain_text(text: str) -> str:
    """``visible_text`` in lower case and without accents, for comparing."""
    if not text.isascii():
        text = _without_accents(text)
    return _with_single_blanks(text).lower()


def _without_accents(text: str) -> str:
    characters = set(beyond_ascii(text))
    if len(characters) <= _FEW_CHARACTERS:
        forms = {character: form for character in characters if (form := _form_alone(character)) != character}
        if None not in forms.values():
            for character, form in forms.items():
                text = text.replace(character, form or "")
            return text
    return _fold(text)


def _fold(text: str) -> str:
    bare = _MARKS.sub("", _normalize("NFKD", text.replace("\u2019", "'")))
    return _INVISIBLE.sub("", _normalize("NFKC", bare))


@lru_cache(maxsize=4096)
def _form_alone(character: str) -> str | None:
    """What ``_fold`` makes of a character whatever stands around it; None if its neighbours have a say in it."""
    return form if all(map(_stands_alone, form := _fold(character))) else None


def _stands_alone(character: str) -> bool:
    """Whether normalisation leaves a character as it is and joins it with no other: not so marks, nor Hangul."""
    if character.isascii():
        return True
    is_joined = unicodedata.category(character)[0] not in "PSZCL" or not unicodedata.is_normalized("NFKD", character)
    return not is_joined and (not character.isalpha() or character < "\u0900" or "\u4e00" <= character <= "\u9fff")


def in_ascii(text: str) -> bytes:
    """Text for the searches with RE2, whose word boundaries know ASCII alone; other characters become marks.

    As bytes, since RE2 searches those, and each place it found in a text would be counted out again.
    """
    return text.encode("ascii", "replace")


def hides_letters(text: str) -> bool:
    """Whether words are broken up by invisible characters, mixed with another script's, turned, or styled symbols."""
    if text.isascii():
        return False
    beyond = beyond_ascii(text)
    if _TURNED in beyond:
        return True
    if _STYLED.search(beyond) is not None and _STYLED.search(text) is not None:
        return True
    if _UNSEEN.search(beyond) is not None and len(_INSIDE_WORD.findall(text)) >= 3:
        return True
    return _FOREIGN.search(beyond) is not None and _LATIN_WITH_FOREIGN.search(text) is not None


_FIELD = r"[_\- .]{0,2}(?:your|user|first|last|full|customer|client|recipient|to|nome|nombre|vor|voor|pre)?[_\- .]{0,2}"
_FIELD += r"(?:name|e-?mail|address|domain|subject|firstname|lastname|username|nome|nombre|vorname|nachname|prenom|nom|"
_FIELD += r"random|company|shop name|link|date)[0-9]{0,2}[_\- .]{0,2}"
_TEMPLATE_GAP = re2.compile(
    rf"\{{\{{?{_FIELD}\}}|\[\[?{_FIELD}\]|\*\|[a-z_:]{{2,40}}\|\*|\|\*{_FIELD}\*\||%%?{_FIELD}%|##{_FIELD}#|"
    rf"\$\{{{_FIELD}\}}|\*-?(?:preview|preheader)-?\*"
)
"""A merge field as mailing programs write it, the commonest forms of a dozen of them."""
_GAP_MARKS = ("{", "[", "*|", "|*", "##", "*p", "*-p")
"""One of them stands in each merge field that is not between two signs of percent."""


def shows_template_gap(text: str) -> str:
    """The first merge field of a template that nobody filled in, or an empty text. ``text`` is ``plain_text``."""
    if text.count("%") < 2 and not any(map(text.__contains__, _GAP_MARKS)):
        return ""
    found = _TEMPLATE_GAP.search(in_ascii(text))
    return found.group().decode("ascii") if found is not None else ""
