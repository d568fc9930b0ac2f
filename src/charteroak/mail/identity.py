"""Who a message pretends to come from: protected names in display names and hosts, and look-alike domains.

Look-alikes are found by a skeleton (after Unicode UTS 39, section 4, with our own small table), by one edit
(insertion, deletion, substitution, swap of neighbours), and by a protected name standing inside a longer one. A name
under its owner's own domain is never a look-alike.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files

import idna
import re2

from charteroak.mail.domains import registrable_domain
from charteroak.mail.language import beyond_ascii, in_ascii, plain_text
from charteroak.mail.protected_name import PUBLIC_ENDINGS, ProtectedName, Training, plain_label
from charteroak.mail.town_names import TownName, TownsInText
from charteroak.normal_forms import normalized

_MIN_SIMILAR_LENGTH = 5
"""Shorter names have too many innocent neighbours."""

_CONFUSABLE = {
    # Latin letters with strokes, Cyrillic, Armenian and Greek: each look-alike and the letter it passes for.
    **dict(zip("\u0131\u0142\u00f8\u0111\u0251\u0261\u026a\u029f\u1d0f", "ilodagilo", strict=True)),
    **dict(zip("\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455", "aeopcyxijs", strict=True)),
    **dict(zip("\u0501\u051b\u051d\u04bb\u043a\u043c\u0442\u043d\u0432\u04cf", "dqwhkmthbl", strict=True)),
    **dict(zip("\u0585\u057d\u0570\u0578", "ouhn", strict=True)),
    **dict(zip("\u03b1\u03bf\u03c1\u03b9\u03bd\u03c5\u03ba\u03c4\u03b5", "aopivukte", strict=True)),
}
_LOOK_ALIKES = (*zip("0135|", "olesl", strict=True), ("rn", "m"), ("vv", "w"), ("cl", "d"))
_MAY_STAND_FOR_I = re.compile("[1|!](?<=[^\\W\\d_].)(?=[^\\W_])")
_TURNED = "\u202e"
"""Shows what follows it from its end to its beginning."""
_MARKS = re.compile("[\u0300-\u036f]")
_TOKENS = re.compile(r"[^a-z0-9]+")


_DOTTED_HOST = re.compile(r"(?:^|[^a-z0-9])(ct\.gov)(?![a-z0-9])")
"""What stands in a host as two words and is one name: tokens would take it apart."""


@dataclass(frozen=True, slots=True)
class LookAlike:
    """A domain that resembles a protected one: which, and how (spelling, letters, part-of-name)."""

    name: ProtectedName
    how: str

    @property
    def label(self) -> str:
        """The protected name for people."""
        return self.name.label

    @property
    def is_official(self) -> bool:
        """Whether the name is that of an office, a school or a public service."""
        return self.name.is_official


class ProtectedNames:
    """The list, indexed for the three questions that are asked of it."""

    def __init__(
        self, names: Iterable[ProtectedName], everyday: Iterable[str] = (), trainings: Iterable[Training] = ()
    ) -> None:
        self.names = tuple(names)
        self.trainings = tuple(trainings)
        self._by_word = {word: name for name in self.names for word in (*name.words, *name.exact)}
        self._in_text = re2.compile(
            "|".join(_whole_word(word) for word in sorted(self._by_word, key=len, reverse=True))
        )
        self._towns = {name.town: name for name in self.names if name.town}
        self._in_towns = TownsInText(TownName(name.town, name.is_city, name.is_shared) for name in self._towns.values())
        self._town_labels = frozenset().union(*(name.town_labels for name in self.names if not name.is_strict))
        self._own_domains = {domain: name for name in self.names for domain in name.domains}
        everyday = tuple(everyday)
        ordinary = set(everyday)
        self._labels: dict[str, ProtectedName] = {}
        self._tokens: dict[str, ProtectedName] = {}
        for name in self.names:
            own = [domain.partition(".")[0] for domain in name.domains]
            if name.town and not name.is_strict:
                own_name = ("".join(filter(str.isalnum, name.town)), "townhall")
                # Without the state behind it a town's name is that of a dozen others, and of people.
                own = [label for label in own if label.endswith("ct")]
                for label in name.town_labels:
                    if label.startswith(("townof", "cityof")) and not (name.is_shared and label.endswith(own_name)):
                        self._tokens.setdefault(label, name)
            labels = ["".join(filter(str.isalnum, word)) for word in (*name.words, *own)]
            for label in labels:
                if len(label) >= _MIN_SIMILAR_LENGTH and label not in ordinary:
                    self._labels.setdefault(label, name)
            for token in (*labels, *name.exact):
                if token not in ordinary and (token in self._labels or token in name.exact):
                    self._tokens.setdefault(token, name)
        self._skeletons = {skeleton(label): name for label, name in self._labels.items()}
        self._by_length: dict[int, list[tuple[str, ProtectedName]]] = {}
        self._remembered = lru_cache(maxsize=4096)(self._look_alike)
        self._owners = lru_cache(maxsize=4096)(self._owner_of)
        self._baits = lru_cache(maxsize=4096)(self._in_host)
        self.everyday = everyday

    def and_also(self, others: Iterable[ProtectedName], trainings: Iterable[Training] = ()) -> "ProtectedNames":
        """This list with names of an operator's own, which come first, and the exercises that he has sent.

        A town of this list that he names himself is told apart by the domains that he gives and by its listed .gov.
        """
        others = tuple(map(self._with_town, others))
        named = {name.town for name in others if name.town}
        rest = (name for name in self.names if name.town not in named)
        return ProtectedNames((*others, *rest), self.everyday, (*trainings, *self.trainings))

    def _with_town(self, name: ProtectedName) -> ProtectedName:
        """An operator's name, with what is known of the town that it names."""
        if name.town or name.kind not in {"government", "town"}:
            return name
        town = next((town for domain in name.domains if (town := self._own_domains.get(domain)) and town.town), None)
        if town is None:
            texts = (plain_text(name.label), *name.words)
            spoken = (self._in_towns.speaker(in_ascii(text)) for text in texts)
            town = next((self._towns[each] for each in spoken if each), None)
        if town is None:
            return name
        listed = {domain for domain in town.domains if domain.endswith(PUBLIC_ENDINGS)}
        return replace(
            town,
            label=name.label,
            kind=name.kind,
            words=name.words,
            exact=name.exact,
            domains=name.domains | listed,
            is_strict=True,
        )

    def known_before(self, year: int) -> "ProtectedNames":
        """The part of the list that people knew before a year."""
        return ProtectedNames((name for name in self.names if name.since < year), self.everyday)

    def owner_of(self, host: str) -> ProtectedName | None:
        """The name whose own domain the host is under; signals, observables and keys ask for the same hosts."""
        return self._owners(host)

    def _owner_of(self, host: str) -> ProtectedName | None:
        return self._own_domains.get(registrable_domain(host)) or next(
            (self._own_domains[parent] for parent in _parents(host) if parent in self._own_domains), None
        )

    def named_in(self, text: str, plain: str | None = None) -> ProtectedName | None:
        """The first protected name that stands in a short text, such as a display name.

        ``plain`` is its ``plain_text``, where that is at hand; a look-alike of a name counts where no name stands.
        """
        if not text:
            return None
        data = in_ascii(plain_text(text) if plain is None else plain)
        bones = in_ascii(skeleton(text))
        match = self._in_text.search(data if bones == data else data + b"\n" + bones)
        if match is None and _MAY_STAND_FOR_I.search(text) is not None:
            # A digit passes for two letters; the skeleton knows it as the other.
            match = self._in_text.search(in_ascii(skeleton(_MAY_STAND_FOR_I.sub("i", text))))
        if match is None and _TURNED in text:
            match = self._in_text.search(in_ascii(plain_text(text[::-1])))
        if match is not None:
            return self._by_word[match.group().decode("ascii")]
        return self._towns.get(self._in_towns.speaker(data))

    def in_host(self, host: str) -> ProtectedName | None:
        """The protected name that is a word of a host which is not its own (``paypal.com.login.example``)."""
        return self._baits(host)

    def _in_host(self, host: str) -> ProtectedName | None:
        if self._is_beyond_doubt(host, registrable_domain(host)):
            return None
        if "ct.gov" in host and _DOTTED_HOST.search(host.lower()) is not None:
            return self._by_word.get("ct.gov")
        domain = registrable_domain(host)
        found = self._names_in_label(host, host)
        return next((name for name in found if domain not in name.carriers), None)

    def _is_beyond_doubt(self, host: str, domain: str) -> bool:
        """Whether a host is somebody's own, whatever its name resembles."""
        if self.owner_of(host) is not None or domain.endswith(PUBLIC_ENDINGS):
            return True
        return plain_label(domain) in self._town_labels

    def in_label(self, label: str, host: str) -> ProtectedName | None:
        """The protected name that is a word of a mailbox's name (``paypal-service@``) under another's host."""
        return next(self._names_in_label(label, host), None)

    def _names_in_label(self, label: str, host: str) -> Iterator[ProtectedName]:
        found = (self._tokens[token] for token in _TOKENS.split(label.lower()) if token in self._tokens)
        return (name for name in found if not name.owns(host))

    def look_alike(self, domain: str) -> LookAlike | None:
        """The protected name that a registrable domain resembles without being its own.

        Answers are remembered: a mailbox shows the same domains again and again.
        """
        return self._remembered(domain)

    def _look_alike(self, domain: str) -> LookAlike | None:
        if not domain or self._is_beyond_doubt(domain, domain):
            return None
        label = _unicode_label(domain)
        for candidate in dict.fromkeys((label, label.replace("-", ""))):
            found = self._resembles(candidate)
            if found is not None:
                return found
        tokens = (token for token in _TOKENS.split(label) if token in self._tokens)
        return next((LookAlike(self._tokens[token], "part-of-name") for token in tokens), None)

    def _near_in_length(self, length: int) -> list[tuple[str, ProtectedName]]:
        """The labels that one edit may turn into a text of so many characters, in their order."""
        if length not in self._by_length:
            self._by_length[length] = [
                (label, name)
                for label, name in self._labels.items()
                if len(label) > _MIN_SIMILAR_LENGTH and abs(len(label) - length) <= 1
            ]
        return self._by_length[length]

    def _resembles(self, label: str) -> LookAlike | None:
        if label in self._labels:
            return LookAlike(self._labels[label], "other-ending")
        if len(label) < _MIN_SIMILAR_LENGTH:
            return None
        bones = skeleton(label)
        if bones in self._skeletons:
            return LookAlike(self._skeletons[bones], "letters")
        if len(label) > _MIN_SIMILAR_LENGTH:
            for protected, name in self._near_in_length(len(bones)):
                if one_edit_apart(bones, protected) and not (name.town and _is_of_elsewhere(bones, protected)):
                    return LookAlike(name, "spelling")
        return None


