"""TAXII 2.1 on the wire: what a request may ask for, and how answers and faults look.

Section 1.6.8 (content negotiation), 3.3 (errors), 3.4 (filtering), 3.5 (pagination) of the OASIS Standard of 10 June
2021.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse

from charteroak.clock import TimeFormatError, parse_instant
from charteroak.errors import InputError
from charteroak.services.sharing import MAX_PAGE, PageRequest, VersionMatch

MEDIA_TYPE = "application/taxii+json;version=2.1"
DEFAULT_PAGE = 100
_MAX_FILTER_CHARACTERS = 8_192
_MAX_LIMIT_DIGITS = 9
_ACCEPTABLE = re.compile(r"application/taxii\+json(;version=2\.1)?", re.IGNORECASE)


class TAXIIRequestError(InputError):
    """A request that the server does not understand; it becomes status 400."""

    code: ClassVar[str] = "taxii.request"


@dataclass(frozen=True, slots=True)
class Filters:
    """What a reader asked for, before any cursor: the query that every page of one reading shares."""

    request: PageRequest
    canonical: str
    next_cursor: str


def is_acceptable(request: HttpRequest) -> bool:
    """Whether the Accept header names TAXII 2.1, or TAXII in any version. Anything else is answered with 406."""
    for part in request.headers.get("Accept", "").split(","):
        media_range = ";".join(
            piece for piece in part.replace(" ", "").replace('"', "").split(";") if not piece.lower().startswith("q=")
        )
        if _ACCEPTABLE.fullmatch(media_range):
            return True
    return False


def taxii_time(moment: datetime) -> str:
    """A TAXII timestamp: UTC, six digits of fraction (section 2.4.1), so that ``added_after`` loses nothing."""
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")


def stix_version(moment: datetime) -> str:
    """An object version as STIX writes it, with at least three digits of fraction."""
    has_finer = moment.microsecond % 1000
    return moment.isoformat(timespec="microseconds" if has_finer else "milliseconds").replace("+00:00", "Z")


def parse_filters(query: Mapping[str, str], *, allowed: frozenset[str]) -> Filters:
    """The filters, limit and cursor of a request. Filters that an endpoint does not have are ignored.

    Raises:
        TAXIIRequestError: a value is malformed.
    """
    added_after = query.get("added_after", "")
    versions = _values(query, "version") if "version" in allowed else ()
    request = PageRequest(
        added_after=_moment(added_after, "added_after") if added_after else None,
        limit=_limit(query.get("limit", "")),
        ids=_values(query, "id") if "id" in allowed else (),
        types=_values(query, "type") if "type" in allowed else (),
        spec_versions=_values(query, "spec_version") if "spec_version" in allowed else (),
        versions=_versions(versions),
    )
    canonical = json.dumps(
        [added_after, sorted(request.ids), sorted(request.types), sorted(request.spec_versions), sorted(versions)]
    )
    return Filters(request=request, canonical=canonical, next_cursor=query.get("next", ""))


def _values(query: Mapping[str, str], name: str) -> tuple[str, ...]:
    text = query.get(f"match[{name}]", "")
    if len(text) > _MAX_FILTER_CHARACTERS:
        raise TAXIIRequestError(f"match[{name}] is too long.")
    return tuple(dict.fromkeys(value for value in text.split(",") if value))


def _limit(text: str) -> int:
    if not text:
        return DEFAULT_PAGE
    if not text.isascii() or not text.isdigit() or len(text) > _MAX_LIMIT_DIGITS or int(text) == 0:
        raise TAXIIRequestError("limit is a positive whole number.")
    return min(int(text), MAX_PAGE)


def _moment(text: str, name: str) -> datetime:
    try:
        return parse_instant(text)
    except (TimeFormatError, OverflowError) as error:
        raise TAXIIRequestError(f"{name} is no timestamp such as 2026-03-01T14:00:00.000Z.") from error


def _versions(values: tuple[str, ...]) -> VersionMatch:
    if not values:
        return VersionMatch()
    words = {"all", "first", "last"}
    return VersionMatch(
        all="all" in values,
        first="first" in values,
        last="last" in values,
        moments=tuple(_moment(value, "match[version]") for value in values if value not in words),
    )


def answer(document: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    """A TAXII resource."""
    return answer_bytes(json.dumps(document, ensure_ascii=False).encode("utf-8"), status=status)


def answer_bytes(body: bytes, *, status: int = 200) -> HttpResponse:
    """A TAXII resource that is JSON already."""
    response = HttpResponse(body, status=status, content_type=MEDIA_TYPE)
    response["Vary"] = "Accept, Authorization"
    return response


def fault(status: int, title: str, description: str = "") -> HttpResponse:
    """An error message (section 3.6.1)."""
    document = {"title": title, "http_status": str(status)}
    if description:
        document["description"] = description
    response = answer(document, status=status)
    if status == 401:
        response["WWW-Authenticate"] = 'Basic realm="TAXII", charset="UTF-8"'
    return response
