"""Mail addresses of header fields (RFC 5322 section 3.4), split first and decoded later.

The order matters: an encoded comma in a display name is text, not a separator, and a reader that decodes first hands
the attacker a second, made-up sender. Nothing raises; what is no address comes back with an empty one.
"""

import re

import msgspec

from charteroak.errors import InputError
from charteroak.mail import limits
from charteroak.mail.decoding import decode_words, without_controls
from charteroak.mail.defects import DefectLog
from charteroak.observables import ObservableType, parse_observable

# An encoded word is one atom whatever stands in it. The quoted string takes everything up to the end when it is never
# closed, so that no character is read twice.
_TOKEN = re.compile(
    r"=\?[^?\s]{1,40}\?[bBqQ]\?[^?\s]{0,1000}\?=|" r'"(?:[^"\\]|\\.)*+"?|' r'(?:(?!=\?)[^"<>(),;:])+|[<>(),;:=]',
    re.DOTALL,
)
# One mailbox as nearly everybody writes it: a name without anything to be decoded or escaped, and an address.
_USUAL = re.compile(r'(?:"([^"\\<>]*+)"|([^"<>(),;:=\\]*+))\s*+<([^\s"<>(),;:=]++)>')
_BARE = re.compile(r'[^\s"<>(),;:=\\]++')
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


class Mailbox(msgspec.Struct, frozen=True, gc=False):
    """A display name and an address as written: the name decoded, the address without white space."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        """The lower-case domain of the address, or an empty text."""
        return self.address.rpartition("@")[2].strip().rstrip(".").lower() if "@" in self.address else ""

    @property
    def normal_address(self) -> str:
        """The address in the normal form of an observable, or an empty text when it is none."""
        try:
            return parse_observable(self.address, ObservableType.EMAIL).value
        except InputError:
            return ""


class _MailboxBuilder:
    """Collects the tokens of one mailbox."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.comment: list[str] = []
        self.angle: list[str] | None = None

    def build(self, defects: DefectLog) -> Mailbox:
        name = decode_words(" ".join("".join(self.words).split()), defects)
        comment = decode_words("".join(self.comment).strip(), defects)
        if self.angle is not None:
            return Mailbox(name or comment, without_controls("".join("".join(self.angle).split())))
        if "@" in name and " " not in name:
            return Mailbox(comment, name)
        return Mailbox(name or comment, "")


def parse_mailboxes(
    value: str, defects: DefectLog, *, limit: int = limits.MAX_HEADER_CHARACTERS
) -> tuple[Mailbox, ...]:
    """The mailboxes of an address list; group names are dropped, comments serve as names where there is no other.

    A name with a bare comma (``Doe, Jane <jane@town.example>``) stays one name, as mail readers show it.
    """
    value = value[:limit]
    usual = _USUAL.fullmatch(value)
    if usual is not None and value.isprintable():
        quoted, bare, address = usual.groups()
        name = decode_words(" ".join((bare if quoted is None else quoted).split()), defects)
        return (Mailbox(name, without_controls(address)),)
    if "@" in value and _BARE.fullmatch(value) is not None and value.isprintable():
        return (Mailbox("", value),)
    mailboxes: list[Mailbox] = []
    loose_names: list[str] = []
    builder = _MailboxBuilder()
    depth = 0
    in_angle = False

    def finish() -> None:
        mailbox = builder.build(defects)
        if mailbox.address:
            name = ", ".join([*loose_names, mailbox.name]) if loose_names and mailbox.name else mailbox.name
            mailboxes.append(Mailbox(name, mailbox.address))
            loose_names.clear()
        elif mailbox.name:
            loose_names.append(mailbox.name)

    for piece in _TOKEN.findall(value):
        if depth:
            depth += {"(": 1, ")": -1}.get(piece, 0)
            builder.comment.append(piece if depth else "")
        elif in_angle:
            if piece == ">":
                in_angle = False
            elif piece == "<" and builder.angle:
                # The innermost is where an answer would go; what stands around it is for show.
                builder.words += ["<", *builder.angle]
                builder.angle = []
            elif piece == ":" and builder.angle and builder.angle[0].startswith("@"):
                # A route (RFC 5322 section 4.4) is passed over by whoever delivers the mail.
                builder.angle = []
            elif piece != "<" and builder.angle is not None:
                builder.angle.append(piece)
        elif piece == "(":
            depth = 1
        elif piece == "<":
            in_angle, builder.angle = True, []
        elif piece in {",", ";"}:
            finish()
            builder = _MailboxBuilder()
            if len(mailboxes) >= limits.MAX_ADDRESSES:
                break
        elif piece == ":":
            builder = _MailboxBuilder()
            loose_names.clear()
        elif piece not in {">", ")"}:
            builder.words.append(_ESCAPED.sub(r"\1", piece.strip('"')) if piece.startswith('"') else piece)
    finish()
    return tuple(mailboxes)


def first_sender(value: str, defects: DefectLog) -> Mailbox:
    """The mailbox a mail reader shows as the sender, or one without an address that keeps the name."""
    text = value[: limits.MAX_SENDER_CHARACTERS]
    mailboxes = parse_mailboxes(text, defects)
    if mailboxes:
        return mailboxes[0]
    return Mailbox(decode_words(text, defects), "")
