"""Asking a time-stamping authority over HTTP (RFC 3161 section 3.4): one request, one raw reply, not yet believed."""

from typing import ClassVar

from charteroak.adapters.bounded_http import Bounds, HTTPUnreachableError, exchange
from charteroak.errors import CouldNotError

QUERY_TYPE = "application/timestamp-query"
REPLY_TYPE = "application/timestamp-reply"
DEFAULT_BOUNDS = Bounds(timeout_seconds=20.0, max_bytes=128 << 10)
"""A reply with a chain of four certificates has about 8 KB; a good authority answers within a second."""


class AuthorityUnreachableError(CouldNotError):
    """No whole answer came from a time-stamping authority; the request can be sent again."""

    code: ClassVar[str] = "timestamp.unreachable"


class AuthorityAnswerError(CouldNotError):
    """An authority answered with something that is no time-stamp reply: a redirect, an error page, another type."""

    code: ClassVar[str] = "timestamp.answer"


def ask_authority(url: str, request: bytes, *, bounds: Bounds = DEFAULT_BOUNDS) -> bytes:
    """The raw ``TimeStampResp`` to a ``TimeStampReq``. A refusal of the authority's is a reply too.

    The address was checked when the authority was registered. A redirect is an error: whoever answers in an
    authority's place should not even learn the digest.

    Raises:
        AuthorityUnreachableError: no whole answer came within the bounds.
        AuthorityAnswerError: what came is no reply.
    """
    headers = {"Content-Type": QUERY_TYPE, "Accept": REPLY_TYPE}
    try:
        answer = exchange(url, method="POST", body=request, headers=headers, bounds=bounds)
    except HTTPUnreachableError as error:
        raise AuthorityUnreachableError(error.message, remedy=error.remedy or "It stays in the queue.") from error
    if answer.status != 200:
        raise AuthorityAnswerError(f"The authority answered with status {answer.status}.", remedy="Check its address.")
    if answer.media_type != REPLY_TYPE:
        raise AuthorityAnswerError(
            f"The authority answered with {answer.media_type[:80]!r}, not with {REPLY_TYPE}.",
            remedy="Check its address.",
        )
    return answer.body
