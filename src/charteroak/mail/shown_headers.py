"""The lines that mail programs show above a mail that is quoted, forwarded or copied: who, when, to whom, about what.

They are no header block: nothing of a journey stands in them, and whoever passes the mail on could have written them.
But they are all that such a report has about a sender, and they name people who are to be kept out of it.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from charteroak.mail.addresses import Mailbox, first_sender, parse_mailboxes
from charteroak.mail.defects import DefectLog
from charteroak.mail.domains import registrable_domain, shared_services

FORWARD_MARK = re.compile(r"(?:\s*(?:fwd?|fw|rv|wg|tr|enc)\s*:)+\s*", re.IGNORECASE)
"""What mail programs put before the subject of a mail that is passed on."""
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
        "enviada em",
        "enviado em",
        "gesendet",
        "gesendet am",
        "datum",
        "verzonden",
        "verzenddatum",
        "envoyé",
        "inviato",
    ),
    "to": ("to", "para", "an", "à", "a", "aan"),
    "cc": ("cc", "copie", "kopie"),
    "subject": ("subject", "asunto", "assunto", "betreff", "objet", "oggetto", "onderwerp"),
}
_FIELDS = {label: field for field, labels in _LABELS.items() for label in labels}
_LINE = re.compile(r"[>|\s*_]{0,20}([^\W\d_]{1,12}(?: (?:el|em|am))?)[*_]{0,2}\s{0,3}:[*_]{0,2}\s{0,8}(\S.{0,600})")
_MAIL_LINK = re.compile(r"[\[<]\s{0,3}mailto:([^\]>\s]{3,320})[\]>]", re.IGNORECASE)
_LOOKED_AT = 32 << 10
_MOST_LINES = 600
_MOST_BLOCKS = 20


_MARKS_OF_LISTS = re.compile(r'[\\"<>():;@\s]+')


@dataclass(frozen=True, slots=True)
class ShownHeaders:
    """One block of such lines by the name of the field that they stand for; ``from`` is always there."""

    fields: Mapping[str, str]

    @property
    def sender(self) -> Mailbox:
        """Who sent the mail, by this block."""
        return first_sender(self.fields["from"], DefectLog())

    @property
    def receivers(self) -> tuple[Mailbox, ...]:
        """Whoever received the mail, by this block; many programs show names alone."""
        lists = (self.fields.get(field, "").split(";") for field in ("to", "cc"))
        return tuple(mailbox for pieces in lists for piece in pieces for mailbox in _mailboxes_of(piece))


def shown_headers(text: str) -> tuple[ShownHeaders, ...]:
    """Every block of a text, in its order: a sender, and at least two lines more of those that go with it."""
    return tuple(_blocks(text[:_LOOKED_AT].splitlines()[:_MOST_LINES]))[:_MOST_BLOCKS]


def as_fields(blocks: Sequence[ShownHeaders], reporters: Collection[str] = (), name: str = "") -> list[str]:
    """Header lines for a message that has none of its own, handed in by people with these addresses and this name.

    The last block is the lure's if whoever stands above it only passed the mail on: the reporter, somebody of the same
    organisation, or under a subject that says so. Only then a sender is told, unless the last block is of such people
    itself, or of the receivers' organisation. Everybody else is named as a receiver, so that nobody of them comes out.
    """
    if not blocks:
        return []
    *outer, last = blocks
    home = _organisations(reporters)
    own = home | _organisations(mailbox.address for mailbox in last.receivers)
    is_passed_on = _is_passed_on(last, reporters, name, own)
    # Many programs show a name alone; that is no broken address.
    is_told = "@" in last.fields["from"] and not is_passed_on
    is_told = is_told and all(_is_passed_on(block, reporters, name, home) for block in outer)
    people = [mailbox for block in blocks for mailbox in block.receivers]
    people += [block.sender for block in (blocks if is_passed_on else outer)]
    lure = last.sender.address.lower() if is_told else ""
    written = [_written(mailbox) for mailbox in people if not mailbox.address or mailbox.address.lower() != lure]
    addressed = [text for text in dict.fromkeys(written) if "@" in text]
    named = [text for text in dict.fromkeys(written) if text and "@" not in text]
    lines = [f"from: {last.fields['from']}"] if is_told else []
    lines += [f"to: {', '.join(addressed)}"] if addressed else []
    lines += [f"cc: {'; '.join(named)}"] if named else []
    # As a mail program shows it, so that the analysis says what is missing.
    return [*lines, f"sent: {last.fields.get('sent', '-')}"]


def _organisations(addresses: Iterable[str]) -> frozenset[str]:
    """The registrable domains of addresses, without those that strangers share."""
    domains = {registrable_domain(address.rpartition("@")[2].lower()) for address in addresses if "@" in address}
    return frozenset(domain for domain in domains if domain and not shared_services().kind_of(domain))


def _is_passed_on(block: ShownHeaders, reporters: Collection[str], name: str, own: Collection[str]) -> bool:
    """Whether a mail is the reporter's, by address or name, a colleague's, or a forward by its subject."""
    sender = block.sender
    shown = block.fields["from"].lower()
    is_reporters = bool(name) and name.lower() == sender.name.lower()
    is_reporters = is_reporters or any(address.lower() in shown for address in reporters)
    is_colleagues = registrable_domain(sender.domain) in own
    return is_reporters or is_colleagues or FORWARD_MARK.match(block.fields.get("subject", "")) is not None


def _mailboxes_of(piece: str) -> Iterator[Mailbox]:
    """Who stands between two semicolons; a comma parts people ("Jane Roe, Al Fox") or one's words ("Roe, Jane")."""
    for mailbox in parse_mailboxes(piece, DefectLog()) or (Mailbox(piece.strip(), ""),):
        yield mailbox
        names = mailbox.name.split(",")
        if len(names) > 1:
            yield from (Mailbox(name.strip(), "") for name in names if " " in name.strip())


def _written(mailbox: Mailbox) -> str:
    name = _MARKS_OF_LISTS.sub(" ", mailbox.name).strip()
    if "@" not in mailbox.address:
        return name
    return f'"{name}" <{mailbox.address}>' if name else f"<{mailbox.address}>"


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
