"""Old Office files and other OLE compound files (MS-CFB): macros, objects, locks.

The directory is read with olefile; a file whose sector chains loop is refused by it or stopped by the worker's limits.
No macro is decompiled and none is run: that there are macros is what a reader needs to know.
"""

import io
import re

from charteroak.mail import limits
from charteroak.mail.inside.finding import Inside, InsideDefect, LinkInside

_ADDRESS = re.compile(rb"https?://[^\s\x00\"'<>]{4,400}", re.IGNORECASE)
_WIDE_ADDRESS = re.compile(rb"h\0t\0t\0p\0(?:s\0)?:\0/\0/\0(?:[!-~]\0){4,400}", re.IGNORECASE)
_MACRO_STREAMS = ("_vba_project", "macros", "_vba_project_cur", "vba")
_OBJECT_STREAMS = ("objectpool", "\x01ole10native", "package", "equation native")


def look_into_ole(data: bytes) -> Inside:
    """What an OLE file holds by the names of its streams; addresses anywhere in its bytes."""
    import olefile  # noqa: PLC0415 - only the worker loads it

    found = Inside()
    if len(data) > limits.MAX_OLE_BYTES:
        found.miss(InsideDefect.TOO_LARGE, "An Office file.")
        return found
    try:
        with olefile.OleFileIO(io.BytesIO(data), raise_defects=olefile.DEFECT_INCORRECT) as container:
            names = ["/".join(path) for path in container.listdir(streams=True, storages=True)]
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - a reader of hostile bytes may raise anything; each is one defect
        found.miss(InsideDefect.DAMAGED, f"An Office file ({type(error).__name__}).")
        return found
    if len(names) > limits.MAX_OLE_STREAMS:
        found.miss(InsideDefect.CUT, "An Office file with too many streams.")
    pieces = {piece.lower() for name in names[: limits.MAX_OLE_STREAMS] for piece in name.split("/")}
    if any(mark in pieces for mark in _MACRO_STREAMS):
        found.flag("macro-document")
    if any(mark in pieces for mark in _OBJECT_STREAMS):
        found.flag("document-holds-objects")
    if "encryptioninfo" in pieces or "encryptedpackage" in pieces:
        found.flag("password-protected")
        found.miss(InsideDefect.LOCKED, "An Office file.")
    for address in addresses_in_bytes(data)[: limits.MAX_LINKS_INSIDE]:
        found.links.append(LinkInside(address, "document-link"))
    return found


def addresses_in_bytes(data: bytes) -> list[str]:
    """Every web address in some bytes, in letters of one byte or of two."""
    addresses = [match[0].decode("latin-1") for match in _ADDRESS.finditer(data)]
    addresses += [match[0][::2].decode("latin-1") for match in _WIDE_ADDRESS.finditer(data)]
    return list(dict.fromkeys(addresses))


def is_outlook_message(data: bytes) -> bool:
    """Whether an OLE file is a message that Outlook saved: it has a property stream of MS-OXMSG, section 2.4."""
    return "__properties_version1.0".encode("utf-16-le") in data
