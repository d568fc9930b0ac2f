"""Canonical JSON (RFC 8785, JCS): one byte string for one value, so that it can be hashed and signed.

The number formatting of RFC 8785 section 3.2.2.3 comes from the ``rfc8785`` library; this module fixes what
Charter Oak accepts and how a refusal looks.
"""

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, TypeAlias

import rfc8785

from charteroak.errors import InputError

JSONValue: TypeAlias = bool | int | float | str | Sequence["JSONValue"] | Mapping[str, "JSONValue"] | None


class CanonicalError(InputError):
    """A value has no canonical JSON form (NaN, an integer beyond 2**53, a lone surrogate, a foreign type)."""

    code: ClassVar[str] = "canonical.no-form"


def canonical_json(value: Any) -> bytes:
    """The RFC 8785 form of a JSON value as UTF-8.

    Raises:
        CanonicalError: the value has none.
    """
    try:
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, RecursionError) as error:
        raise CanonicalError(f"This value has no canonical JSON form: {error}.") from error


def canonical_digest(value: Any) -> str:
    """SHA-256 of the canonical form, in lower-case hexadecimal."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document: dict[str, Any] = {}
    for key, value in pairs:
        if key in document:
            raise CanonicalError(f"The key {key!r} stands twice in one object.", remedy="Keep one of them.")
        document[key] = value
    return document


def _refuse_constant(name: str) -> None:
    raise CanonicalError(f"{name} is not JSON.", remedy="Use a number or null.")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise CanonicalError(f"The number {digits[:40]} is larger than any JSON reader holds.", remedy="Correct it.")
    return number


_DECODER = json.JSONDecoder(object_pairs_hook=_unique_keys, parse_constant=_refuse_constant, parse_float=_finite)
"""Made once: a long record has many small documents."""


def parse_json(data: bytes | str) -> Any:
    """Parse strict JSON (RFC 8259): UTF-8, no duplicate keys, no NaN, no number that overflows to infinity.

    Raises:
        CanonicalError: the bytes are not such a document; the message names line and column.
    """
    try:
        text = data.decode("utf-8") if isinstance(data, bytes) else data
        # A byte-order mark is refused by ``loads`` alone.
        return json.loads(text) if text.startswith("\ufeff") else _DECODER.decode(text)
    except UnicodeDecodeError as error:
        raise CanonicalError(f"Not UTF-8 text at byte {error.start}.", remedy="Save the file as UTF-8 JSON.") from error
    except json.JSONDecodeError as error:
        raise CanonicalError(
            f"Not JSON: {error.msg} at line {error.lineno}, column {error.colno}.", remedy="Correct the document."
        ) from error
    except (RecursionError, ValueError) as error:
        raise CanonicalError("The JSON document is nested too deeply or has a number too long to read.") from error
