"""OSCAL documents from an organisation's record: as of a day, as known at a moment, checked before they leave."""

from datetime import date

from charteroak.frameworks.catalog import EditionName
from charteroak.oscal.checking import validate_document
from charteroak.oscal.document import Document
from charteroak.oscal.errors import OSCALInvalidError
from charteroak.oscal.export.documents import EXPORTS
from charteroak.oscal.export.record import exported_record
from charteroak.oscal.issues import errors_among
from charteroak.program.history import KnownAt
from charteroak.program.links import linked_editions
from charteroak.program.status import STARTING_EDITION
from charteroak.records.accounts.models import Organisation
from charteroak.services.programs import ProgramInputError, recorded_facts


def export_oscal(
    organisation: Organisation,
    model: str,
    *,
    as_of: date,
    edition: EditionName = STARTING_EDITION,
    known_at: KnownAt = None,
) -> Document:
    """A document of the record. The caller has made sure that whoever asks may read this organisation's record.

    Raises:
        ProgramInputError: no such document can be made.
        ExportError: the record has nothing to make it from.
        UnknownFrameworkError: no catalog of the edition is carried.
        OSCALInvalidError: what was made is not valid OSCAL. That is a fault of ours; nothing is handed out.
    """
    if model not in EXPORTS:
        raise ProgramInputError("Choose a document from the list.", field="model")
    record = exported_record(
        recorded_facts(organisation), organisation.slug, organisation.name, edition, as_of, known_at
    )
    document = EXPORTS[model](record)
    errors = errors_among(validate_document(document))
    if errors:
        raise OSCALInvalidError(errors)
    return document


def export_file_name(organisation: Organisation, model: str, as_of: date) -> str:
    """What the file of a document is called."""
    return f"{organisation.slug}-{model}-{as_of.isoformat()}.json"


def exportable_editions() -> list[EditionName]:
    """The editions that documents can be about: those with practices linked to them."""
    return list(linked_editions())
