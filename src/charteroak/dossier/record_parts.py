"""All parts of a dossier from one record: the facts as they are enclosed, never more than that.

A redacted copy is made from the redacted entries alone, so that no part repeats what another withholds. Only the
outcome over the whole record stands beside its own, as one word.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from charteroak.documents.dossier_document import DossierDocument
from charteroak.dossier.contents import DossierSubject, PartDocument
from charteroak.dossier.parts.determination import determination_part, interval_part
from charteroak.dossier.parts.duties import duties_part
from charteroak.dossier.parts.editions import editions_part
from charteroak.dossier.parts.enclosures import Enclosures, custody_part, evidence_part, record_part
from charteroak.dossier.parts.gaps import gaps_part
from charteroak.dossier.parts.human import human_document
from charteroak.dossier.parts.late_entries import late_part
from charteroak.dossier.parts.record_over_interval import RecordOverInterval
from charteroak.dossier.parts.requirements import requirements_part
from charteroak.dossier.parts.software import SoftwareIdentity, software_part
from charteroak.dossier.parts.written_program import written_program_part


@dataclass(frozen=True, slots=True)
class RecordParts:
    """The parts 02 to 14, and the data of the PDF."""

    parts: tuple[PartDocument, ...]
    human: DossierDocument

    @property
    def human_json(self) -> bytes:
        """The data of the PDF as JSON, as it is enclosed."""
        return msgspec.json.format(msgspec.json.encode(self.human), indent=2) + b"\n"


def record_parts(
    organisation: DossierSubject,
    record: RecordOverInterval,
    enclosures: Enclosures,
    software: SoftwareIdentity,
    *,
    whole_record_outcome: str,
    certificates: Sequence[Mapping[str, Any]] = (),
) -> RecordParts:
    """Every part. ``whole_record_outcome`` is the outcome with what this copy withholds."""
    parts = (
        _with_whole_outcome(determination_part(record), whole_record_outcome, enclosures),
        interval_part(record),
        editions_part(record),
        written_program_part(record),
        requirements_part(record),
        gaps_part(record),
        evidence_part(record, enclosures),
        record_part(record, enclosures),
        late_part(record),
        duties_part(record),
        custody_part(record, enclosures),
        _certificates_part(certificates),
        software_part(software),
    )
    human = human_document(organisation, record, enclosures, software=f"Charter Oak {software.version}")
    return RecordParts(parts, human)


def _with_whole_outcome(part: PartDocument, outcome: str, enclosures: Enclosures) -> PartDocument:
    redacted = [each for each in enclosures.withheld if each.by == "redaction"]
    if not redacted:
        return part
    note = (
        f"This copy withholds {len(redacted)} things (part 12). Everything in it is worked out from what it encloses; "
        f"over the whole record the outcome is: {outcome}."
    )
    return replace(part, document={"redactedCopy": note, **part.document})


def _certificates_part(certificates: Sequence[Mapping[str, Any]]) -> PartDocument:
    return PartDocument(
        "13",
        "Certificate templates",
        (
            f"{len(certificates)} drafts for counsel, filled from the record, with visible blanks where it is silent."
            if certificates
            else "None is enclosed: this installation has no templates."
        ),
        {
            "drafts": list(certificates) or "none",
            "rule": "Nobody has signed these. Who signs must have read them and be able to say so under oath.",
        },
        is_empty=not certificates,
    )
