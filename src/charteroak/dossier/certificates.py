"""Part 13: drafts of certificates for counsel, filled from the record, as text and as PDF."""

from typing import Any

from charteroak.documents.certificate_facts import CertificateFacts
from charteroak.documents.certificates import certificate_text, certificates, render_certificate
from charteroak.dossier import layout
from charteroak.dossier.contents import DossierSubject
from charteroak.dossier.parts.enclosures import Enclosures, last_anchor
from charteroak.dossier.parts.record_over_interval import RecordOverInterval
from charteroak.dossier.parts.software import SoftwareIdentity, known_defects


def certificate_files(
    organisation: DossierSubject, record: RecordOverInterval, enclosures: Enclosures, software: SoftwareIdentity
) -> tuple[dict[str, bytes], list[dict[str, Any]]]:
    """The files of part 13 by name, and what stands in it about each. What the record does not know stays a blank."""
    moments = [fact.recorded for fact in record.facts]
    facts = CertificateFacts(
        organisation=organisation.name,
        is_fictional=organisation.is_fictional,
        first=record.first,
        last=record.last,
        dated=record.known_at,
        origin=enclosures.verifiers.origin,
        size=enclosures.size,
        root=enclosures.root_sha256,
        keys=enclosures.verifiers.periods[-1].vkeys,
        recorded_from=min(moments, default=None),
        recorded_to=max(moments, default=None),
        late_entries=tuple(fact.index for fact in record.late),
        evidence_files=len(enclosures.evidence),
        withheld=len(enclosures.withheld),
        software=f"Charter Oak {software.version}",
        source_sha256=software.source_sha256,
        tests="" if software.test_results is None else "as recorded for this source tree: part 14",
        known_defects="; ".join(defect["what"].rstrip(".") for defect in known_defects()),
        anchors=last_anchor(enclosures),
    )
    files: dict[str, bytes] = {}
    rows = []
    for draft in certificates(facts):
        text = layout.certificate_file(draft.code, "txt")
        files[text] = certificate_text(draft).encode()
        files[layout.certificate_file(draft.code, "pdf")] = render_certificate(draft)
        rows.append({"draft": draft.document.title, "file": text, "label": "draft for counsel, unsigned"})
    return files, rows
