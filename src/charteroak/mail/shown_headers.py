"""The lines that mail programs show above a mail that is quoted, forwarded or copied: who, when, to whom, about what.

They are no header block: nothing of a journey stands in them, and whoever passes the mail on could have written them.
But they are all that such a report has about a sender, and they name people who are to be kept out of it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

_LABELS: Mapping[str, tuple[str, ...]] = {
    "from": ("from", "de", "von", "da", "van"),
    "sent": (
        "sent",
        "date",
        "enviado",
        "enviado el",
        "enviada",
        "fecha",
        "data",
        "gesendet",
        "datum",
        "envoyé",
        "inviato",
    ),
    "to": ("to", "para", "an", "à", "a", "aan"),
    "cc": ("cc", "copie", "kopie"),
    "subject": ("subject", "asunto", "assunto", "betreff", "objet", "oggetto", "onderwerp"),
}
_FIELDS = {label: field for field, labels in _LABELS.items() for label in labels}
_LINE = re.compile(r"[>|\s*_]{0,20}([^\W\d_]{1,10}(?: el)?)[*_]{0,2}\s{0,3}:[*_]{0,2}\s{0,8}(\S.{0,600})")
_MAIL_LINK = re.compile(r"[\[<]\s{0,3}mailto:([^\]>\s]{3,320})[\]>]", re.IGNORECASE)
_LOOKED_AT = 32 << 10
_MOST_LINES = 600
_MOST_BLOCKS = 20


@dataclass(frozen=True, slots=True)
class ShownHeaders:
    """One block of such lines by the name of the field that they stand for; ``from`` is always there."""

    fields: Mapping[str, str]


def shown_headers(text: str) -> tuple[ShownHeaders, ...]:
    """Every block of a text, in its order: a sender, and at least two lines more of those that go with it."""
    return tuple(_blocks(text[:_LOOKED_AT].splitlines()[:_MOST_LINES]))[:_MOST_BLOCKS]


def as_fields(blocks: Iterable[ShownHeaders]) -> list[str]:
    """Header lines for a message that has none of its own.

    With one block it says who sent the message. Where there are several, nobody knows which of them is the lure's: then
    no sender is given, and whoever received any of them is named as a receiver, so that nobody of them comes out.
    """
    found = list(blocks)
    if not found:
        return []
    lines = [f"{field}: {block.fields[field]}" for block in found for field in ("to", "cc") if field in block.fields]
    # Many programs show a name alone; that is no broken address.
    if len(found) == 1 and "@" in found[0].fields["from"]:
        lines.insert(0, f"from: {found[0].fields['from']}")
    # As a mail program shows it, so that the analysis says what is missing.
    return [*lines, f"sent: {found[0].fields.get('sent', '-')}"]


def _blocks(lines: list[str]) -> Iterator[ShownHeaders]:
    fields: dict[str, str] = {}
    for line in [*lines, ""]:
        match = _LINE.match(line)
        field = _FIELDS.get(match[1].lower(), "") if match is not None else ""
        if match is not None and field and field not in fields and (field == "from" or "from" in fields):
            fields[field] = _MAIL_LINK.sub(_as_address, match[2]).strip()
        elif line.strip(" >|*_\t"):
            # A line of another kind ends the block.
            if len(fields) >= 3:
                yield ShownHeaders(fields)
            fields = {"from": match[2].strip()} if match is not None and field == "from" else {}
    if len(fields) >= 3:
        yield ShownHeaders(fields)


def _as_address(match: re.Match[str]) -> str:
    return "" if match.string[: match.start()].rstrip().endswith(match[1]) else f"<{match[1]}>"
