"""A small TAXII 2.1 client for reading collections (OASIS Standard, 10 June 2021).

It asks only for what the user named: no redirect to another host, no proxy, no plain HTTP except to this machine. Time
and size are bounded for each answer as a whole, so that a server that drips or floods ends in an error.
"""

import base64
import http
import time
from dataclasses import dataclass
from typing import ClassVar, TypeVar
from urllib.parse import quote, urlencode, urljoin, urlsplit

import msgspec

from charteroak.adapters.bounded_http import (
    Bounds,
    HTTPAnswer,
    HTTPUnreachableError,
    exchange,
    is_this_machine,
    origin_of_address,
)
from charteroak.errors import CouldNotError, InputError

MEDIA_TYPE = "application/taxii+json;version=2.1"
DEFAULT_TIMEOUT_SECONDS = 30.0
"""For one whole answer. A page of a thousand objects takes a good server well under a second."""

DEFAULT_MAX_BYTES = 32 << 20
"""One page; a thousand indicators have about one megabyte."""

_MAX_REDIRECTS = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MAX_HEADER_CHARACTERS = 64

Answer = TypeVar("Answer", bound=msgspec.Struct)


class TAXIIAddressError(InputError):
    """The address of a TAXII server cannot be used."""

    code: ClassVar[str] = "taxii.address"


class TAXIIUnreachableError(CouldNotError):
    """The server could not be reached, took too long, or sent too much."""

    code: ClassVar[str] = "taxii.unreachable"


class TAXIIAnswerError(CouldNotError):
    """The server answered with something that is not TAXII 2.1."""

    code: ClassVar[str] = "taxii.answer"


class TAXIIStatusError(CouldNotError):
    """The server refused; ``status`` is the HTTP status."""

    code: ClassVar[str] = "taxii.refused"

    def __init__(self, message: str, *, status: int, remedy: str = "") -> None:
        super().__init__(message, remedy=remedy)
        self.status = status


class CollectionInformation(msgspec.Struct, frozen=True):
    """A collection as its server describes it (section 5.2.1)."""

    id: str
    title: str
    can_read: bool
    can_write: bool = False
    description: str = ""
    alias: str = ""


@dataclass(frozen=True, slots=True)
class ObjectsPage:
    """One page of a collection: each object's own JSON bytes, and how to go on."""

    objects: tuple[bytes, ...]
    more: bool
    next_cursor: str
    added_first: str
    added_last: str


class _Discovery(msgspec.Struct):
    title: str
    api_roots: list[str] = []
    default: str | None = None


class _Collections(msgspec.Struct):
    collections: list[CollectionInformation] = []


class _Envelope(msgspec.Struct):
    more: bool = False
    next: str | None = None
    objects: list[msgspec.Raw] = []


class _Fault(msgspec.Struct):
    title: str = ""
    description: str = ""


