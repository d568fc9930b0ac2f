"""Signals about attached files."""

from collections.abc import Iterator

from charteroak.mail.reading import Reading
from charteroak.mail.signals.registry import Detector, Hit, hit

_SIGNALS_OF_FLAG = {
    "double-extension": "file-double-ending",
    "name-turned-around": "file-name-turned-around",
    "type-differs-from-name": "file-differs-from-name",
    "web-page": "file-web-page",
    "page-with-form": "file-web-page-with-form",
    "page-with-script": "file-web-page-with-form",
    "archive-with-web-page": "file-web-page",
    "macro-document": "file-macros",
    "disk-image": "file-disk-image",
    "program": "file-program",
    "archive-with-program": "file-archive-with-program",
    "password-protected": "file-password",
    "password-in-message": "file-password-given",
    "page-smuggles-file": "file-smuggles",
    "pdf-acts": "file-acts",
    "pdf-script": "file-acts",
    "document-loads-from-outside": "file-loads-from-outside",
    "archive-bomb": "file-is-bomb",
    "archive-escapes-its-folder": "file-is-bomb",
}


def flagged_files(reading: Reading) -> Iterator[Hit]:
    """What is remarkable about each file."""
    for attachment in reading.attachments:
        for flag in attachment.flags:
            if flag in _SIGNALS_OF_FLAG:
                name = attachment.name or f"part {attachment.path}"
                yield hit(_SIGNALS_OF_FLAG[flag], "attachment", name=name[:80], type=attachment.detected_type)


DETECTORS: tuple[Detector, ...] = (flagged_files,)
