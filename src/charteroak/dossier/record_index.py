"""The index of a dossier's record: which keys, checkpoints, co-signatures and tokens it has, one a line.

::

    origin <log's name>
    log <files' name> <first size> <last size or ->
    checkpoint <size, six digits> <size> <log files' name> both|ed25519
    cosignature <size, six digits> <number> <witness> <seconds since 1970> outside|same-operator
    token <size, six digits> <number> note|<number of the token it renews> <authority> <seconds since 1970>
        outside|same-operator (on the same line)
"""

import re
from dataclasses import dataclass, field

from charteroak.dossier import layout
from charteroak.dossier.errors import DossierError

_NUMBER = r"([1-9][0-9]{0,8})"
_SIZE = r"([0-9]{6,9})"
_WHOSE = "(outside|same-operator)"
_LOG = r"(log|log-[1-9][0-9]{0,3})"
_FORMS = {
    "origin": re.compile(r"origin (\S{1,300})"),
    "log": re.compile(rf"log {_LOG} (0|{_NUMBER}) (-|0|{_NUMBER})"),
    "checkpoint": re.compile(rf"checkpoint {_SIZE} {_NUMBER} {_LOG} (both|ed25519)"),
    "cosignature": re.compile(rf"cosignature {_SIZE} {_NUMBER} {_NUMBER} (0|[1-9][0-9]{{0,10}}) {_WHOSE}"),
    "token": re.compile(rf"token {_SIZE} {_NUMBER} (note|{_NUMBER}) {_NUMBER} (0|[1-9][0-9]{{0,10}}) {_WHOSE}"),
}


@dataclass(frozen=True, slots=True)
class LogLine:
    """A pair of the log's keys and the sizes that they signed."""

    name: str
    first_size: int
    last_size: int | None


@dataclass(frozen=True, slots=True)
class CosignatureLine:
    """A witness's co-signature."""

    number: int
    witness: int
    seconds: int
    is_outside: bool


@dataclass(frozen=True, slots=True)
class TokenLine:
    """A time-stamp token; ``renews`` is the number of the token that it covers, or nothing for the note."""

    number: int
    renews: int | None
    authority: int
    seconds: int
    is_outside: bool


@dataclass(slots=True)
class CheckpointLine:
    """A checkpoint with what was said about it."""

    size: int
    log: str
    has_p256: bool
    cosignatures: list[CosignatureLine] = field(default_factory=list)
    tokens: list[TokenLine] = field(default_factory=list)


@dataclass(slots=True)
class RecordIndex:
    """The whole index."""

    origin: str = ""
    logs: list[LogLine] = field(default_factory=list)
    checkpoints: list[CheckpointLine] = field(default_factory=list)


def parse_record_index(data: bytes) -> RecordIndex:
    """Read the index.

    Raises:
        DossierError: a line has none of the forms, or speaks of a checkpoint that no line before it names.
    """
    try:
        lines = data.decode("ascii").removesuffix("\n").split("\n")
    except UnicodeDecodeError as error:
        raise DossierError(layout.RECORD_INDEX, f"byte {error.start} is not ASCII") from error
    index = RecordIndex()
    for number, line in enumerate(lines, start=1):
        form = _FORMS.get(line.partition(" ")[0])
        match = None if form is None else form.fullmatch(line)
        if match is None or not _take(index, match):
            raise DossierError(layout.RECORD_INDEX, f"line {number} cannot be read")
    return index


def _take(index: RecordIndex, match: re.Match[str]) -> bool:
    """Add a line; false if it contradicts those before it."""
    words = match[0].split(" ")
    if words[0] == "origin":
        taken = not index.origin
        index.origin = words[1]
        return taken
    if words[0] == "log":
        index.logs.append(LogLine(words[1], int(words[2]), None if words[3] == "-" else int(words[3])))
        return True
    if words[0] == "checkpoint":
        size = int(words[2])
        after = not index.checkpoints or size > index.checkpoints[-1].size
        index.checkpoints.append(CheckpointLine(size, words[3], words[4] == "both"))
        return after and words[1] == f"{size:06d}"
    if not index.checkpoints or words[1] != f"{index.checkpoints[-1].size:06d}":
        return False
    current = index.checkpoints[-1]
    if words[0] == "cosignature":
        current.cosignatures.append(CosignatureLine(int(words[2]), int(words[3]), int(words[4]), words[5] == "outside"))
        return current.cosignatures[-1].number == len(current.cosignatures)
    renews = None if words[3] == "note" else int(words[3])
    current.tokens.append(TokenLine(int(words[2]), renews, int(words[4]), int(words[5]), words[6] == "outside"))
    return current.tokens[-1].number == len(current.tokens) and (renews is None or renews < len(current.tokens))