class TAXIIClient:
    """Reads one TAXII 2.1 API root, given by its address, with a name and password where it asks for them."""

    def __init__(
        self,
        url: str,
        *,
        username: str = "",
        password: str = "",
        timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
        max_bytes: int = DEFAULT_MAX_BYTES,
    ) -> None:
        """Keep the address; nothing is asked yet.

        Raises:
            TAXIIAddressError: it is not https, nor http to this machine, or it holds a name or password.
        """
        self.url = _checked(url if url.endswith("/") else f"{url}/")
        self._bounds = Bounds(timeout_seconds, max_bytes)
        self._authorization = ""
        if username:
            pair = base64.b64encode(f"{username}:{password}".encode()).decode("ascii")
            self._authorization = f"Basic {pair}"

    def api_roots(self) -> tuple[str, ...]:
        """The API roots that a discovery address names, the default one first (section 4.1).

        Only roots on the same host are named: a name and password go nowhere else.
        """
        found = self._get(self.url, _Discovery)
        roots = [_joined(self.url, root) for root in ([found.default] if found.default else []) + found.api_roots]
        return tuple(dict.fromkeys(root for root in roots if origin_of_address(root) == origin_of_address(self.url)))

    def collections(self) -> tuple[CollectionInformation, ...]:
        """The collections of the API root that this name may see (section 5.1)."""
        return tuple(self._get(urljoin(self.url, "collections/"), _Collections).collections)

    def objects_page(
        self, collection_id: str, *, added_after: str = "", next_cursor: str = "", limit: int = 500
    ) -> ObjectsPage:
        """One page of objects (section 5.4). ``added_after`` and the cursor are sent exactly as they came.

        Raises:
            TAXIIStatusError: the server refused, for instance because the cursor is no longer good.
            TAXIIUnreachableError: no whole answer came within the limits.
            TAXIIAnswerError: the answer is not TAXII 2.1.
        """
        query = {"limit": str(limit), "added_after": added_after, "next": next_cursor}
        parameters = urlencode({name: value for name, value in query.items() if value})
        address = urljoin(self.url, f"collections/{quote(collection_id, safe='')}/objects/?{parameters}")
        response = self._request(address)
        envelope = _decoded(response, _Envelope)
        return ObjectsPage(
            objects=tuple(bytes(raw) for raw in envelope.objects),
            more=envelope.more,
            next_cursor=envelope.next or "",
            added_first=_header(response, "X-TAXII-Date-Added-First"),
            added_last=_header(response, "X-TAXII-Date-Added-Last"),
        )

    def _get(self, address: str, type_: type[Answer]) -> Answer:
        return _decoded(self._request(address), type_)

    def _request(self, address: str) -> HTTPAnswer:
        deadline = time.monotonic() + self._bounds.timeout_seconds
        for _ in range(_MAX_REDIRECTS + 1):
            response = self._exchange(address, deadline)
            if response.status not in _REDIRECTS:
                break
            target = _joined(address, response.headers.get("Location", ""))
            if origin_of_address(target) != origin_of_address(self.url):
                raise TAXIIAnswerError(
                    "The server sends us on to another host.", remedy="Subscribe to the address that it names."
                )
            address = target
        else:
            raise TAXIIAnswerError("The server sends us round in circles.")
        if response.status != http.client.OK:
            raise _refusal(response)
        return response

    def _exchange(self, address: str, deadline: float) -> HTTPAnswer:
        headers = {"Accept": MEDIA_TYPE}
        if self._authorization:
            headers["Authorization"] = self._authorization
        try:
            return exchange(address, bounds=self._bounds, headers=headers, deadline=deadline)
        except HTTPUnreachableError as error:
            raise TAXIIUnreachableError(
                error.message, remedy=error.remedy or "Ask for fewer objects a page."
            ) from error


def _joined(base: str, target: str) -> str:
    """A reference of the server's as an address; empty, and so on no host, where it is none."""
    try:
        return urljoin(base, target)
    except ValueError:
        return ""


def _checked(url: str) -> str:
    scheme, host, _ = origin_of_address(url)
    if not host or scheme not in {"http", "https"}:
        raise TAXIIAddressError(f"{url!r} is not the address of a TAXII server.", remedy="Give its https:// address.")
    if scheme == "http" and not is_this_machine(host):
        raise TAXIIAddressError("A password must not travel over plain HTTP.", remedy="Use https://.")
    parts = urlsplit(url)
    if "@" in parts.netloc or parts.query or parts.fragment or not url.isascii() or not url.isprintable():
        raise TAXIIAddressError(
            "The address holds more than a host and a path.", remedy="Give name and password apart from it."
        )
    return url


def _header(response: HTTPAnswer, name: str) -> str:
    return (response.headers.get(name) or "").strip()[:_MAX_HEADER_CHARACTERS]


def _decoded(response: HTTPAnswer, type_: type[Answer]) -> Answer:
    if response.media_type != "application/taxii+json":
        raise TAXIIAnswerError(
            f"The server answers with {response.media_type[:80]!r}, not with TAXII 2.1.", remedy="Check the address."
        )
    try:
        return msgspec.json.decode(response.body, type=type_)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise TAXIIAnswerError(f"The server's answer cannot be read: {error}.") from error


def _refusal(response: HTTPAnswer) -> TAXIIStatusError:
    try:
        fault = msgspec.json.decode(response.body, type=_Fault)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        fault = _Fault()
    told = "".join(c for c in f"{fault.title} {fault.description}"[:300] if c.isprintable()).strip()
    remedy = "Check name and password." if response.status in {401, 403} else ""
    return TAXIIStatusError(
        f"The server refused with status {response.status}{f': {told}' if told else ''}.",
        status=response.status,
        remedy=remedy,
    )
