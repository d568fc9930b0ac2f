"""Asking a witness over HTTP (c2sp.org/tlog-witness, add-checkpoint): one request, one bounded answer."""

from typing import ClassVar

from charteroak.adapters.bounded_http import Bounds, HTTPAnswer, HTTPUnreachableError, exchange
from charteroak.errors import CouldNotError

DEFAULT_BOUNDS = Bounds(timeout_seconds=20.0, max_bytes=64 << 10)
"""An answer is a few signature lines."""


class WitnessUnreachableError(CouldNotError):
    """No whole answer came from a witness; it can be asked again."""

    code: ClassVar[str] = "witness.unreachable"


def post_checkpoint(prefix: str, request: bytes, *, bounds: Bounds = DEFAULT_BOUNDS) -> HTTPAnswer:
    """What the witness below this submission prefix answers to an ``add-checkpoint`` request.

    Raises:
        WitnessUnreachableError: no whole answer came within the bounds.
    """
    headers = {"Content-Type": "text/plain; charset=utf-8"}
    try:
        return exchange(
            f"{prefix.rstrip('/')}/add-checkpoint", method="POST", body=request, headers=headers, bounds=bounds
        )
    except HTTPUnreachableError as error:
        raise WitnessUnreachableError(error.message, remedy=error.remedy or "Ask again later.") from error
