"""Reported mail is analysed here, with its files looked into by a worker process; every intake calls this.

The operator's own protected names (``protected.toml`` in the data directory) are added to the packaged ones, and
signatures are checked against the published keys that somebody collected in ``dkim-keys.toml``; nothing is looked up.
"""

import atexit
import logging
import os
from collections.abc import Collection
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from charteroak.adapters.small_files import read_small_file
from charteroak.adapters.untrusted_worker import UntrustedWorker
from charteroak.errors import CharterOakError
from charteroak.mail.analysis import Analysis, analyze, analyze_all
from charteroak.mail.defects import DefectLog
from charteroak.mail.dkim.keys import MAX_FILE_BYTES as MAX_KEYS_BYTES
from charteroak.mail.dkim.keys import PublishedKeys, parse_published_keys
from charteroak.mail.filetypes import detect_type
from charteroak.mail.identity import ProtectedNames, protected_names
from charteroak.mail.opening import FileOpener
from charteroak.mail.own_names import MAX_FILE_BYTES, parse_own_names, parse_trainings
from charteroak.mail.particulars import Particulars, read_particulars

OWN_NAMES_FILE = "protected.toml"
PUBLISHED_KEYS_FILE = "dkim-keys.toml"

_worker = UntrustedWorker()
atexit.register(_worker.close)
_log = logging.getLogger(__name__)


def load_protected_names(directory: Path) -> ProtectedNames:
    """The packaged names and those of the operator, whose file need not be there.

    Raises:
        OwnNamesError: the operator's file cannot be used.
        SmallFileError: it cannot be read.
    """
    data = read_small_file(directory / OWN_NAMES_FILE, limit_bytes=MAX_FILE_BYTES)
    return protected_names() if data is None else _with_own(data)


@lru_cache(maxsize=4)
def _with_own(data: bytes) -> ProtectedNames:
    return protected_names().and_also(parse_own_names(data), parse_trainings(data))


def names_here() -> ProtectedNames:
    """The names of this installation.

    A report is never lost to a slip in the list: then the packaged names are used, and the log says so; ``charteroak
    phish`` refuses the same list with its reason.
    """
    try:
        return load_protected_names(Path(os.environ.get("CHARTEROAK_DATA", "data")))
    except CharterOakError as error:
        _log.warning("%s is not used: %s", OWN_NAMES_FILE, error)
        return protected_names()


def load_published_keys(directory: Path) -> PublishedKeys:
    """The keys that the operator collected; none where there is no file.

    Raises:
        DKIMKeysError: the file cannot be used.
        SmallFileError: it cannot be read.
    """
    data = read_small_file(directory / PUBLISHED_KEYS_FILE, limit_bytes=MAX_KEYS_BYTES)
    return PublishedKeys() if data is None else _keys_of(data)


@lru_cache(maxsize=2)
def _keys_of(data: bytes) -> PublishedKeys:
    return parse_published_keys(data)


def particulars_here(data: bytes, *, at: datetime, reporters: Collection[str] = ()) -> tuple[Particulars, ...]:
    """The journey, ARC chain and signatures of a mail that came ``at`` a moment, with the keys of this installation.

    A file of keys that cannot be used is told beside each signature, and why in the log; ``charteroak phish`` refuses
    it with its reason.
    """
    try:
        keys = load_published_keys(Path(os.environ.get("CHARTEROAK_DATA", "data")))
    except CharterOakError as error:
        _log.warning("%s is not used: %s", PUBLISHED_KEYS_FILE, error)
        keys = PublishedKeys(fault=f"The file {PUBLISHED_KEYS_FILE} of this installation cannot be used.")
    return particulars_of(data, at=at, reporters=reporters, keys=keys)


def particulars_of(
    data: bytes, *, at: datetime, reporters: Collection[str] = (), keys: PublishedKeys | None = None
) -> tuple[Particulars, ...]:
    """The same with the keys that are given."""
    message = mail_in_file(data)
    return read_particulars(
        message, at=at.astimezone(UTC).date(), reporters=reporters, keys=keys, is_rebuilt=message is not data
    )


def analyze_reported(
    message: bytes,
    *,
    reporters: Collection[str] = (),
    names: Collection[str] = (),
    trusted_receivers: Collection[str] = (),
) -> Analysis:
    """Analyse one reported message; a file that cannot be read makes the answer partial, never absent.

    ``reporters`` and ``names`` are addresses and names of people who handed it in; neither comes out again.
    """
    return analyze(
        message,
        reporters=reporters,
        trusted_receivers=trusted_receivers,
        inspector=_worker,
        protected=names_here(),
        names=names,
    )


def analyze_all_reported(
    message: bytes,
    *,
    reporters: Collection[str] = (),
    trusted_receivers: Collection[str] = (),
    protected: ProtectedNames | None = None,
) -> tuple[Analysis, ...]:
    """Analyse a message, or each of those that a report carries; ``protected``: by default the names known here."""
    return analyze_all(
        message,
        reporters=reporters,
        trusted_receivers=trusted_receivers,
        inspector=_worker,
        protected=protected or names_here(),
    )


def small_copy_of_picture(data: bytes) -> bytes:
    """A picture of a message made anew as a small PNG; empty where none can be made."""
    return _worker.small_copy(data)


def mail_in_file(data: bytes) -> bytes:
    """The message in an Outlook file; other bytes, and what cannot be opened, as they are."""
    if detect_type(data) != "ole":
        return data
    opened = FileOpener(_worker, DefectLog()).open("ole", "", data, ())
    return opened.message if opened is not None and opened.message else data
