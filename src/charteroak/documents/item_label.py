"""A label to stick on an item of evidence: its name, its digest, and the same as a square code.

It has no address of a machine in it, except a public one that whoever runs the installation set.
"""

from datetime import datetime

from msgspec import Struct

from charteroak.documents.square_code import square_code
from charteroak.documents.wording import moment

_TITLE_LENGTH = 60


class ItemLabel(Struct, frozen=True, kw_only=True):
    """Everything that the label says; ``code_text`` is what the square code says."""

    organisation: str
    item: str
    title: str
    sha256: str
    check: str
    serial: str = ""
    seal: str = ""
    taken: datetime
    taken_by: str
    code_text: str
    is_fictional: bool = False


def render_label(label: ItemLabel) -> bytes:
    """The PDF: one label of 4 by 2.5 inches.

    Raises:
        InputError: there is more than one document may hold.
        DocumentNotMadeError: the typesetter refused.
    """
    from charteroak.documents.typesetting import render_pdf  # noqa: PLC0415 - Typst is heavy and rarely needed

    rows = [("Serial", label.serial), ("Seal", label.seal), ("By", label.taken_by), ("At", moment(label.taken))]
    return render_pdf(
        "label",
        {
            "title": f"Evidence {label.item}",
            "dated": label.taken.isoformat(),
            "organisation": label.organisation[:_TITLE_LENGTH],
            "item": label.item,
            "what": label.title if len(label.title) <= _TITLE_LENGTH else f"{label.title[: _TITLE_LENGTH - 1]}…",
            "check": label.check,
            "digest": [label.sha256[place : place + 8] for place in range(0, len(label.sha256), 8)],
            "rows": [[name, value[:40]] for name, value in rows if value],
            "banner": "MADE-UP SAMPLE" if label.is_fictional else "",
            "svg": square_code(label.code_text),
            "codeSays": f"Square code: {label.code_text}",
        },
    )
