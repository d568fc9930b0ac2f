"""From the bytes of a message to an explained answer.

1. Take the message apart within the limits (``mime``); what is no message ends here as *unreadable*.
2. Where it is a report around another message, go on with the reported one and shield the reporter.
3. Read it (``reading``), find signals (``signals``), add them up (``score``).
4. Collect observables and campaign keys, and take recipients and reporters out of everything derived.

``analyze`` never raises on any bytes, opens nothing, resolves nothing and fetches nothing. What it could not read is
said in ``defects``; it never looks like a harmless message.
"""

import hashlib
from collections.abc import Collection
from enum import StrEnum

import msgspec
from msgspec.structs import replace

from charteroak.mail.addresses import first_sender
from charteroak.mail.attachments import Attachment
from charteroak.mail.authentication import AuthenticationClaim
from charteroak.mail.decoding import with_turns_told
from charteroak.mail.defects import Defect, DefectKind, DefectLog
from charteroak.mail.filetypes import detect_type, is_office_file
from charteroak.mail.fingerprint import CampaignKey, fingerprint
from charteroak.mail.identity import ProtectedNames
from charteroak.mail.indicators import SeenObservable, collect_observables
from charteroak.mail.inside.finding import Inspector
from charteroak.mail.language import without_invisible
from charteroak.mail.mime import Message, split_message
from charteroak.mail.opening import FileOpener
from charteroak.mail.people import PeopleNames
from charteroak.mail.reading import Reading, read_message, reported_messages, reporter_addresses
from charteroak.mail.score import Verdict, weights
from charteroak.mail.signals import find_hits
from charteroak.mail.signals.registry import signal_texts

_HIDES_RECIPIENTS = (
    DefectKind.TOO_MANY_RECIPIENTS,
    DefectKind.LONG_HEADER,
    DefectKind.TOO_MANY_HEADERS,
    DefectKind.HEADER_BLOCK_CUT,
)


class AnalysisStatus(StrEnum):
    """Whether the whole message was read, a part of it, or nothing."""

    ANALYZED = "analyzed"
    PARTIAL = "partial"
    UNREADABLE = "unreadable"


class Signal(msgspec.Struct, frozen=True, gc=False):
    """A signal with its points and the sentence that explains it."""

    id: str
    points: float
    explanation: str
    where: str
    technique: str
    mentions: tuple[tuple[str, str], ...] = ()
    """What fills the blanks of the sentence, so that it can be said in another language."""

    def to_json(self) -> dict[str, object]:
        """The signal as the command line prints it."""
        return {
            "id": self.id,
            "points": self.points,
            "explanation": self.explanation,
            "where": self.where,
            "technique": self.technique or None,
            "mentions": dict(self.mentions),
        }


