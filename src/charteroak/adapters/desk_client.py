"""Handing a report to another installation's desk over its API, once, and what the answer means.

A report counts as delivered only if the answer holds a receipt whose check character fits and the digest of the very
record that was sent. Whatever else comes back, a page of a hotel's network for instance, leaves it waiting.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from charteroak.adapters.bounded_http import Bounds, HTTPAnswer, checked_address, exchange
from charteroak.canonical import CanonicalError, parse_json
from charteroak.errors import CouldNotError, InputError
from charteroak.receipts import ReceiptError, parse_receipt

PATH = "api/v1/reports"
BOUNDS = Bounds(timeout_seconds=30, max_bytes=64 << 10)
_REFUSED = frozenset({400, 409, 413, 415, 422})
"""What no later attempt would change. All else may be a desk that is busy, being repaired or not reached at all."""
_LONGEST_ASKED_SECONDS = 6 * 60 * 60
_SHOWN = 300


class DeskUnreachedError(CouldNotError):
    """The desk did not take the report now; ``retry_after`` is what it asked for, in seconds."""

    code: ClassVar[str] = "report.desk-unreached"

    def __init__(self, message: str, *, retry_after: int = 0, remedy: str = "") -> None:
        super().__init__(message, remedy=remedy)
        self.retry_after = retry_after


class DeskRefusedError(InputError):
    """The desk read the report and does not take it as it is."""

    code: ClassVar[str] = "report.desk-refused"


@dataclass(frozen=True, slots=True)
class DeskReceipt:
    """The desk's word that a report is on its disk."""

    receipt: str
    sha256: str


def address_of_desk(address: str) -> str:
    """Where a desk takes reports, from the address of its installation.

    Raises:
        HTTPAddressError: it is not https, nor http to this machine, or holds more than host and path.
    """
    return checked_address(f"{address.strip().rstrip('/').removesuffix('/' + PATH)}/{PATH}")


def deliver_report(address: str, record: bytes, *, key: str) -> DeskReceipt:
    """Hand a record over. The same key and record handed over again give the same receipt.

    Raises:
        DeskUnreachedError: no answer that says it was taken; trying again is safe.
        DeskRefusedError: the desk refuses this record.
    """
    headers = {"Content-Type": "application/json", "Accept": "application/json", "Idempotency-Key": key}
    try:
        answer = exchange(address_of_desk(address), bounds=BOUNDS, method="POST", body=record, headers=headers)
    except CouldNotError as error:
        raise DeskUnreachedError(error.message, remedy=error.remedy) from error
    content = _content(answer)
    if answer.status in _REFUSED and answer.media_type == "application/problem+json":
        told = " ".join(str(content.get(name, "")) for name in ("title", "detail")).strip()[:_SHOWN]
        raise DeskRefusedError(f"The desk refuses this report: {told}", remedy="Correct it and file it anew.")
    if answer.status not in {200, 201}:
        raise DeskUnreachedError(f"The desk answered with status {answer.status}.", retry_after=_retry_after(answer))
    return _receipt(content, record)


def _content(answer: HTTPAnswer) -> Mapping[str, Any]:
    try:
        content = parse_json(answer.body)
    except CanonicalError:
        return {}
    return content if isinstance(content, dict) else {}


def _receipt(content: Mapping[str, Any], record: bytes) -> DeskReceipt:
    try:
        receipt = parse_receipt(str(content.get("receipt", "")))
    except ReceiptError as error:
        raise DeskUnreachedError(
            "What answered is no desk of Charter Oak: there is no receipt in its answer.",
            remedy="Check the address, and whether this network shows a page of its own first.",
        ) from error
    digest = hashlib.sha256(record).hexdigest()
    if content.get("sha256") != digest:
        raise DeskUnreachedError("The desk names another record than the one that was sent.")
    return DeskReceipt(receipt, digest)


def _retry_after(answer: HTTPAnswer) -> int:
    asked = (answer.headers.get("Retry-After") or "").strip()
    return min(int(asked), _LONGEST_ASKED_SECONDS) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 0
