"""Signals about writing that hides from filters or that a machine left behind: made-up names, gaps, fillers."""

import re
from collections import Counter
from collections.abc import Iterator

import re2

from charteroak.mail.domains import registrable_domain, shared_services
from charteroak.mail.language import in_ascii, shows_template_gap
from charteroak.mail.reading import Reading
from charteroak.mail.signals.registry import Detector, Hit, hit

_LOOKED_AT = 8_000
"""Characters of the body that are looked at; a disguise that comes later disguises nothing."""

_CONSONANTS = re.compile(r"[bcdfghjklmnpqrstvwxz]{5}")
_SPEAKABLE = ("schw", "schl", "ngth", "ghts", "chts", "tsch", "rschr", "nstr", "ndsch", "mpts", "rchst", "xtr")
_HUMPS = re.compile(r"[a-z][A-Z]")
_DIGITS_AMONG_LETTERS = re.compile(r"[a-z]\d+(?=[a-z])|\d[a-z]+(?=\d)")
_LONG_RUN = re2.compile(r"[_=*~.\-#]{90}")
_SPELLED_OUT = re2.compile(r"(?:^|[^a-z0-9.])(?:[a-z][ .*_\-]){5,}[a-z](?:[^a-z0-9]|$)")
_JOINED = re2.compile(r"[a-z]_+[a-z']+_+[a-z]|^\s*_|__|_-|-_|\.\.[a-z]{3,}$")
_LETTER_AND_DIGIT = re.compile(r"[a-z][0-9]")
_CODE = re2.compile(r"\b[a-z0-9]{0,30}[a-z]\d[a-z0-9]{0,30}\b")
_SEVEN_DIGITS = re.compile(r"[0-9]{7}")
_LINE_MARKS = "_=*~.-#"
_LONGEST_LINE = 90
_LONG_NUMBER = re.compile(r"([0-9]{7,20})\b")
_ADDRESS = re2.compile(r"(?:https?://|www\.)\S+|\S+@\S+")
_MIN_SPELLED_OUT = 11
_LITTLE_TEXT = 25
_SHORT_TEXT = 160
_MIN_CODES = 6
_WHOLE_CODE = 32
_LONGEST_NOTE = 2_000
"""Characters, addresses of links included, above which a text is no short note."""


def looks_random(label: str) -> bool:
    """Whether a name looks thrown by a machine: no vowels for long, capitals in odd places, digits strewn in."""
    if len(_HUMPS.findall(label)) >= 2 and label.isalpha() and len(label) <= 20 and not _is_camel(label):
        return True
    lowered = label.lower()
    if len(_DIGITS_AMONG_LETTERS.findall(lowered)) >= 3:
        return True
    found = _CONSONANTS.search(lowered)
    return found is not None and not any(cluster in lowered for cluster in _SPEAKABLE)


def _is_camel(label: str) -> bool:
    """Words run together (``TownClerkOffice``): each hump long and with a vowel."""
    humps = re.findall(r"[A-Z]?[a-z]+|[A-Z]+", label)
    return all(len(hump) >= 3 and re.search("[aeiouy]", hump.lower()) for hump in humps)


def made_up_sender(reading: Reading) -> Iterator[Hit]:
    """The sender's address, letters alone, or its domain looks thrown by a machine; numbers are a mailing's own."""
    local, _, domain = reading.sender.address.rpartition("@")
    label = registrable_domain(domain.lower()).partition(".")[0]
    is_random = (local.isalpha() and looks_random(local)) or (label.isalpha() and looks_random(label))
    if domain and is_random:
        yield hit("sender-made-up", "From", domain=domain.lower())


def template_gap(reading: Reading) -> Iterator[Hit]:
    """A blank of the sender's template was never filled in."""
    named = (("Subject", reading.plain_subject), ("From", reading.plain_name))
    for where, text in (*named, ("body", reading.plain[:_LOOKED_AT])):
        gap = shows_template_gap(text)
        if gap:
            yield hit("template-gap", where, gap=gap[:40])
            return