def _is_of_elsewhere(label: str, protected: str) -> bool:
    """Whether a label is a town's but for the state behind it (``hartfordvt``), or the county of its name."""
    town = protected.removesuffix("ct")
    rest = label[len(town) :]
    return town != protected and label.startswith(town) and (len(rest) == 2 or rest == "cty")


def _parents(host: str) -> Iterable[str]:
    labels = host.split(".")
    return (".".join(labels[index:]) for index in range(1, len(labels) - 1))


def _whole_word(word: str) -> str:
    start = r"\b" if word[0].isalnum() else ""
    end = r"\b" if word[-1].isalnum() else ""
    return f"{start}{re2.escape(word)}{end}"


def _unicode_label(domain: str) -> str:
    """The first label of a registrable domain, A-labels decoded."""
    label = domain.partition(".")[0].lower()
    if not label.startswith("xn--"):
        return label
    try:
        return idna.decode(label)
    except (idna.IDNAError, UnicodeError):
        return label


def skeleton(text: str) -> str:
    """The shape of a text for a hurried reader: letters that look alike become one."""
    lowered = (text if text.isascii() else _MARKS.sub("", normalized("NFKD", text))).lower()
    if not lowered.isascii():
        for character in _CONFUSABLE.keys() & set(beyond_ascii(lowered)):
            lowered = lowered.replace(character, _CONFUSABLE[character])
    for look_alike, letter in _LOOK_ALIKES:
        lowered = lowered.replace(look_alike, letter)
    return lowered


