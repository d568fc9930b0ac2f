"""Sheets of paper printed for reporters, empty or from answers. Printing needs no database."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from charteroak.adapters.system_clock import now
from charteroak.documents.report_sheet import PrintedBlock, ReportSheet, SheetOption, render_sheet
from charteroak.response.report_labels import LABELS, Language, words_of
from charteroak.response.report_sheet import (
    BLOCKS,
    Keyed,
    SheetBlock,
    codes_of,
    keys_of_document,
    make_sheet_number,
)

_LINES = {"text": 7, "line": 1, "time": 1}
_WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "title": "Report a cyber incident",
        "subtitle": "Fill in by hand, in block letters. One sheet for one incident.",
        "number": "Sheet",
        "check": "Check",
        "weekday": "Day of the week",
        "hand": "Tick one box, or all that apply in block G. What you do not know, leave empty.",
        "bring": "Bring it, send a picture, or read it to the desk by telephone. Nobody can check who wrote it: the "
        "desk will call you back.",
        "time": "Year-month-day hour:minute, in Connecticut, and the first two letters of the day of the week",
        "printed": "Printed from answers. The two characters behind a block check its keying.",
        "footer": "The desk keys the blocks in the order of the letters",
        "safety": "Is life or public health in danger?",
    },
    "es": {
        "title": "Informar de un incidente cibernético",
        "subtitle": "Rellene a mano, en letras mayúsculas. Una hoja por incidente.",
        "number": "Hoja",
        "check": "Control",
        "weekday": "Día de la semana",
        "hand": "Marque una casilla, o todas las que correspondan en el bloque G. Lo que no sepa, déjelo vacío.",
        "bring": "Tráigala, envíe una foto o léala por teléfono. Sin cuenta nadie puede comprobar quién la escribió: "
        "le devolverán la llamada.",
        "time": "Año-mes-día hora:minuto, en Connecticut, y las dos primeras letras del día de la semana",
        "printed": "Impresa a partir de respuestas. Los dos caracteres tras un bloque comprueban su captura.",
        "footer": "El centro captura los bloques en el orden de las letras",
        "safety": "¿Hay peligro para la vida o la salud pública?",
    },
}  # fmt: skip


def print_sheet(
    document: Mapping[str, Any] | None = None, *, language: Language = "en", made: datetime | None = None
) -> bytes:
    """A sheet as PDF, empty or with the answers of a document that it can carry; each print has its own number.

    Raises:
        DocumentNotMadeError: the typesetter refused.
    """
    words = _WORDS[language]
    keyed = {} if document is None else keys_of_document(document)
    return render_sheet(
        ReportSheet(
            title=words["title"],
            subtitle=words["subtitle"],
            number=make_sheet_number(secrets.token_bytes(6)),
            number_title=words["number"],
            dated=made or now(),
            footer=words["footer"],
            running=words["title"],
            language=language,
            intro=(words["hand"], words["bring"]) if document is None else (words["printed"],),
            blocks=tuple(_printed(block, keyed.get(block.letter, Keyed("")), language) for block in BLOCKS),
        )
    )


def _printed(block: SheetBlock, said: Keyed, language: Language) -> PrintedBlock:
    label = next(label for label in LABELS if label.pointer == block.pointer)
    words = _WORDS[language]
    title = words["safety"] if block.pointer == "/safety/affected" else label.name(language)
    if block.form in {"one", "many"}:
        ticked = said.text.split()
        options = tuple(
            SheetOption(code=code, words=words_of(block.pointer, answer, language), ticked=code in ticked)
            for code, answer in codes_of(block).items()
        )
        return PrintedBlock(letter=block.letter, title=title, options=options)
    hint = words["time"] if block.form == "time" and not said.text else ""
    box = words["check"] if said.check else words["weekday"] if block.form == "time" else ""
    return PrintedBlock(
        letter=block.letter,
        title=title,
        hint=hint,
        lines=_LINES[block.form],
        value=said.text,
        check=said.check,
        check_title=box,
    )
