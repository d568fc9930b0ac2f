"""A suspicious mail as a file to hand on: what needs no database, for mails in files and for reports alike."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, TypeAlias

from charteroak.adapters.small_files import read_small_file
from charteroak.documents.blocks import Document
from charteroak.documents.markdown import markdown_text
from charteroak.documents.plain_text import plain_text
from charteroak.errors import InputError
from charteroak.intel.confidentiality import ConfidentialTerms, confidential_terms
from charteroak.intel.mail_bundle import Gate, SeenFile, SeenMail, mail_bundle
from charteroak.intel.stix import MEDIA_TYPE
from charteroak.mail.addresses import first_sender
from charteroak.mail.analysis import Analysis
from charteroak.mail.defects import DefectLog
from charteroak.mail.particulars import Particulars
from charteroak.observables import Observable, ObservableType, parse_observable
from charteroak.program.tables import render_csv
from charteroak.response.own_sites import OwnSites
from charteroak.response.phish_paper.field_map import MAX_FILE_BYTES, FieldMap, load_field_map, parse_field_map
from charteroak.response.protected_receivers import Withholding, protect_receivers, why_withheld
from charteroak.tlp import TLPLabel

PaperForm: TypeAlias = Literal["pdf", "docx", "txt", "md"]
PAPER_TYPES: dict[PaperForm, str] = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "txt": "text/plain; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
}
STIX_MEDIA_TYPE = MEDIA_TYPE
CSV_MEDIA_TYPE = "text/csv; charset=utf-8; header=present"
FIELD_MAP_FILE = "phish-form.toml"
WITHHELD = "(withheld: it may tell who reported or received it)"
TRUE_SITE = (
    "(left out: a true site of a public body or a protected name; if it was broken into, its owner must be told)"
)
_IN_PLACE = {Withholding.TELLS_RECEIVER: WITHHELD, Withholding.TRUE_SITE: TRUE_SITE}
OBSERVABLE_COLUMNS = ("mail", "type", "value", "defanged", "where")


@dataclass(frozen=True, slots=True)
class MailFile:
    """A file to hand out, under a name of ours."""

    name: str
    media_type: str
    content: bytes


def load_form(directory: Path, language: str = "en") -> FieldMap:
    """The map of the form's fields: the operator's, else the packaged one in a language.

    Raises:
        FieldMapError: the operator's cannot be used.
        SmallFileError: it cannot be read.
    """
    data = read_small_file(directory / FIELD_MAP_FILE, limit_bytes=MAX_FILE_BYTES)
    return load_field_map(language) if data is None else parse_field_map(data)


def paper_of_mail(document: Document, form: PaperForm, name: str = "phish-report") -> MailFile:
    """A document in one of the forms.

    Raises:
        DocumentNotMadeError: the typesetter refused.
    """
    return MailFile(f"{name}.{form}", PAPER_TYPES[form], _written(document, form))


def _written(document: Document, form: PaperForm) -> bytes:
    if form == "txt":
        return plain_text(document).encode()
    if form == "md":
        return markdown_text(document).encode()
    if form == "docx":
        from charteroak.documents.docx_writer import docx_bytes  # noqa: PLC0415 - python-docx is rarely needed

        return docx_bytes(document)
    from charteroak.documents.typesetting import render_document  # noqa: PLC0415 - Typst is heavy and rarely needed

    return render_document(document)


def table_of_mails(mails: Sequence[tuple[str, Analysis, Particulars]], sites: OwnSites) -> MailFile:
    """What stood in some mails, by their paths, as a list that no spreadsheet calculates.

    Receivers are withheld, and true sites of public bodies and protected names.
    """
    terms = confidential_terms()
    for _, _, particulars in mails:
        protect_receivers(terms, particulars.receivers)
    rows = [row for path, analysis, _ in mails for row in observable_rows(analysis.to_json(path), path, terms, sites)]
    return MailFile("phish-observables.csv", CSV_MEDIA_TYPE, render_csv(OBSERVABLE_COLUMNS, rows))


def bundle_of_mails(
    mails: Sequence[tuple[Analysis, Particulars, datetime]], tlp: TLPLabel, sites: OwnSites
) -> tuple[MailFile, tuple[tuple[str, str], ...]]:
    """Some mails as a bundle, and what the release gate held back. The domains of their receivers are protected.

    Raises:
        MailBundleError: there are none or too many, or the label lets nobody have it.
    """
    terms = confidential_terms()
    for _, particulars, _ in mails:
        protect_receivers(terms, particulars.receivers)
    seen = [seen_mail(analysis.to_json(""), key=analysis.sha256, received=came) for analysis, _, came in mails]
    made = mail_bundle(seen, Gate(sites.lists, terms, tlp))
    return MailFile("phish-report.stix.json", STIX_MEDIA_TYPE, made.data), made.held_back


def observable_rows(
    analysis: Mapping[str, Any], name: str, terms: ConfidentialTerms, sites: OwnSites
) -> Iterator[dict[str, str]]:
    """The rows of a list of what stood in a mail; of what is withheld only the type and the reason are told."""
    for seen in analysis["observables"]:
        why = why_withheld(terms, seen, sites)
        yield {
            "mail": name,
            "type": str(seen["type"]),
            "value": _IN_PLACE[why] if why else str(seen["value"]),
            "defanged": _IN_PLACE[why] if why else str(seen["defanged"]),
            "where": ", ".join(map(str, seen["sources"])),
        }


def seen_mail(analysis: Mapping[str, Any], *, key: str, received: datetime) -> SeenMail:
    """The part of an analysis that may become a bundle."""
    sent = analysis.get("date")
    sender = first_sender(str(analysis.get("from", "")), DefectLog()).address.lower()
    return SeenMail(
        key=key,
        verdict=str(analysis["verdict"]),
        score=float(analysis["score"]),
        is_whole=analysis["status"] == "analyzed",
        # Analyses of an older release do not tell; what carries a file is multipart nearly always.
        is_multipart=bool(analysis.get("multipart", analysis["attachments"])),
        received=received,
        sent=None if not sent else datetime.fromisoformat(str(sent)),
        subject=str(analysis.get("subject", "")),
        sender=sender,
        observables=tuple(_observables(analysis)),
        files=tuple(
            SeenFile(str(file["sha256"]), int(file["size"]), str(file["name"]))
            for file in analysis["attachments"]
            if file["size"]
        ),
        techniques=tuple(str(each["technique"]) for each in analysis["signals"] if each["technique"]),
    )


def _observables(analysis: Mapping[str, Any]) -> Iterator[Observable]:
    """Those that still are what they were recorded as; an older release may have kept what this one refuses."""
    for seen in analysis["observables"]:
        try:
            yield parse_observable(str(seen["value"]), ObservableType(str(seen["type"])))
        except (InputError, ValueError):
            continue