def one_edit_apart(left: str, right: str) -> bool:
    """Whether one insertion, deletion, substitution or swap of neighbours turns one text into the other."""
    if left == right or abs(len(left) - len(right)) > 1:
        return False
    start = 0
    while start < min(len(left), len(right)) and left[start] == right[start]:
        start += 1
    if len(left) == len(right):
        if left[start + 1 :] == right[start + 1 :]:
            return True
        return left[start : start + 2] == right[start : start + 2][::-1] and left[start + 2 :] == right[start + 2 :]
    longer, shorter = (left, right) if len(left) > len(right) else (right, left)
    return longer[start + 1 :] == shorter[start:]


def resembles_one_of(domain: str, known: Iterable[str]) -> str:
    """The known domain that another one imitates, or an empty text; for the reader's own organisation."""
    label = _unicode_label(domain)
    for other in known:
        own = other.partition(".")[0]
        if not domain or domain == other or len(own) < _MIN_SIMILAR_LENGTH:
            continue
        if (
            label == own
            or skeleton(label) == skeleton(own)
            or (len(own) > _MIN_SIMILAR_LENGTH and one_edit_apart(label, own))
        ):
            return other
    return ""


def is_punycode(host: str) -> bool:
    """Whether a host has a label outside ASCII (RFC 5890 A-label)."""
    return any(label.startswith("xn--") for label in host.split("."))


@lru_cache(maxsize=1)
def protected_names() -> ProtectedNames:
    """The packaged list."""
    text = files("charteroak.mail").joinpath("data/protected_names.toml").read_text(encoding="utf-8")
    document = tomllib.loads(text)
    names = [
        ProtectedName(
            label=entry["label"],
            kind=entry["kind"],
            words=tuple(entry["words"]),
            exact=tuple(entry.get("exact", ())),
            domains=frozenset(entry["domains"]),
            since=entry.get("since", 0),
            carriers=frozenset(entry.get("carriers", ())),
        )
        for entry in document["names"]
    ]
    return ProtectedNames((*names, *_connecticut_towns()), document["everyday"])


def _connecticut_towns() -> Iterator[ProtectedName]:
    text = files("charteroak.mail").joinpath("data/connecticut_towns.toml").read_text(encoding="utf-8")
    document = tomllib.loads(text)
    carriers = frozenset(document["carriers"])
    cities, shared = frozenset(document["cities"]), frozenset(document["shared"])
    for town, domains in document["towns"].items():
        yield ProtectedName(
            label=f"{town}, Connecticut",
            kind="town",
            words=(),
            exact=(),
            domains=frozenset(domains),
            town=town.lower(),
            carriers=carriers,
            is_city=town in cities,
            is_shared=town in shared,
        )
