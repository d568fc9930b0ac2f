"""A receipt for an item that passes from hand to hand: two signatures, and the digest by which it is known again.

For a receiver without an account it carries the one-time code of the offer. The square code says what the item's label
says, never the one-time code: a photograph of the label must not accept anything.
"""

from datetime import datetime

from charteroak.documents.blocks import (
    AnyBlock,
    Blank,
    Document,
    Heading,
    Mono,
    Note,
    Picture,
    Signature,
    Strong,
    Terms,
    Text,
    paragraph,
)
from charteroak.documents.dossier_document import Part, Subject
from charteroak.documents.square_code import square_code
from charteroak.documents.wording import moment, terms


class CustodyReceipt(Part, frozen=True, kw_only=True):
    """Everything that the page says. What is empty is a blank to be filled by hand."""

    organisation: Subject
    item: str
    description: str = ""
    sha256: str = ""
    from_: str = ""
    to: str = ""
    purpose: str = ""
    place: str = ""
    when: datetime
    origin: str
    entry: int | None = None
    body_sha256: str = ""
    agency: str = ""
    badge: str = ""
    condition: str = ""
    label: str = ""
    """What the square code says; none is drawn without it."""
    check: str = ""
    code: str = ""
    """The one-time code of the offer, on the only receipt that ever shows it."""
    expires: datetime | None = None


def render_receipt(receipt: CustodyReceipt) -> bytes:
    """The PDF, one page.

    Raises:
        InputError: there is more than one document may hold.
        DocumentNotMadeError: the typesetter refused.
    """
    from charteroak.documents.typesetting import render_document  # noqa: PLC0415 - Typst is heavy and rarely needed

    return render_document(receipt_pages(receipt))


def receipt_pages(receipt: CustodyReceipt) -> Document:
    """The receipt as blocks."""
    entry = "" if receipt.entry is None else f"Entry {receipt.entry}, body {receipt.body_sha256[:16]}. "
    digest: Text = Mono(receipt.sha256) if receipt.sha256 else "none: not a file, or not computed"
    return Document(
        title="Receipt for an item of evidence",
        subtitle=f"{receipt.item}, {receipt.organisation.name}",
        dated=receipt.when,
        footer=f"{entry}Log {receipt.origin}",
        banner="MADE-UP SAMPLE: NOTHING IN IT HAPPENED" if receipt.organisation.is_fictional else "",
        body=(
            Terms(
                terms(
                    ("Item", receipt.item),
                    ("What it is", (receipt.description or Blank("description, marks, serial number"),)),
                    ("SHA-256", (digest,)),
                    *((("Check", (Mono(receipt.check),)),) if receipt.check else ()),
                    ("From", (receipt.from_ or Blank("who hands it over"),)),
                    ("To", (receipt.to or Blank("who receives it"),)),
                    ("Purpose", (receipt.purpose or Blank("what for"),)),
                    ("Place", (receipt.place or Blank("where"),)),
                    ("When", moment(receipt.when)),
                    *((("Agency and badge", f"{receipt.agency}, {receipt.badge}"),) if receipt.agency else ()),
                )
            ),
            *_codes(receipt),
            Heading("Handed over and received"),
            paragraph(
                "State of the item and of its seal: ",
                receipt.condition or Blank("unopened, opened, damaged; number of the seal"),
            ),
            Signature((f"Handed over by {receipt.from_ or 'name'}, date and time",)),
            Signature((f"Received by {receipt.to or 'name'}, date and time",)),
            Note(
                "What this page is worth.",
                (
                    (
                        "It says who held the item from when on. If it is a file, compute its SHA-256 and compare it "
                        "with the one above before signing."
                    ),
                ),
            ),
        ),
    )


def _codes(receipt: CustodyReceipt) -> tuple[AnyBlock, ...]:
    blocks: tuple[AnyBlock, ...] = ()
    if receipt.code:
        until = "" if receipt.expires is None else f" It holds until {moment(receipt.expires)}."
        blocks += (
            Note(
                "To accept without an account.",
                (
                    "Type this code with your name, agency and badge number on the page Accept an item: ",
                    Strong(receipt.code),
                    f". It holds once.{until} Whoever hands the item over must not type it.",
                ),
            ),
        )
    if receipt.label:
        blocks += (
            Picture(
                square_code(receipt.label),
                f"Square code: {receipt.label}",
                f"The same as on the item's label: {receipt.item}, check {receipt.check}.",
                share=0.24,
            ),
        )
    return blocks
