"""One thing that is wrong with a document: where it stands, and why it is wrong, in plain words."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """Whether a document with such an issue can be used."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Issue:
    """A named fault at a JSON pointer (RFC 6901)."""

    code: str
    pointer: str
    reason: str
    severity: Severity = Severity.ERROR

    def to_json(self) -> dict[str, Any]:
        """The issue as JSON values."""
        return {"code": self.code, "severity": self.severity.value, "pointer": self.pointer, "reason": self.reason}


def errors_among(issues: Iterable[Issue]) -> list[Issue]:
    """The issues that make a document unusable."""
    return [issue for issue in issues if issue.severity is Severity.ERROR]


def json_pointer(path: Iterable[str | int]) -> str:
    """The JSON pointer of a path through objects and lists (RFC 6901, section 3)."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in path)


def shown(value: object, limit: int = 60) -> str:
    """A value of a stranger's document as a short quotation."""
    text = value if isinstance(value, str) else repr(value)[: limit + 1]
    return repr(text if len(text) <= limit else f"{text[:limit]}...")
