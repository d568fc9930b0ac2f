"""The manifest: one line of SHA-256 and path for each file, as ``sha256sum -c`` reads it, in the order of folders."""

import re
from collections.abc import Iterable

from charteroak.dossier import layout
from charteroak.dossier.errors import DossierError

_LINE = re.compile(r"([0-9a-f]{64})  (.+)")


def parse_manifest(data: bytes, *, needed: Iterable[str] = layout.ALWAYS_PRESENT) -> dict[str, str]:
    """Digests by path.

    Raises:
        DossierError: a line has not the form, names an unsafe path or one out of order, or a needed file is not listed.
    """
    try:
        text = data.decode("ascii")
    except UnicodeDecodeError as error:
        raise DossierError(layout.MANIFEST, f"byte {error.start} is not ASCII") from error
    digests: dict[str, str] = {}
    previous: list[str] = []
    for number, line in enumerate(text.removesuffix("\n").split("\n"), start=1):
        match = _LINE.fullmatch(line)
        if match is None or not layout.is_safe_path(match[2]):
            raise DossierError(layout.MANIFEST, f"line {number} is not '<SHA-256>  <file>'")
        place = layout.place_in_order(match[2])
        if place <= previous or match[2] in layout.UNLISTED:
            raise DossierError(layout.MANIFEST, f"line {number} is out of order")
        previous = place
        digests[match[2]] = match[1]
    if not text.endswith("\n"):
        raise DossierError(layout.MANIFEST, "it does not end with a newline")
    for name in needed:
        if name not in digests:
            raise DossierError(layout.MANIFEST, f"it does not list {name}")
    return digests