class Analysis(msgspec.Struct, frozen=True):
    """The answer about one message. Texts in it name no recipient and no reporter."""

    sha256: str
    status: AnalysisStatus
    verdict: Verdict
    score: float
    signals: tuple[Signal, ...] = ()
    authentication: tuple[AuthenticationClaim, ...] = ()
    observables: tuple[SeenObservable, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    defects: tuple[Defect, ...] = ()
    subject: str = ""
    sender: str = ""
    date: str | None = None
    is_forwarded_report: bool = False
    is_multipart: bool = False
    keys: tuple[CampaignKey, ...] = ()

    @property
    def is_finding(self) -> bool:
        """Whether somebody should look at the message."""
        return self.verdict in {Verdict.PHISHING, Verdict.SUSPICIOUS}

    def to_json(self, path: str) -> dict[str, object]:
        """The document that ``phish analyze --json`` prints for a message found at ``path``."""
        return {
            "path": path,
            "sha256": self.sha256,
            "status": self.status.value,
            "verdict": self.verdict.value,
            "score": self.score,
            "thresholds": weights().thresholds,
            "subject": self.subject,
            "from": self.sender,
            "date": self.date,
            "forwardedReport": self.is_forwarded_report,
            "multipart": self.is_multipart,
            "signals": [signal.to_json() for signal in self.signals],
            "authentication": [claim.to_json() for claim in self.authentication],
            "observables": [seen.to_json() for seen in self.observables],
            "attachments": [attachment.to_json() for attachment in self.attachments],
            "defects": [defect.to_json() for defect in self.defects],
        }


def analyze(
    data: bytes,
    *,
    trusted_receivers: Collection[str] = (),
    reporters: Collection[str] = (),
    inspector: Inspector | None = None,
    protected: ProtectedNames | None = None,
    names: Collection[str] = (),
) -> Analysis:
    """Analyse one message.

    ``trusted_receivers`` are the authserv-ids (RFC 8601) of mail servers whose results may be believed; by default
    every result is a claim. ``reporters`` are addresses of people who handed the message in; they, their organisation's
    domains and all recipients stay out of the answer. ``inspector`` looks into pictures, PDF, documents, archives and
    Outlook files; without one they are described from outside. ``protected`` are names that lures borrow, else the
    packaged ones. ``names`` are names of people who handed the message in; theirs and the recipients' are taken out of
    every text. Never raises, whatever the bytes.

    Of a report around several messages the first is analysed and the others are named as a defect; see ``analyze_all``.
    """
    first, *others = analyze_all(
        data,
        trusted_receivers=trusted_receivers,
        reporters=reporters,
        inspector=inspector,
        protected=protected,
        names=names,
    )
    if not others:
        return first
    defects = (*first.defects, Defect(DefectKind.MORE_ATTACHED_MESSAGES, count=len(others)))
    sha256 = hashlib.sha256(data).hexdigest()
    return replace(first, sha256=sha256, status=AnalysisStatus.PARTIAL, defects=defects)


def analyze_all(
    data: bytes,
    *,
    trusted_receivers: Collection[str] = (),
    reporters: Collection[str] = (),
    inspector: Inspector | None = None,
    protected: ProtectedNames | None = None,
    names: Collection[str] = (),
) -> tuple[Analysis, ...]:
    """Analyse a message, or each of the messages that a report carries; at least one answer, never an exception.

    The digest is that of the bytes handed in; where a report carries several messages, each has its own.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    if not data or data.isspace():
        return (_unreadable(sha256, DefectKind.EMPTY, ""),)
    defects = DefectLog()
    is_outlook = is_office_file(data)
    if is_outlook:
        opened = FileOpener(inspector, defects).open("ole", "", data, ())
        if opened is None:
            return (_unreadable(sha256, DefectKind.OUTLOOK_MSG, ""),)
        if not opened.message:
            return (_unreadable(sha256, DefectKind.NOT_MAIL, "It is an Office file or a damaged Outlook message."),)
        data = opened.message
    message = split_message(data, defects)
    if not message.headers.tell_a_message:
        detected = detect_type(data)
        guess = f"It looks like: {detected}." if detected != "unknown" else ""
        return (_unreadable(sha256, DefectKind.NOT_MAIL, guess),)
    reported = reported_messages(message, reporters)
    if reported:
        reporters = (*reporters, *reporter_addresses(message))
        names = (*names, first_sender(message.headers.first("from"), DefectLog()).name)
    answers = []
    for each in reported or (message,):
        own_defects = defects.copy()
        # Without transport headers in it, the block of an Outlook file was made from what Outlook shows.
        if not each.headers.tell_of_a_journey or (is_outlook and not each.headers.first("received")):
            own_defects.note(DefectKind.HEADERS_MISSING)
        reading = read_message(
            each,
            own_defects,
            trusted_receivers=trusted_receivers,
            reporters=reporters,
            inspector=inspector,
            protected=protected,
        )
        digest = hashlib.sha256(each.raw).hexdigest() if len(reported) > 1 else sha256
        answers.append(
            replace(
                _judge(reading, own_defects, names),
                sha256=digest,
                is_forwarded_report=bool(reported),
                is_multipart=_has_many_parts(each) if is_outlook else _calls_itself_multipart(each),
            )
        )
    return tuple(answers)


def _calls_itself_multipart(message: Message) -> bool:
    return message.headers.first("content-type").lstrip()[:10].lower() == "multipart/"


def _has_many_parts(message: Message) -> bool:
    """An Outlook file keeps the parts, and not in which form they came; the message made of it is always multipart."""
    return len(message.parts) + len(message.attached) > 1


def _unreadable(sha256: str, kind: DefectKind, detail: str) -> Analysis:
    defects = (Defect(kind, detail=detail),)
    return Analysis(sha256, AnalysisStatus.UNREADABLE, Verdict.NOT_ENOUGH_EVIDENCE, 0.0, defects=defects)


def unreadable(defect: Defect) -> Analysis:
    """The answer about a message whose bytes could not be had at all."""
    return _unreadable("", defect.kind, defect.detail)


def _judge(reading: Reading, defects: DefectLog, names: Collection[str]) -> Analysis:
    hits = find_hits(reading)
    table = weights()
    people = PeopleNames((*names, *(mailbox.name for mailbox in reading.recipients)))

    def redact(text: str) -> str:
        # As it is read: an address with an invisible character in it is an address to whoever looks at it.
        plain = without_invisible(text)
        shown = people.redact(reading.shield.redact(plain))
        return shown if shown != plain else with_turns_told(text)

    texts = signal_texts()
    signals = []
    for hit in hits:
        mentions = tuple((blank, redact(text)) for blank, text in hit.mentions)
        text = texts[hit.id]
        explanation = text.explain(dict(mentions))
        signals.append(Signal(hit.id, table.points[hit.id], explanation, hit.where, text.technique, mentions))
    verdict, score = table.judge([hit.id for hit in hits])
    knows_all_recipients = not any(defects.has(kind) for kind in _HIDES_RECIPIENTS)
    sender = f"{reading.sender.name} <{reading.sender.address}>" if reading.sender.name else reading.sender.address
    return Analysis(
        sha256="",
        status=AnalysisStatus.PARTIAL if defects.loses_content else AnalysisStatus.ANALYZED,
        verdict=verdict,
        score=score,
        signals=tuple(sorted(signals, key=lambda signal: -signal.points)),
        authentication=tuple(
            claim if (server := redact(claim.claimed_by)) == claim.claimed_by else replace(claim, claimed_by=server)
            for claim in reading.authentication
        ),
        observables=collect_observables(reading, names, knows_all_recipients=knows_all_recipients),
        attachments=tuple(
            attachment if (name := redact(attachment.name)) == attachment.name else replace(attachment, name=name)
            for attachment in reading.attachments
        ),
        defects=defects.defects(),
        subject=redact(reading.subject),
        sender=redact(sender),
        date=reading.date.isoformat() if reading.date is not None else None,
        keys=fingerprint(reading),
    )
