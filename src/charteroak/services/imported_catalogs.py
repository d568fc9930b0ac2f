"""Bringing OSCAL documents into an installation, and reading the words that they bring.

A catalog that is the full text of an edition adds its words to the pages of that edition; any other stands beside the
carried ones, under its own title and date, and means nothing to any statute. No identifier, count or label of ours is
ever changed. Importing is for an analyst of a desk, because what comes in is shown to everybody here; on the command
line it is for whoever holds the data directory.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import Count, QuerySet

from charteroak.adapters.content_files import ContentFiles
from charteroak.adapters.system_clock import now
from charteroak.errors import SourceLocation
from charteroak.oscal.checking import usable_document
from charteroak.oscal.document import Document, Json
from charteroak.oscal.errors import OSCALInvalidError, OSCALModelError
from charteroak.oscal.issues import Issue
from charteroak.oscal.limits import DOCUMENT_LIMIT_BYTES
from charteroak.oscal.models import Model
from charteroak.oscal.recognition import Recognized, recognized
from charteroak.oscal.resolution import resolve_profile
from charteroak.oscal.shelf import Shelf, Shelved
from charteroak.oscal.wording import ControlText, Passage, control_texts
from charteroak.records.accounts.models import User
from charteroak.records.frameworks.models import LAST_MODIFIED_CHARACTERS, ImportedControl, ImportedDocument
from charteroak.services.access import access_desk, refuse
from charteroak.services.programs import safe_name

IMPORTABLE = (Model.CATALOG, Model.PROFILE, Model.COMPONENT_DEFINITION)
_ROWS_AT_ONCE = 500


class NotImportableError(OSCALModelError):
    """A valid document of a model that is not imported."""

    code: ClassVar[str] = "oscal.not-importable"


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of an import."""

    row: ImportedDocument
    is_new: bool
    """Whether it was not here before; the same bytes are imported once."""
    warnings: Sequence[Issue]


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of one control as an imported document has them."""

    document: ImportedDocument
    control: ImportedControl
    passages: tuple[Passage, ...]


def may_import(user: User | AnonymousUser) -> None:
    """Refuse a person who may not bring documents to this installation.

    Raises:
        AccessError: they are no analyst of a desk here.
    """
    access_desk(user)


def may_read(user: User | AnonymousUser) -> None:
    """Refuse a person who has no part in any organisation here.

    Raises:
        AccessError: they have none.
    """
    if not isinstance(user, User) or not user.memberships.exists():
        refuse()


def import_document(data: bytes, file_name: str, importer: User | None) -> Imported:
    """Keep a document and what it says, or nothing of it. The same bytes again change nothing.

    Raises:
        AccessError: this person may not.
        OSCALError: it cannot be read, is invalid, is of another model, or builds on a catalog that is not here.
    """
    if importer is not None:
        may_import(importer)
    name = safe_name(file_name)
    document, warnings = usable_document(data, path=name)
    known = ImportedDocument.objects.filter(sha256=document.sha256).first()
    if known is not None:
        return Imported(known, is_new=False, warnings=warnings)
    if document.model not in IMPORTABLE:
        raise NotImportableError(
            f"A {document.model.value} is not imported; catalogs, profiles and component definitions are.",
            remedy="`charteroak frameworks validate` checks the others.",
            location=SourceLocation(path=name),
        )
    _refuse_long_date(document, name)
    edition = recognized(document) if document.model is Model.CATALOG else None
    contents, more = _contents(document)
    # Words that cannot be used are found out before anything is kept.
    texts = _texts(document, edition) if document.model is Model.CATALOG else []
    kept = _files().put([data], limit_bytes=DOCUMENT_LIMIT_BYTES)
    with transaction.atomic():
        row, is_new = ImportedDocument.objects.get_or_create(
            sha256=kept.sha256,
            defaults={
                "size": kept.size,
                "file_name": name,
                "model": document.model.value,
                "uuid": document.uuid,
                "title": document.title,
                "version": document.version,
                "oscal_version": document.oscal_version,
                "last_modified": document.last_modified,
                "framework": edition.name.framework if edition is not None else "",
                "edition": edition.name.edition if edition is not None else "",
                "contents": contents,
                "imported": now(),
                "imported_by": importer,
            },
        )
        if is_new:
            ImportedControl.objects.bulk_create(_rows(texts, row, edition), batch_size=_ROWS_AT_ONCE)
    return Imported(row, is_new=is_new, warnings=(*warnings, *more))


def _refuse_long_date(document: Document, name: str) -> None:
    """The schema takes a fraction of a second of any length, and no column does."""
    limit = LAST_MODIFIED_CHARACTERS
    if len(document.last_modified) > limit:
        pointer = f"/{document.model.value}/metadata/last-modified"
        reason = f"The date has {len(document.last_modified)} characters; at most {limit} are kept."
        raise OSCALInvalidError([Issue("oscal.value", pointer, reason)], path=name)


def _texts(document: Document, edition: Recognized | None) -> list[ControlText]:
    return list(control_texts(document, within=None if edition is None else edition.ours or None))


def _rows(texts: Sequence[ControlText], row: ImportedDocument, edition: Recognized | None) -> list[ImportedControl]:
    ours = {} if edition is None else edition.ours
    return [
        ImportedControl(
            document=row,
            position=position,
            identifier=text.identifier,
            ours=ours.get(text.identifier, ""),
            label=text.label,
            title=text.title,
            group=text.group,
            parent=text.parent,
            withdrawn=text.withdrawn,
            passages=[passage.to_json() for passage in text.passages],
        )
        for position, text in enumerate(texts)
    ]


def _contents(document: Document) -> tuple[Json, Sequence[Issue]]:
    """What a profile selects from the catalogs that are here, or which components are defined for which controls."""
    if document.model is Model.PROFILE:
        resolution = resolve_profile(document, shelf())
        return {"selected": list(resolution.selected), "changesLeftOut": len(resolution.issues)}, resolution.issues
    if document.model is Model.COMPONENT_DEFINITION:
        return {"components": [_component(each) for each in document.content.get("components", ())]}, ()
    return {}, ()


def _component(component: Json) -> Json:
    implementations = component.get("control-implementations", ())
    named = [each["control-id"] for one in implementations for each in one["implemented-requirements"]]
    return {"title": component["title"], "type": component["type"], "controls": sorted(set(named))}


def shelf() -> Shelf:
    """The imported catalogs and profiles, for profiles to build on."""
    rows = ImportedDocument.objects.filter(model__in=(Model.CATALOG.value, Model.PROFILE.value))
    return Shelf(Shelved(row.file_name, usable_document(_bytes_of(row), path=row.file_name)[0]) for row in rows)


def _bytes_of(row: ImportedDocument) -> bytes:
    with _files().open(row.sha256) as stream:
        return stream.read()


def open_imported(number: int) -> tuple[ImportedDocument, io.BufferedIOBase]:
    """An imported document with its bytes as they came; the caller closes them.

    Raises:
        AccessError: there is none.
        EvidenceMissingError: its file was lost.
    """
    row = access_imported(number)
    return row, io.BytesIO(_bytes_of(row))


def imported_documents() -> QuerySet[ImportedDocument]:
    """Everything that was imported, the newest first, with the number of controls of each."""
    counted = ImportedDocument.objects.select_related("imported_by").annotate(number=Count("controls"))
    # A query that counts forgets the order of its model.
    return counted.order_by("-imported", "-pk")


def access_imported(number: int) -> ImportedDocument:
    """An imported document.

    Raises:
        AccessError: there is none.
    """
    row = imported_documents().filter(pk=number).first()
    if row is None:
        refuse()
    return row


def text_of_edition(framework: str, edition: str) -> ImportedDocument | None:
    """The newest imported catalog that is the text of an edition."""
    return imported_documents().filter(framework=framework, edition=edition).first()


def wording_of(framework: str, edition: str, identifier: str) -> Wording | None:
    """The words of an element of ours, where its publisher's catalog was imported."""
    control = (
        ImportedControl.objects.filter(
            document__framework=framework, document__edition=edition, ours=identifier, document__model=Model.CATALOG
        )
        .select_related("document", "document__imported_by")
        .order_by("-document__imported", "-document_id")
        .first()
    )
    return None if control is None else _wording(control)


def wording_in(row: ImportedDocument, position: int) -> Wording:
    """The words of the control at a place of an imported catalog.

    Raises:
        AccessError: there is none.
    """
    control = ImportedControl.objects.filter(document=row, position=position).select_related("document").first()
    if control is None:
        refuse()
    return _wording(control)


def _wording(control: ImportedControl) -> Wording:
    return Wording(control.document, control, tuple(Passage(*each) for each in control.passages))


def _files() -> ContentFiles:
    return ContentFiles(settings.DATA.catalogs)
