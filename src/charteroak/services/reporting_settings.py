"""What an operator says of reporting here: the address that takes reports by mail, and whom reporters can call.

``reporting.toml`` in the data directory; without it, and for each line that it lacks, pages show a visible blank::

    mail_in = "phish@town.example"

    [call]
    it = "860-555-0134"
    police = "860-555-0100"

    [answers]                               # only then are reports by mail answered, and only to these senders
    domains = ["town.example"]
    trusted_receivers = ["mx.town.example"]
"""

import logging
import os
import tomllib
from pathlib import Path
from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from charteroak.adapters.small_files import read_small_file
from charteroak.errors import CharterOakError, InputError, SourceLocation
from charteroak.response.answer_words import contacts
from charteroak.response.plans.phones import is_dialable

FILE = "reporting.toml"
_LIMIT_BYTES = 64 << 10

_log = logging.getLogger(__name__)


class ReportingSettingsError(InputError):
    """The operator's settings for reporting cannot be used."""

    code: ClassVar[str] = "reporting.settings"


_Name = Annotated[str, Meta(max_length=253, pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+\Z")]


class Answers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose reports by mail are answered: senders of these domains, confirmed by these receiving servers."""

    domains: Annotated[tuple[_Name, ...], Meta(min_length=1, max_length=50)]
    trusted_receivers: Annotated[tuple[_Name, ...], Meta(min_length=1, max_length=10)]


class ReportingSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The settings; what is empty is not known here. ``call`` holds telephone numbers by contact."""

    mail_in: Annotated[str, Meta(max_length=254, pattern=r"^([A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{4,189})?\Z")] = ""
    call: dict[str, Annotated[str, Meta(max_length=60)]] = {}
    answers: Answers | None = None


def load_reporting_settings(directory: Path) -> ReportingSettings:
    """The settings of a data directory; empty ones where there is no file.

    Raises:
        ReportingSettingsError: the file cannot be used; the line or the number is named.
        SmallFileError: it cannot be read.
    """
    path = directory / FILE
    data = read_small_file(path, limit_bytes=_LIMIT_BYTES)
    if data is None:
        return ReportingSettings()
    place = SourceLocation(path=str(path))
    try:
        settings = msgspec.convert(tomllib.loads(data.decode("utf-8")), ReportingSettings)
    except (ValueError, RecursionError) as error:  # also what tomllib, msgspec and the decoder raise
        raise ReportingSettingsError(
            f"The settings for reporting cannot be used: {error}.",
            remedy="docs/report-buttons.md shows a whole file.",
            location=place,
        ) from error
    variable = {contact.id for contact in contacts().values() if contact.variable}
    for name, number in settings.call.items():
        if name not in variable:
            raise ReportingSettingsError(
                f"Nobody is called {name!r} here.", remedy=f"Known are: {', '.join(sorted(variable))}.", location=place
            )
        if not is_dialable(number):
            raise ReportingSettingsError(
                f"The number of {name!r} is no telephone number.", remedy="Write it as 860-555-0134.", location=place
            )
    return settings


def reporting_settings() -> ReportingSettings:
    """The settings of this installation. A slip in the file leaves its blanks on the pages, and the log says so."""
    try:
        return load_reporting_settings(Path(os.environ.get("CHARTEROAK_DATA", "data")))
    except CharterOakError as error:
        _log.warning("%s is not used: %s", FILE, error)
        return ReportingSettings()
