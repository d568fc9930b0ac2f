"""The sheet of paper on which an incident is reported, empty or with answers printed in: one or two pages."""

from datetime import datetime

import msgspec
from msgspec import Struct


class SheetOption(Struct, frozen=True, kw_only=True):
    """A box to tick: its code for the operator, its words, and whether it is ticked."""

    code: str
    words: str
    ticked: bool = False


class PrintedBlock(Struct, frozen=True, kw_only=True):
    """A block as it is drawn."""

    letter: str
    title: str
    hint: str = ""
    options: tuple[SheetOption, ...] = ()
    lines: int = 0
    value: str = ""
    check: str = ""
    check_title: str = ""
    """What belongs into the small box behind the writing; no box if empty."""


class ReportSheet(Struct, frozen=True, kw_only=True):
    """Everything that the sheet says."""

    title: str
    subtitle: str
    number: str
    number_title: str
    dated: datetime
    footer: str
    running: str
    language: str
    intro: tuple[str, ...]
    blocks: tuple[PrintedBlock, ...]
    banner: str = ""


def render_sheet(sheet: ReportSheet) -> bytes:
    """The PDF, tagged.

    Raises:
        InputError: there is more than one document may hold.
        DocumentNotMadeError: the typesetter refused.
    """
    from charteroak.documents.typesetting import render_pdf  # noqa: PLC0415 - Typst is heavy and rarely needed

    return render_pdf("report-sheet", msgspec.to_builtins(sheet))
