"""What is wrong with a message, or could not be read of it, as data.

A defect never stops an analysis. ``loses`` says that something was not read; a message with such a defect is
*partial*, and its answer must not look complete.
"""

from enum import Enum

import msgspec


class DefectKind(Enum):
    """A kind of defect: stable code, one sentence, and whether content was lost to the analysis."""

    # Nothing could be read.
    EMPTY = ("empty", "There is nothing in it.", True)
    NOT_MAIL = ("no-header-block", "It has no header block, so it is not a mail message.", True)
    OUTLOOK_MSG = (
        "outlook-msg",
        "It is an Outlook .msg file, and no reader of such files was at hand. Save the message as .eml and try again.",
        True,
    )
    FILE_TOO_LARGE = ("file-too-large", "The file is larger than the 64 MB that a message may have.", True)
    TOO_MANY_MESSAGES = ("too-many-messages", "There are more than 10,000 messages; the rest was not read.", True)
    UNREADABLE_FILE = ("unreadable-file", "The file could not be opened or read.", True)

    # Something was left out.
    HEADERS_MISSING = (
        "headers-missing",
        "The headers are missing: who sent it, when, by which servers, and their checks could not be looked at.",
        True,
    )
    TRUNCATED_MESSAGE = ("truncated-message", "The message is larger than 25 MB; only the beginning was read.", True)
    HEADER_BLOCK_CUT = ("header-block-cut", "The header block is too long; only the beginning was read.", True)
    TOO_MANY_HEADERS = ("too-many-headers", "There are too many header fields; the rest was not read.", True)
    LONG_HEADER = ("long-header", "A header field is too long; only its beginning was read.", True)
    TOO_MANY_PARTS = ("too-many-parts", "The message has too many parts; the rest was not read.", True)
    TOO_DEEP = ("too-deep", "Parts are nested too deeply; the inner ones were not read.", True)
    BOUNDARY_FLOOD = ("boundary-flood", "Thousands of false part boundaries; the rest was not read.", True)
    BAD_BOUNDARY = ("bad-boundary", "The part boundary is too long to be one; the parts were read as one text.", True)
    DECODE_BUDGET = ("decode-budget", "The parts are too large together; the rest was not read.", True)
    BAD_BASE64 = ("bad-base64", "A part is damaged base64; only what could be decoded was read.", True)
    DATA_AFTER_PADDING = (
        "data-after-padding",
        "Text follows the end of a base64 part, where mail programs disagree; it was not read.",
        True,
    )
    UNKNOWN_ENCODING = (
        "unknown-encoding",
        "A part is encoded in a way that is not known here; it was read as it stands.",
        True,
    )
    ELSEWHERE = ("content-elsewhere", "A piece of the message is not in it but elsewhere; it was not fetched.", True)
    TEXT_CUT = ("text-cut", "The text is too long; only the beginning was searched.", True)
    HTML_CUT = ("html-cut", "The HTML is too long; only the beginning was searched.", True)
    TOO_MANY_TAGS = ("too-many-tags", "The HTML has too many tags; only the beginning was searched.", True)
    TOO_MANY_LINKS = ("too-many-links", "There are too many links; only the first ones were looked at.", True)
    LONG_LINK = ("long-link", "A link is too long; only its beginning was kept.", True)
    TOO_MANY_LAYERS = (
        "too-many-layers",
        "A link passes through more redirectors than are undone; where it ends is not known.",
        True,
    )
    TOO_MANY_ATTACHMENTS = ("too-many-attachments", "There are too many attachments; the rest was not described.", True)
    TOO_MANY_RECIPIENTS = (
        "too-many-recipients",
        "There are too many recipients to keep each one's address out of the answer; no sender address is given.",
        True,
    )
    MORE_ATTACHED_MESSAGES = (
        "more-attached-messages",
        "The report carries more than one message; this answer is about the first.",
        True,
    )
    ENCRYPTED = ("encrypted", "The message is encrypted; its content could not be read.", True)
    ARCHIVE_UNREADABLE = ("archive-unreadable", "The directory of an archive could not be read.", True)

    FILE_INSIDE_TOO_LARGE = ("file-inside-too-large", "A file is too large to be looked into.", True)
    FILE_INSIDE_DAMAGED = ("file-inside-damaged", "A file is damaged and could not be looked into.", True)
    FILE_INSIDE_LOCKED = ("file-inside-locked", "A file is locked with a password and was not looked into.", True)
    FILE_INSIDE_CUT = ("file-inside-cut", "Of a file only a part was looked into.", True)
    ARCHIVE_BOMB = ("archive-bomb", "An archive is built to exhaust whoever opens it.", True)
    FILE_KIND_NOT_OPENED = (
        "file-kind-not-opened",
        "A file is of a kind that is not opened here; what it holds was not looked into.",
        True,
    )
    READER_STOPPED = ("reader-stopped", "Reading a file was stopped; it was not looked into.", True)
    FILES_TAKE_LONG = ("files-take-too-long", "The files take too long; the rest was not looked into.", True)
    TOO_MANY_FILES = ("too-many-files-to-open", "There are too many files; the rest was not looked into.", True)

    # Odd, yet read.
    UTF16 = ("utf-16-file", "The file was saved as UTF-16 text; it was read as such.", False)
    BARE_CR = ("bare-cr", "Lines end in a bare carriage return.", False)
    LEADING_BLANK_LINES = ("leading-blank-lines", "Blank lines stand before the header block.", False)
    NO_BODY_SEPARATOR = ("no-body-separator", "No blank line parts header and body.", False)
    BAD_HEADER_LINE = ("bad-header-line", "A line of the header block is no header field.", False)
    RAW_8BIT_HEADER = ("raw-8bit-header", "A header field holds undeclared 8-bit characters.", False)
    CONTROL_IN_HEADER = ("control-in-header", "A header field holds control characters.", False)
    TOO_MANY_ENCODED_WORDS = ("too-many-encoded-words", "A header field holds too many encoded words.", False)
    DUPLICATE_FIELD = ("duplicate-field", "A header field that may stand once stands more often.", False)
    NO_START_BOUNDARY = ("no-start-boundary", "The first part boundary is missing; the body was read as text.", False)
    NO_CLOSE_BOUNDARY = ("no-close-boundary", "The closing part boundary is missing.", False)
    UNKNOWN_CHARSET = ("unknown-charset", "A part names a character set that is not a text encoding.", False)
    CHARSET_FAILURE = ("charset-failure", "A part does not fit the character set that it names.", False)

    def __init__(self, code: str, sentence: str, loses: bool) -> None:
        self.code = code
        self.sentence = sentence
        self.loses = loses


