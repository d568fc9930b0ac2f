"""Links that name who received a mail by something else than the plain address: a whole name, a digest, a mirror.

Lures and mailing services write people's names into links, plain, percent-encoded, in base64 or as a part of the
host's name, and addresses as digests or backwards. Such a link is cut before that. The registrable domain is never
cut and never hidden: the To field, which holds the recipients' names, is the sender's to write, and must not keep his
domain off a list.
"""

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote

from charteroak.mail import limits
from charteroak.mail.domains import registrable_domain
from charteroak.normal_forms import normalized

_WORD = re.compile(r"[^\W\d_]+")
_BETWEEN = r"(?:[\W_]{0,3}|[&;?]\w{1,20}=)"
"""What stands between the words of a name in a link: a mark or two, nothing, or the next field of a query."""
_BETWEEN_SHORT = _BETWEEN.replace("{0,3}", "{1,3}")
_ACCENTS = re.compile("[\u0300-\u036f]+")
_PARTED = re.compile(r"[\s._]")
"""What parts a person's name into words; what is parted otherwise alone, as in ``owner/project``, names none."""
_IN_BRACKETS = re.compile(r"[(\[][^)\]]{0,200}[)\]]?")
_ADDITION = re.compile(r"\s[-\u2013\u2014|/]\s|@")
_TITLES = frozenset(["dr", "mr", "mrs", "ms", "miss", "prof", "phd", "md", "jr", "sr", "ii", "iii", "esq", "cpa"])
_DIGESTS = (hashlib.md5, hashlib.sha1, hashlib.sha256)
_MOST_NAMES = 20
_MOST_ADDRESSES = 50
_MOST_WORDS = 5
_SHORTEST_JOINED = 8
"""Letters of a whole name whose words may stand together: links hold many short runs of letters."""
_SHORTEST_WORD = 2
_MOST_LAYERS = 3


class PersonalLinks:
    """Finds and cuts the links of one mail that name its recipients or reporters."""

    def __init__(self, names: Iterable[str], addresses: Iterable[str], links: Iterable[str]) -> None:
        self._names: list[tuple[tuple[str, ...], re.Pattern[str]]] = []
        self._encoded: list[str] = []
        # Looked for once in all links of the mail, not in each: nearly every mail ends here.
        together = "\n".join(links)
        self._expect_names(
            list(dict.fromkeys(name.strip() for name in names if _PARTED.search(name.strip())))[:_MOST_NAMES], together
        )
        lowered = together.lower()
        disguises = (form for address in sorted(addresses)[:_MOST_ADDRESSES] for form in _disguises_of(address))
        self._disguised = [form for form in disguises if form in lowered]

    def _expect_names(self, names: list[str], together: str) -> None:
        plain = _plain(together) if names else ""
        for name in names:
            for words in dict.fromkeys(_forms_of(name[: limits.MAX_SENDER_CHARACTERS])):
                if words[0] in plain and words[-1] in plain:
                    self._names.append((words, _pattern(words)))
            self._encoded += [token for token in _in_base64(name) if token in together]

    @property
    def are_there(self) -> bool:
        """Whether any link may name somebody."""
        return bool(self._names or self._encoded or self._disguised)

    def name_somebody(self, text: str) -> bool:
        """Whether a link, or a part of one, names a person."""
        if not self.are_there:
            return False
        lowered = _plain(text)
        return (
            any(words[0] in lowered and pattern.search(lowered) for words, pattern in self._names)
            or any(token in text for token in self._encoded)
            or any(disguise in lowered for disguise in self._disguised)
        )

    def cut(self, url: str) -> str:
        """The link up to what names a person; empty where the host's name does."""
        if not self.are_there or not self.name_somebody(url):
            return url
        scheme, _, rest = url.partition("://")
        for mark in ("#", "?"):
            rest = rest.partition(mark)[0]
        authority, *segments = rest.split("/")
        user, _, host = authority.rpartition("@")
        if user and self.name_somebody(user):
            # Browsers go to the same page without it.
            authority = host
        name = host.partition(":")[0]
        if self.cut_host(name) != name:
            return ""
        kept = self._folders_kept(segments)
        return f"{scheme}://{'/'.join([authority, *segments[:kept]])}{'/' if kept < len(segments) else ''}"

    def _folders_kept(self, segments: list[str]) -> int:
        """How many folders of a path stand before what names a person."""
        if not self.name_somebody("/".join(segments)):
            return len(segments)
        # Halved, since a path of thousands of folders would be searched as often.
        kept, too_many = 0, len(segments)
        while too_many - kept > 1:
            middle = (kept + too_many) // 2
            if self.name_somebody("/".join(segments[:middle])):
                too_many = middle
            else:
                kept = middle
        return kept

    def cut_host(self, host: str) -> str:
        """The host, or its registrable domain where what stands before that names a person."""
        if not self.are_there:
            return host
        domain = registrable_domain(host)
        before = host.removesuffix(domain)
        return domain if domain and before != host and self.name_somebody(before) else host


def _plain(text: str) -> str:
    """Small letters without accents, nothing of them percent-encoded: as names are written into links."""
    text = text.lower()
    for _ in range(_MOST_LAYERS):
        plain = unquote(text) if "%" in text else text
        if plain == text:
            break
        text = plain.lower()
    return text if text.isascii() else _ACCENTS.sub("", normalized("NFKD", text))


def _forms_of(name: str) -> Iterator[tuple[str, ...]]:
    """The words of a name, without titles and what stands behind it, and those in front of its comma if it has two."""
    bare = _ADDITION.split(_IN_BRACKETS.sub(" ", name), maxsplit=1)[0]
    for written in dict.fromkeys((bare, bare.partition(",")[0])):
        words = tuple(word for word in _WORD.findall(_plain(written)) if word not in _TITLES)
        if 1 < len(words) <= _MOST_WORDS and min(len(words[0]), len(words[-1])) >= _SHORTEST_WORD:
            yield words


def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    orders = {words, words[::-1], (words[-1], *words[:-1]), (words[0], words[-1]), (words[-1], words[0])}
    between = _BETWEEN if len(words[0]) + len(words[-1]) >= _SHORTEST_JOINED else _BETWEEN_SHORT
    choices = (between.join(map(re.escape, order)) for order in sorted(orders, key=len, reverse=True))
    return re.compile(rf"(?<![^\W\d_])(?:{'|'.join(choices)})(?![^\W\d_])")


def _in_base64(name: str) -> Iterator[str]:
    """What base64 makes of a name at each of the three places where it can begin, without its uncertain ends."""
    for written in dict.fromkeys((name, name.lower())):
        data = written.encode()
        for before in range(3):
            token = base64.b64encode(b"\0" * before + data)
            yield token[(before * 8 + 5) // 6 : (before + len(data)) * 8 // 6].decode()


def _disguises_of(address: str) -> Iterator[str]:
    """An address backwards, and its digests, small and capital letters alike."""
    yield address[::-1]
    for written in (address.lower().encode(), address.upper().encode()):
        for digest in _DIGESTS:
            yield digest(written, usedforsecurity=False).hexdigest()
