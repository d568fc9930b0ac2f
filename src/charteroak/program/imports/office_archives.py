"""What must hold of an Office Open XML file (ECMA-376) before a library opens it.

Members, sizes and ratios are those that the archive declares; Python's ``zipfile`` reads no more than is declared.
Office writes no document type declarations, so that one is refused: it is how XML bombs and foreign files come in.
Libraries find parts by relationships and content types, whatever they are called: what a part is, its bytes say.
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
_ENCODING = re.compile(rb"encoding\s*=\s*[\"']([^\"']*)[\"']", re.IGNORECASE)
_XML_DECLARATION_BYTES = 400
_XML_ENDINGS = (".xml", ".rels", ".vml")
_BEFORE_MARKUP = b"\xef\xbb\xbf\xfe\xff\0 \t\r\n"
"""What may stand before the first ``<`` of XML in UTF-8, UTF-16 and UTF-32: marks of byte order, and white space."""
_EBCDIC = b"\x4c\x6f\xa7\x94"
"""``<?xm`` in the one encoding that a parser recognises in which ``<`` is another byte."""
_HEAD_BYTES = 64
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
            if _may_be_xml(archive, member):
                _refuse_xml(archive, member)
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


def _may_be_xml(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    """Whether a parser of XML could read a part, by its name or by its first bytes."""
    if member.filename.lower().endswith(_XML_ENDINGS):
        return True
    with archive.open(member) as part:
        head = part.read(_HEAD_BYTES)
    first = head.lstrip(_BEFORE_MARKUP)[:1]
    # White space alone says nothing about what follows it.
    return first == b"<" or (not first and len(head) == _HEAD_BYTES) or head.startswith(_EBCDIC)


def _refuse_xml(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    if member.file_size > XML_LIMIT_BYTES:
        raise ImportReadError(
            f"One part of it is larger than {XML_LIMIT_BYTES >> 20} MB.", remedy="Save the list as CSV."
        )
    with archive.open(member) as part:
        data = part.read(XML_LIMIT_BYTES)
    if _DECLARATION.search(data.replace(b"\0", b"")) or _encoding_of(data) not in _ENCODINGS:
        raise ImportReadError(
            "It declares a document type or an unusual encoding, which no office program does.",
            remedy="Ask who sent it, leave out SVG pictures, or save the list as CSV.",
        )


def _encoding_of(data: bytes) -> bytes:
    """The encoding that a part declares; UTF-8 where it declares none, and nothing where that cannot be told."""
    # In UTF-16 every second byte of a declaration is zero.
    plain = data[: 4 * _XML_DECLARATION_BYTES].replace(b"\0", b"").lstrip(_BEFORE_MARKUP)
    if data.startswith(_EBCDIC):
        return b""
    if not plain.startswith(b"<?xml"):
        return b"utf-8"
    declaration, end, _rest = plain[:_XML_DECLARATION_BYTES].partition(b"?>")
    found = _ENCODING.findall(declaration) or [b"utf-8"]
    return found[0].lower() if end and len(found) == 1 else b""