class Defect(msgspec.Struct, frozen=True, gc=False):
    """A kind of defect, how often it was met, and an optional detail for a person."""

    kind: DefectKind
    count: int = 1
    detail: str = ""

    def to_json(self) -> dict[str, str | int | bool]:
        """The defect as the command line prints it."""
        message = f"{self.kind.sentence} {self.detail}".rstrip()
        return {"code": self.kind.code, "message": message, "count": self.count, "contentLost": self.kind.loses}


class DefectLog:
    """Collects defects while a message is read; one line per kind, with a count."""

    def __init__(self) -> None:
        self._counts: dict[DefectKind, int] = {}
        self._details: dict[DefectKind, str] = {}

    def copy(self) -> "DefectLog":
        """A log that starts with what this one has."""
        log = DefectLog()
        log._counts.update(self._counts)
        log._details.update(self._details)
        return log

    def note(self, kind: DefectKind, detail: str = "") -> None:
        """Count one more of this kind; the first detail stays."""
        self._counts[kind] = self._counts.get(kind, 0) + 1
        if detail:
            self._details.setdefault(kind, detail)

    def has(self, kind: DefectKind) -> bool:
        """Whether this kind was met."""
        return kind in self._counts

    @property
    def loses_content(self) -> bool:
        """Whether anything was left unread."""
        return any(kind.loses for kind in self._counts)

    def defects(self) -> tuple[Defect, ...]:
        """What was met, in the order of first meeting."""
        return tuple(Defect(kind, count, self._details.get(kind, "")) for kind, count in self._counts.items())
