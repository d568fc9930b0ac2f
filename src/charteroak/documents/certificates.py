"""Drafts of what a person signs or says so that a court takes the record: for counsel to correct, never ready to file.

Each draft is filled from facts; what is not known is a visible blank, never a guess. Authority: Fed. R. Evid.
902(11), 902(13), 902(14) with 28 U.S.C. section 1746; Conn. Code Evid. section 8-4 with Conn. Gen. Stat. section
52-180; *State v. Swinton*, 268 Conn. 781 (2004).
"""

from msgspec import Struct

from charteroak.documents.blocks import Document
from charteroak.documents.certificate_facts import CertificateFacts
from charteroak.documents.certificate_texts import (
    electronic_process,
    identified_copies,
    regular_records,
    swinton_statement,
    witness_script,
)
from charteroak.documents.plain_text import plain_text

__all__ = ["Certificate", "CertificateFacts", "certificate_text", "certificates", "render_certificate"]


class Certificate(Struct, frozen=True, kw_only=True):
    """A draft: ``code`` names its files."""

    code: str
    document: Document


def certificates(facts: CertificateFacts) -> tuple[Certificate, ...]:
    """The five drafts, in the order in which counsel would look for them."""
    drafts = (
        ("fre-902-11", regular_records),
        ("fre-902-13", electronic_process),
        ("fre-902-14", identified_copies),
        ("ct-8-4-witness", witness_script),
        ("swinton", swinton_statement),
    )
    return tuple(Certificate(code=code, document=make(facts)) for code, make in drafts)


def certificate_text(certificate: Certificate) -> str:
    """The draft as plain text."""
    return plain_text(certificate.document)


def render_certificate(certificate: Certificate) -> bytes:
    """The draft as PDF.

    Raises:
        InputError: there is more than one document may hold.
        DocumentNotMadeError: the typesetter refused.
    """
    from charteroak.documents.typesetting import render_document  # noqa: PLC0415 - Typst is heavy and rarely needed

    return render_document(certificate.document)
