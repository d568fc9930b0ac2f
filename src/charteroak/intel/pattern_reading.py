"""Reading the values out of a STIX 2.1 pattern (section 9, STIX Patterning), as far as one value alone decides.

Read are comparisons of one object with ``=`` or ``IN`` (and ``ISSUBSET`` of an address), joined by OR, and
observations joined by OR. A comparison of the mere type of a referenced object is taken as part of its value. In an
AND a file's digest stands for the file, and so does each of several digests. Everything else (other operators, NOT,
AND of different things, FOLLOWEDBY, WITHIN, REPEATS, START) narrows a match by what a log's text does not show: it is
returned as unread, with the reason. The one reader of patterns: hunts take values as they are written, feeds take them
as observables (``patterns.parse_pattern``).
"""

import re
from dataclasses import dataclass, field
from typing import ClassVar

from charteroak.errors import InputError

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<text>[thb]?'(?:[^'\\]|\\.)*')
      | (?P<path>[A-Za-z0-9_-]+:(?:[A-Za-z0-9_.\-]|\[(?:\*|\d+)\]|'(?:[^'\\]|\\.)*'|"[^"]*")+)
      | (?P<operator><=|>=|!=|==|=|<|>)
      | (?P<mark>[\[\]()])
      | ,
      | (?P<word>[A-Za-z]+)
      | (?P<number>[+-]?\d+(?:\.\d+)?)
    )""",
    re.VERBOSE,
)
_MAX_TOKENS = 50_000
"""Real patterns list some thousand values at most."""

_MAX_DEPTH = 50
"""Brackets nest two or three deep in practice; each level costs two calls here."""


class PatternError(InputError):
    """A STIX pattern that cannot be hunted value by value; the message says what stands in the way."""

    code: ClassVar[str] = "intel.pattern.unreadable"


@dataclass(slots=True)
class PatternReading:
    """The (kind, value) pairs that each suffice for a match, and the parts that could not be read, with reasons."""

    values: list[tuple[str | None, str]] = field(default_factory=list)
    unread: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Comparison:
    path: str
    operator: str
    literals: tuple[str, ...]
    negated: bool
    source: str


@dataclass(frozen=True, slots=True)
class _Joined:
    operator: str
    parts: "tuple[_Comparison | _Joined, ...]"
    source: str


def read_pattern(pattern: str) -> PatternReading:
    """The values of a pattern. A text that is no pattern comes back as wholly unread, never as an empty reading."""
    reading = PatternReading()
    try:
        observations = _Parser(pattern).parse()
    except PatternError as error:
        reading.unread.append((pattern, error.message))
        return reading
    for expression, problem in observations:
        if problem:
            reading.unread.append((expression.source, problem))
        else:
            _read(expression, reading)
    return reading


def _kind_of(path: str) -> tuple[bool, str | None]:
    """Whether an object path names something searched for, and its kind if the path fixes it."""
    object_type, _, prop = path.replace("'", "").replace('"', "").partition(":")
    algorithm = re.fullmatch(r"(?:.*\.)?hashes\.(.+)", prop)
    if algorithm is not None:
        word = re.sub(r"[^a-z0-9]", "", algorithm.group(1).lower())
        return word in {"md5", "sha1", "sha256", "sha512"}, word
    if prop.endswith("_ref.value") or re.search(r"_refs\[[*\d]+\]\.value$", prop):
        return True, None
    if prop == "value":
        known = {"domain-name": "domain", "url": "url", "ipv4-addr": "ipv4", "ipv6-addr": "ipv6", "email-addr": "email"}
        return object_type in known, known.get(object_type)
    return False, None


def _is_digest(part: "_Comparison | _Joined") -> bool:
    return isinstance(part, _Comparison) and not part.negated and ":hashes." in part.path and _kind_of(part.path)[0]


def _read(part: "_Comparison | _Joined", reading: PatternReading) -> None:
    if isinstance(part, _Comparison):
        _read_comparison(part, reading)
        return
    if part.operator == "OR":
        for alternative in part.parts:
            _read(alternative, reading)
        return
    told = [p for p in part.parts if not (isinstance(p, _Comparison) and p.path.endswith(".type") and not p.negated)]
    digests = [p for p in told if _is_digest(p)]
    same_file = all(isinstance(p, _Comparison) and p.path.startswith("file:") for p in told)
    if len(told) == 1:
        _read(told[0], reading)
    elif digests and same_file:
        for digest in digests:
            _read(digest, reading)
    else:
        reading.unread.append((part.source, "It asks for several things at once (AND), which one value cannot show."))


def _read_comparison(part: _Comparison, reading: PatternReading) -> None:
    searched, kind = _kind_of(part.path)
    if not searched:
        reading.unread.append((part.source, f"{part.path} is not searched for in logs."))
    elif part.operator == "ISSUBSET" and kind not in {"ipv4", "ipv6", None}:
        reading.unread.append((part.source, f"ISSUBSET compares addresses; {part.path} is none."))
    elif part.negated or part.operator not in {"=", "==", "IN", "ISSUBSET"}:
        shown = f"NOT {part.operator}" if part.negated else part.operator
        reading.unread.append((part.source, f"The comparison {shown} is not searched for in logs."))
    else:
        reading.values.extend((kind, literal) for literal in part.literals)


class _Parser:
    """Recursive descent over the tokens of one pattern."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._tokens: list[tuple[str, str, int, int]] = []
        self._next = 0
        position = 0
        end = len(pattern.rstrip())
        while position < end:
            match = _TOKEN.match(pattern, position)
            if match is None or len(self._tokens) > _MAX_TOKENS:
                raise PatternError(f"It is no STIX pattern: character {position + 1} does not fit.")
            if match.lastgroup is not None:
                kind = match.lastgroup
                self._tokens.append((kind, match.group(kind), match.start(kind), match.end()))
            position = match.end()

    def parse(self) -> "list[tuple[_Comparison | _Joined, str]]":
        """Each observation with the reason why it alone does not decide, if it does not."""
        observations = self._observations(0)
        if self._next < len(self._tokens):
            raise self._unexpected()
        return observations

    def _observations(self, depth: int) -> "list[tuple[_Comparison | _Joined, str]]":
        found = self._observation(depth)
        problem = ""
        while self._peek() in {"OR", "AND", "FOLLOWEDBY"}:
            operator = self._take()
            problem = problem or ("" if operator == "OR" else f"It asks for several observations ({operator}).")
            found += self._observation(depth)
        return [(expression, problem or own) for expression, own in found]

    def _observation(self, depth: int) -> "list[tuple[_Comparison | _Joined, str]]":
        if depth > _MAX_DEPTH:
            raise PatternError("The pattern is nested too deeply.")
        if self._accept("("):
            found = self._observations(depth + 1)
            self._expect(")")
        else:
            self._expect("[")
            found = [(self._joined("OR", depth), "")]
            self._expect("]")
        qualifier = self._qualifiers()
        return [(expression, problem or qualifier) for expression, problem in found]

    def _qualifiers(self) -> str:
        words = []
        while self._peek() in {"WITHIN", "REPEATS", "START", "STOP"}:
            words.append(self._take())
            self._take()
            if self._peek() in {"SECONDS", "TIMES"}:
                self._take()
        return f"It is limited by {' and '.join(words)}." if words else ""

    def _joined(self, operator: str, depth: int) -> "_Comparison | _Joined":
        start = self._start()
        parts = [self._joined("AND", depth) if operator == "OR" else self._comparison(depth)]
        while self._peek() == operator:
            self._take()
            parts.append(self._joined("AND", depth) if operator == "OR" else self._comparison(depth))
        return parts[0] if len(parts) == 1 else _Joined(operator, tuple(parts), self._source(start))

    def _comparison(self, depth: int) -> "_Comparison | _Joined":
        if depth > _MAX_DEPTH:
            raise PatternError("The pattern is nested too deeply.")
        if self._accept("("):
            inner = self._joined("OR", depth + 1)
            self._expect(")")
            return inner
        start = self._start()
        if self._peek() == "EXISTS":
            self._take()
            return _Comparison(self._take("path"), "EXISTS", (), negated=False, source=self._source(start))
        path = self._take("path")
        negated = self._accept("NOT")
        operator = self._take()
        negated = self._accept("NOT") or negated
        if operator == "IN":
            self._expect("(")
            literals = []
            while not self._accept(")"):
                literals.append(self._literal())
            if not literals:
                raise self._unexpected()
        else:
            literals = [self._literal()]
        return _Comparison(path, operator, tuple(literals), negated, self._source(start))

    def _literal(self) -> str:
        text = self._take()
        if text.startswith("'"):
            return re.sub(r"\\(.)", r"\1", text[1:-1])
        return text

    def _peek(self) -> str:
        return self._tokens[self._next][1] if self._next < len(self._tokens) else ""

    def _start(self) -> int:
        return self._tokens[self._next][2] if self._next < len(self._tokens) else len(self._pattern)

    def _source(self, start: int) -> str:
        return self._pattern[start : self._tokens[self._next - 1][3]]

    def _take(self, kind: str = "") -> str:
        if self._next >= len(self._tokens) or (kind and self._tokens[self._next][0] != kind):
            raise self._unexpected()
        self._next += 1
        return self._tokens[self._next - 1][1]

    def _accept(self, text: str) -> bool:
        if self._peek() == text:
            self._next += 1
            return True
        return False

    def _expect(self, text: str) -> None:
        if not self._accept(text):
            raise self._unexpected()

    def _unexpected(self) -> PatternError:
        shown = self._peek() or "its end"
        return PatternError(
            f"It is no STIX pattern that can be read: {shown} does not fit at character {self._start() + 1}."
        )