def filler(reading: Reading) -> Iterator[Hit]:
    """Long runs of one mark, a number said over and over, or words that are none."""
    text = reading.plain[:_LOOKED_AT]
    beginning = text[:1500]
    may_hold_run = sum(map(beginning.count, _LINE_MARKS)) >= _LONGEST_LINE
    if may_hold_run and _LONG_RUN.search(in_ascii(beginning)) is not None:
        yield hit("filler-marks", "body")
    # No match holds a blank, so that words are looked at one by one, and most of them not at all.
    together = in_ascii(" ".join([word for word in text.split() if not word.isalpha()])).decode("ascii")
    words = together.split()
    codes: set[str] = set()
    if _LETTER_AND_DIGIT.search(together) is not None:
        codes = {code for word in words if _LETTER_AND_DIGIT.search(word) for code in _codes_in(word)}
    numbers: Counter[str] = Counter()
    if _SEVEN_DIGITS.search(together) is not None:
        numbers = Counter(number[1] for word in words if (number := _LONG_NUMBER.match(word)) is not None)
    codes = {code for code in codes if looks_random(code)} if len(codes) >= _MIN_CODES else set()
    if (len(codes) >= _MIN_CODES and len(codes) * 8 >= text.count(" ")) or (
        numbers and numbers.most_common(1)[0][1] >= 3
    ):
        yield hit("filler-words", "body")


def _codes_in(word: str) -> list[str]:
    """The codes of a word with a letter and a digit behind it; a short one of letters and digits is one as a whole."""
    return [word] if len(word) <= _WHOLE_CODE and word.isalnum() else _CODE.findall(word)


def broken_words(reading: Reading) -> Iterator[Hit]:
    """Words of the subject, the sender's name or the beginning are spelled out letter by letter."""
    named = (("Subject", reading.plain_subject), ("From", reading.plain_name))
    for where, text in (*named, ("body", reading.plain[:1500])):
        if len(text) >= _MIN_SPELLED_OUT and _SPELLED_OUT.search(in_ascii(text)) is not None:
            yield hit("words-broken-up", where)
            return


def odd_subject(reading: Reading) -> Iterator[Hit]:
    """The subject is held together by marks instead of blanks, or ends in a made-up word."""
    subject = in_ascii(reading.plain_subject)
    words = reading.subject.split()
    last = words[-1].strip(".,!?()#") if len(words) >= 3 else ""
    is_code = len(last) >= 5 and looks_random(last) and not last.lower().startswith(("http", "www"))
    if _JOINED.search(subject) is not None or is_code:
        yield hit("odd-subject", "Subject")


def little_text(reading: Reading) -> Iterator[Hit]:
    """There is a link and hardly a word; or a free mailbox sends a line and a link or file."""
    has_link = any(link.is_followed for link in reading.links)
    letters = _count_letters(reading.plain)
    if has_link and letters < _LITTLE_TEXT:
        yield hit("link-without-text", "body")
    domain = reading.sender.domain
    if (has_link or reading.attachments) and letters < _SHORT_TEXT and shared_services().kind_of(domain) == "free-mail":
        yield hit("free-mail-short-note", "body", domain=domain)


def _count_letters(text: str) -> int:
    """Letters of the words of a short text, and at least as many as are asked about of a longer one."""
    if len(text) > _LONGEST_NOTE:
        return _LONGEST_NOTE
    # Words of letters alone are part of no address; where they are enough, the others need not be looked at.
    plain = sum(len(word) for word in text.split() if word.isalpha())
    if plain >= _SHORT_TEXT:
        return plain
    return sum(map(str.isalpha, _ADDRESS.sub(" ", text)))


DETECTORS: tuple[Detector, ...] = (
    made_up_sender,
    template_gap,
    filler,
    broken_words,
    odd_subject,
    little_text,
)
