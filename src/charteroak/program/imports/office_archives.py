"""What must hold of an Office Open XML file (ECMA-376) before a library opens it.

Members, sizes and ratios are those that the archive declares; Python's ``zipfile`` reads no more than is declared.
Office writes no document type declarations, so that one is refused: it is how XML bombs and foreign files come in.
"""

import io
import re
import zipfile
import zlib

from charteroak.program.imports.rows import ImportReadError

MOST_MEMBERS = 2_000
UNPACKED_LIMIT_BYTES = 96 << 20
XML_LIMIT_BYTES = 24 << 20
"""Of one part that a library takes into memory."""
HIGHEST_RATIO = 250
"""Of a part larger than a megabyte. Real sheets stay below a hundred."""
_MEGABYTE = 1 << 20
_DECLARATION = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_ENCODING = re.compile(rb"<\?xml[^>]{0,200}encoding\s*=\s*[\"']([^\"']{1,40})[\"']", re.IGNORECASE)
_ENCODINGS = frozenset({b"utf-8", b"utf-16", b"us-ascii"})
_ENCRYPTED = 0x1
_NOT_SOUND = (zipfile.BadZipFile, zlib.error, ValueError, OSError, NotImplementedError, EOFError, RuntimeError)
"""What ``zipfile`` raises of damaged archives."""
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""How office programs pack; ECMA-376 part 2 allows no other."""


def open_archive(data: bytes) -> zipfile.ZipFile:
    """The archive, after all that must hold of it.

    Raises:
        ImportReadError: it is damaged, encrypted, too large unpacked, holds macros, or declares a document type.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        members = archive.infolist()
    except _NOT_SOUND as error:
        raise ImportReadError("The file is damaged.", remedy="Save it again, and bring in the new copy.") from error
    if len(members) > MOST_MEMBERS:
        raise ImportReadError(f"It has more than {MOST_MEMBERS} parts.", remedy="Save the list as CSV.")
    for member in members:
        _refuse_member(member)
    if sum(member.file_size for member in members) > UNPACKED_LIMIT_BYTES:
        raise ImportReadError(
            f"Unpacked it is larger than {UNPACKED_LIMIT_BYTES >> 20} MB.", remedy="Save the list as CSV."
        )
    try:
        for member in members:
            if member.filename.lower().endswith((".xml", ".rels", ".vml")):
                _refuse_declarations(archive, member)
    except _NOT_SOUND as error:
        raise ImportReadError("The file is damaged.", remedy="Save it again, and bring in the new copy.") from error
    return archive


def _refuse_member(member: zipfile.ZipInfo) -> None:
    name = member.filename.lower()
    if member.flag_bits & _ENCRYPTED:
        raise ImportReadError("It is protected by a password.", remedy="Save a copy without a password.")
    if member.compress_type not in _METHODS:
        raise ImportReadError("It is packed as no office program packs.", remedy="Save it again.")
    if "vbaproject" in name:
        raise ImportReadError("It holds macros.", remedy="Save it as .docx or .xlsx, without macros.")
    if member.file_size > _MEGABYTE and member.file_size > HIGHEST_RATIO * max(member.compress_size, 1):
        raise ImportReadError(
            "One part of it unpacks to far more than it should.", remedy="Save the list as CSV, or ask who sent it."
        )
    if name.endswith((".xml", ".rels")) and member.file_size > XML_LIMIT_BYTES:
        raise ImportReadError(
            f"One part of it is larger than {XML_LIMIT_BYTES >> 20} MB.", remedy="Save the list as CSV."
        )


def _refuse_declarations(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    with archive.open(member) as part:
        data = part.read(XML_LIMIT_BYTES)
    # In UTF-16 every second byte of such a declaration is zero.
    plain = data.replace(b"\0", b"")
    encoding = _ENCODING.search(plain[:400])
    if _DECLARATION.search(plain) or (encoding is not None and encoding[1].lower() not in _ENCODINGS):
        raise ImportReadError(
            "It declares a document type or an unusual encoding, which no office program does.",
            remedy="Ask who sent it, or save the list as CSV.",
        )
