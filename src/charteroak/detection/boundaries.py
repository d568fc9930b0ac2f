"""Where a match may begin and end: the exactness rules of the hunt, all in this place.

The rules speak of bytes. A *label character* is an ASCII letter or digit, ``-`` or ``_``; a *token* is the longest run
of labels joined by single dots.

- A **domain** matches where it ends its token and starts at a label boundary: the name itself and every name below it.
  What matched is the whole name, so ``evil.example`` listed and ``mail.evil.example`` read report the latter.
- An **IPv4** address (and a member of a listed range) is a whole token.
- A **hash** has no letter, digit or ``_`` on either side.
- A **URL** is the listed text, in any case, with no letter or digit directly before or after it; a URL that ends with
  its host ends where the host's token ends.
- An **e-mail address** has no further local-part character before it, and its domain ends its token.
- **IPv6** has its own rule, in ``addresses``, because a colon also separates words.

So a sentence's full stop after a name does no harm (``evil.example. Next``) while ``evil.example.com`` is another
name. Bytes outside ASCII are boundaries: scripts without spaces put their letters right against a name, and a match
lost there is worse than one too many.
"""

from charteroak.detection.limits import VALUE_BYTES

LETTERS_AND_DIGITS = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
LABEL_CHARACTERS = LETTERS_AND_DIGITS + b"-_"
WORD_CHARACTERS = LETTERS_AND_DIGITS + b"_"
LOCAL_PART_CHARACTERS = LABEL_CHARACTERS + b".+%"

_LABEL = frozenset(LABEL_CHARACTERS)
_DOT = ord(".")


def is_one_of(data: bytes, position: int, characters: frozenset[int]) -> bool:
    """Whether the byte at a position is one of these; before the start and after the end there is none."""
    return 0 <= position < len(data) and data[position] in characters


def ends_token(data: bytes, end: int) -> bool:
    """Whether no label goes on at ``end`` and no further label follows after a dot."""
    if end >= len(data):
        return True
    following = data[end]
    if following in _LABEL:
        return False
    return following != _DOT or not is_one_of(data, end + 1, _LABEL)


def starts_label(data: bytes, start: int) -> bool:
    """Whether a label begins at ``start``, be it the first of its token or a later one."""
    return not is_one_of(data, start - 1, _LABEL)


def starts_token(data: bytes, start: int) -> bool:
    """Whether a token begins at ``start``: no label character and no label with its dot stand before it."""
    if not starts_label(data, start):
        return False
    return not (is_one_of(data, start - 1, frozenset((_DOT,))) and is_one_of(data, start - 2, _LABEL))


def name_start(data: bytes, start: int) -> int:
    """Where the whole name begins of which a listed domain, found at ``start``, is the end.

    It looks back over labels joined by single dots, no further than ``VALUE_BYTES``.
    """
    floor = max(0, start - VALUE_BYTES)
    before = data[floor:start]
    run = before[len(before.rstrip(LABEL_CHARACTERS + b".")) :]
    if not run.endswith(b".") or run.endswith(b".."):
        return start
    return start - len(run.rpartition(b"..")[2].lstrip(b"."))
