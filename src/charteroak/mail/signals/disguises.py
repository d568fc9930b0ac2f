"""Signals about writing that hides from filters or that a machine left behind: made-up names, gaps, fillers."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from string import ascii_lowercase, digits

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
_SPELLED_OUT = re2.compile(r"(?:^|[^a-z0-9.])(?:[a-z][ .*_\-]){5,}[a-z](?:[^a-z0-9]|$)")
_JOINED = re2.compile(r"[a-z]_+[a-z']+_+[a-z]|^\s*_|__|_-|-_|\.\.[a-z]{3,}$")
_CODE = re2.compile(r"\b[a-z0-9]{0,30}[a-z]\d[a-z0-9]{0,30}\b")
_LINE = bytes.maketrans(b"_=*~.-#", b"#######")
_LONG_LINE = b"#" * 90
_LONG_NUMBER = re.compile(rb"([0-9]{7,20})\b")
_ADDRESS = re2.compile(r"(?:https?://|www\.)\S+|\S+@\S+")
_MIN_SPELLED_OUT = 11
_LETTERS = ascii_lowercase.encode()
_SHAPE = bytes.maketrans(_LETTERS + digits.encode(), b"a" * 26 + b"0" * 10)
"""The shape of a text: each letter an ``a``, each digit a ``0``.

What a text may hold is seen in its shape by one search for a literal, which takes a tenth of an expression's time.
"""
_LETTER_AND_DIGIT = b"a0"
_SEVEN_DIGITS = b"0" * 7
_BLANK_BEFORE_DIGITS = re.compile(rb" (?=0{7})")
_SPACED = bytes.maketrans(_LETTERS + b" .*_-", b"a" * 26 + b" " * 5)
_SIX_LETTERS = b"a a a a a a"
_LITTLE_TEXT = 25
_SHORT_TEXT = 160
_MIN_CODES = 6
_WORDS_PER_CODE = 8
_WHOLE_CODE = 32
_LONGEST_NOTE = 2_000
"""Characters, addresses of links included, above which a text is no short note."""


def looks_random(label: str) -> bool:
    """Whether a name looks thrown by a machine: no vowels for long, capitals in odd places, digits strewn in."""
    if label.isalpha() and len(label) <= 20 and len(_HUMPS.findall(label)) >= 2 and not _is_camel(label):
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
    """Long runs of marks, a number said over and over, or words that are none."""
    text = reading.plain[:_LOOKED_AT]
    data = in_ascii(text)
    if _LONG_LINE in data[:1500].translate(_LINE):
        yield hit("filler-marks", "body")
    shape = data.translate(_SHAPE)
    if _has_many_codes(data, shape) or _repeats_number(data, shape):
        yield hit("filler-words", "body")


def _has_many_codes(data: bytes, shape: bytes) -> bool:
    """Whether there are many made-up words of letters and digits for the length of the text."""
    enough = max(_MIN_CODES, -(-data.count(b" ") // _WORDS_PER_CODE))
    if shape.count(_LETTER_AND_DIGIT) < enough:
        return False
    words = zip(data.split(), shape.split(), strict=True)
    codes = {code for word, kind in words if _LETTER_AND_DIGIT in kind for code in _codes_in(word)}
    if len(codes) < enough:
        return False
    made_up = (code for code in codes if looks_random(code.decode("ascii")))
    return sum(1 for _ in islice(made_up, enough)) == enough


def _repeats_number(data: bytes, shape: bytes) -> bool:
    """Whether a long number begins three words."""
    if shape.count(_SEVEN_DIGITS) < 3:
        return False
    begins = _BLANK_BEFORE_DIGITS.finditer(b" " + shape)
    found = (_LONG_NUMBER.match(data, blank.start()) for blank in begins)
    numbers = Counter(number[1] for number in found if number is not None)
    return any(count >= 3 for count in numbers.values())


def _codes_in(word: bytes) -> list[bytes]:
    """The codes of a word with a letter and a digit behind it; a short one of letters and digits is one as a whole."""
    return [word] if len(word) <= _WHOLE_CODE and word.isalnum() else _CODE.findall(word)


def broken_words(reading: Reading) -> Iterator[Hit]:
    """Words of the subject, the sender's name or the beginning are spelled out letter by letter."""
    named = (("Subject", reading.plain_subject), ("From", reading.plain_name))
    for where, text in (*named, ("body", reading.plain[:1500])):
        if len(text) < _MIN_SPELLED_OUT:
            continue
        data = in_ascii(text)
        if _SIX_LETTERS in data.translate(_SPACED) and _SPELLED_OUT.search(data) is not None:
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
    has_link = bool(reading.followed)
    if not has_link and not reading.attachments:
        return
    domain = reading.sender.domain
    is_free = shared_services().kind_of(domain) == "free-mail"
    letters = _count_letters(reading.plain, _SHORT_TEXT if is_free else _LITTLE_TEXT)
    if has_link and letters < _LITTLE_TEXT:
        yield hit("link-without-text", "body")
    if is_free and letters < _SHORT_TEXT:
        yield hit("free-mail-short-note", "body", domain=domain)


def _count_letters(text: str, enough: int) -> int:
    """Letters of the words of a short text, and at least ``enough`` of a longer one."""
    if len(text) > _LONGEST_NOTE:
        return _LONGEST_NOTE
    # Words of letters alone are part of no address; where they are enough, the others need not be looked at, nor need
    # the end of the text.
    first = enough // 3
    for words in (text.split(maxsplit=first)[:first], text.split()):
        plain = sum(map(len, filter(str.isalpha, words)))
        if plain >= enough:
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
