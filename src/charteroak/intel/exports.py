"""Released indicators as files: STIX bundle, CSV, hosts. Every function takes releases, never bare indicators.

Blocklists hold what is live at the moment given; what has ended or was withdrawn stays out, and whatever a format
cannot say is listed in ``left_out``. A STIX bundle carries withdrawals, so that a reader can take things back.
"""

import csv
import io
import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from charteroak.canonical import canonical_json
from charteroak.errors import InputError
from charteroak.intel.audiences import Audience
from charteroak.intel.release_gate import Release
from charteroak.intel.stix import NamedObject, bundle, identity_object, indicator_object, stix_time
from charteroak.observables import ObservableType
from charteroak.tlp import TLPLabel, strictest

CSV_COLUMNS = ("type", "value", "name", "tlp", "confidence", "valid_from", "valid_until", "id")

# Spreadsheets run what begins with these, also in full width, after quotes, blanks and what is not seen (CWE-1236).
_FORMULA = re.compile('[\\s"\\x00-\\x1f\\x7f\u200b-\u200f\u2060\ufeff]*[=+\\-@\\t\\r\\n\uff1d\uff0b\uff0d\uff20]')
_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)+")


class ExportError(InputError):
    """Releases cannot be written together."""

    code: ClassVar[str] = "intel.export.refused"


@dataclass(frozen=True, slots=True)
class Export:
    """A file's bytes, how many indicators stand in it, and which do not, each with the reason."""

    data: bytes
    included: int
    left_out: tuple[tuple[str, str], ...] = ()


def export_stix(
    releases: Sequence[Release], *, audience: Audience, publisher: NamedObject, random: uuid.UUID
) -> Export:
    """A STIX 2.1 bundle in canonical JSON: the publisher, the markings, and every release with its withdrawals.

    Raises:
        ExportError: a release was made for another audience.
    """
    _check_audience(releases, audience)
    objects = [indicator_object(release, created_by=publisher.id) for release in releases]
    content = [identity_object(publisher), *objects] if objects else []
    return Export(canonical_json(bundle(content, random=random)), len(objects))


def export_csv(releases: Sequence[Release], *, audience: Audience, at: datetime) -> Export:
    """A CSV file (RFC 4180) with a header row. A cell that a spreadsheet would run gets an apostrophe before it.

    Raises:
        ExportError: a release was made for another audience.
    """
    live, left_out = _live(releases, audience, at)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(CSV_COLUMNS)
    for release in live:
        indicator = release.indicator
        row = (
            indicator.observable.type.value,
            indicator.observable.value,
            indicator.name,
            indicator.tlp.value,
            "" if indicator.confidence is None else str(indicator.confidence),
            stix_time(indicator.valid_from),
            "" if indicator.valid_until is None else stix_time(indicator.valid_until),
            indicator.id,
        )
        writer.writerow([neutral_cell(cell) for cell in row])
    return Export(text.getvalue().encode("utf-8"), len(live), tuple(left_out))


def neutral_cell(text: str) -> str:
    """A cell that no spreadsheet runs as a formula; ``plain_cell`` undoes it."""
    return f"'{text}" if _FORMULA.match(text) or text.startswith("'") else text


def plain_cell(cell: str) -> str:
    """The text that ``neutral_cell`` was given."""
    return cell.removeprefix("'")


def export_hosts(releases: Sequence[Release], *, audience: Audience, at: datetime) -> Export:
    """A hosts file that sends each domain nowhere. It names single hosts; names below a domain stay reachable.

    Raises:
        ExportError: a release was made for another audience.
    """
    live, left_out = _live(releases, audience, at)
    names: dict[str, None] = {}
    labels: list[TLPLabel] = []
    for release in live:
        observable = release.indicator.observable
        if observable.type is not ObservableType.DOMAIN:
            left_out.append((release.indicator.id, f"A hosts file cannot hold a value of type {observable.type}."))
        elif not _HOST.fullmatch(observable.value):
            left_out.append((release.indicator.id, "The name holds a character that a hosts file gives a meaning."))
        else:
            names[observable.value] = None
            labels.append(release.indicator.tlp)
    marking = strictest(labels).value if labels else TLPLabel.CLEAR.value
    lines = [
        f"# {marking}",
        f"# Made {stix_time(at)}. Names below these domains are not covered.",
        *(f"0.0.0.0 {name}" for name in names),
    ]
    return Export(("\n".join(lines) + "\n").encode("ascii"), len(names), tuple(left_out))


def _check_audience(releases: Iterable[Release], audience: Audience) -> None:
    for release in releases:
        if release.audience is not audience:
            raise ExportError(
                f"{release.indicator.id} was released to “{release.audience.value}”, not to “{audience.value}”.",
                remedy="Ask the release gate for this audience.",
            )


def _live(releases: Sequence[Release], audience: Audience, at: datetime) -> tuple[list[Release], list[tuple[str, str]]]:
    _check_audience(releases, audience)
    live, left_out = [], []
    for release in releases:
        if release.indicator.is_live_at(at):
            live.append(release)
        else:
            left_out.append((release.indicator.id, "Not in force at this moment: not begun, ended, or withdrawn."))
    return live, left_out
