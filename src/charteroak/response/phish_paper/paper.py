"""The report of a phish as a document: the form first, then what the mail shows, each point with its explanation.

The first page can be read alone. What is not known is a visible blank; what was not read is named; nothing is called
safe. Addresses are written so that no program follows them, and nobody who received the mail stands in it.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from charteroak.documents.blocks import (
    AnyBlock,
    Blank,
    Column,
    Document,
    Heading,
    Items,
    Mono,
    Note,
    Paragraph,
    Strong,
    Table,
    Terms,
    Text,
    Texts,
)
from charteroak.documents.wording import count, terms
from charteroak.mail.arc import ARCChain
from charteroak.mail.dkim.verification import DKIMCheck
from charteroak.mail.journey import JourneyStep
from charteroak.mail.techniques import name_of_technique
from charteroak.response.incident_papers.picture import SAMPLE_BANNER, when
from charteroak.response.phish_paper.facts import MASK, PhishFacts
from charteroak.response.phish_paper.field_map import FieldMap, FormField

VERDICTS = {
    "phishing": "Phishing",
    "suspicious": "Suspicious",
    "simulation": "Training mail: a practice lure",
    "not-enough-evidence": "Not enough evidence; that does not mean it is safe",
}
SIGNATURES = {
    "verified": "Verified",
    "limited": "Matches, with a limit",
    "failed": "Failed",
    "no-key": "No key at hand",
    "expired-key": "Key no longer in force",
    "not-checked": "Not checked",
}
MAX_ROWS = 200
MAX_ROWS_FOR_REPORTER = 30
MAX_CELL_FOR_REPORTER = 300
"""Characters. What a stranger hands in, the portal sets while they wait."""
_TITLE = "Report of a phishing mail"
_TELLS = "that may tell who received or reported the mail. The desk has all of them."
_METHODS = {"spf": "SPF", "dkim": "DKIM", "dmarc": "DMARC", "arc": "ARC"}


def phish_paper(facts: PhishFacts, form: FieldMap) -> Document:
    """The document.

    The same facts and form give the same document; ``facts.dated`` is the only moment in it.
    """
    name = "" if facts.number is None else f"Report {facts.number}"
    subject = facts.value("mail.subject") or "without a subject"
    digest = str(facts.analysis.get("sha256", ""))
    return Document(
        title=_TITLE,
        subtitle=f"{name}: “{subject}”" if name else f"“{subject}”",
        running=f"{_TITLE}{', ' if name else ''}{name.lower()}",
        dated=facts.dated,
        footer=f"Mail SHA-256 {digest[:16]}" if digest else "No digest of the mail",
        banner=SAMPLE_BANNER if facts.is_fictional else "",
        body=tuple(_blocks(facts, form)),
    )


def _blocks(facts: PhishFacts, form: FieldMap) -> Iterator[AnyBlock]:
    yield from _first_page(facts)
    yield from _form(facts, form)
    yield from _verdict(facts)
    yield from _journey(facts)
    yield from _authentication(facts)
    yield from _contents(facts)
    yield from _defects(facts)


def _first_page(facts: PhishFacts) -> Iterator[AnyBlock]:
    analysis = facts.analysis
    yield Terms(
        terms(
            ("Verdict", (Strong(VERDICTS.get(str(analysis.get("verdict")), "Not told")),)),
            ("Points", f"{analysis.get('score', 0):g}{facts.scale}"),
            ("Reported", facts.value("report.received") or ""),
            ("Outcome", facts.outcome),
        )
    )
    if analysis.get("status") != "analyzed":
        lost = [str(defect.get("message", "")) for defect in analysis.get("defects", ()) if defect.get("contentLost")]
        yield Note(
            "Partial.", (f"Not all of the mail could be read: {' '.join(map(facts.tell_name, lost)) or 'see below.'}",)
        )


def _form(facts: PhishFacts, form: FieldMap) -> Iterator[AnyBlock]:
    yield Heading("For the form")
    title = "In the shape of the form." if form.provenance.verified else "Not compared with the true form."
    yield Note(title, (f"{form.provenance.form}. {form.provenance.notice}",))
    for section in form.sections:
        rows = tuple(((field.label,), _answer(facts, field)) for field in section.fields)
        yield Table(section.title, (Column("Question", 1.3), Column("Answer", 3.2)), rows, "Nothing is asked here.")


def _answer(facts: PhishFacts, field: FormField) -> Texts:
    said = facts.value(field.value) if field.value else None
    if said is None:
        return (Blank(field.ask),)
    if field.value == "analysis.verdict":
        return (VERDICTS.get(said, said),)
    return (Mono(said),) if field.value == "mail.sha256" else (said,)


def _verdict(facts: PhishFacts) -> Iterator[AnyBlock]:
    signals: list[Mapping[str, Any]] = list(facts.analysis.get("signals", ()))
    yield Heading("Verdict, point by point")
    reviewed = f" on {facts.weights_reviewed}" if facts.weights_reviewed else ""
    yield _plain(
        "The mail was read as bytes; nothing in it was opened, fetched, resolved or run. The verdict is a sum of "
        f"points that people reviewed{reviewed}; it is no proof."
    )
    yield _table(
        facts,
        "Each reason with its points; together they are the verdict",
        (Column("What was found", 4.2), Column("Where", 0.9), Column("Points", 0.7), Column("ATT&CK", 0.9)),
        tuple(
            (
                (facts.tell(str(signal.get("explanation", ""))),),
                (str(signal.get("where", "")),),
                (f"{signal.get('points', 0):+g}" if signal.get("points") else "0",),
                (str(signal.get("technique") or ""),),
            )
            for signal in signals
        ),
        "None of the signs that are looked for was found; that proves nothing.",
    )
    yield from _techniques(signals)
    if facts.campaign:
        yield Heading("Campaign", level=2)
        yield _plain(f"It belongs to {facts.tell(facts.campaign)}{', because:' if facts.campaign_reasons else '.'}")
        yield Items(tuple((facts.tell(reason),) for reason in facts.campaign_reasons))


def _techniques(signals: Iterable[Mapping[str, Any]]) -> Iterator[AnyBlock]:
    """The identifiers of the table with MITRE's names."""
    codes = sorted({str(signal["technique"]) for signal in signals if signal.get("technique")})
    named = [f"{code} {name}" for code in codes if (name := name_of_technique(code))]
    if named:
        yield _plain(f"Techniques of MITRE ATT&CK: {'; '.join(named)}.")


def _journey(facts: PhishFacts) -> Iterator[AnyBlock]:
    yield Heading("Journey")
    if facts.particulars is None:
        yield _plain("The bytes of the mail are no longer at hand, so that its journey cannot be told.")
        return
    yield _table(
        facts,
        "Last relay first. All but the receiver's own lines are claims of whoever sent the mail",
        (Column("Relay", 1.9), Column("Says it came from", 2.1), Column("At", 1.5), Column("Took", 1.0)),
        tuple(_step(facts, step) for step in facts.particulars.journey),
        "The mail names no relay.",
    )


def _step(facts: PhishFacts, step: JourneyStep) -> tuple[Texts, ...]:
    masked = step.is_receiving and MASK in facts.tell(step.by)
    by = facts.tell(step.by) or "not told"
    address = _defanged(facts.tell_name(step.address))
    sender: Text = Mono(" ".join(dict.fromkeys(part for part in (facts.tell(step.sender), address) if part)) or "?")
    return (MASK if masked else Mono(by),), (sender,), (_moment(step.at),), _took(step.seconds)


def _took(seconds: int | None) -> Texts:
    if seconds is None:
        return ("not told",)
    if seconds < 0:
        return (Strong(f"{seconds:,} s: the clock runs backwards"),)
    return (f"{seconds:,} s",)


def _authentication(facts: PhishFacts) -> Iterator[AnyBlock]:
    yield Heading("Who confirms the sender")
    yield _table(
        facts,
        "Results that stand in the mail; one that is not trusted may be written by anybody",
        (
            Column("Method", 0.7),
            Column("Result", 0.8),
            Column("About", 1.8),
            Column("Claimed by", 1.9),
            Column("Trusted", 0.7),
        ),
        tuple(
            (
                (_METHODS.get(str(claim.get("method")), str(claim.get("method", ""))),),
                (str(claim.get("result", "")),),
                (Mono(facts.tell(str(claim.get("domain", "")))) if claim.get("domain") else "not told",),
                (facts.tell(str(claim.get("claimedBy", ""))) or "a server without a name",),
                ("yes" if claim.get("trusted") else "no",),
            )
            for claim in list(facts.analysis.get("authentication", ()))
        ),
        "The mail carries none.",
    )
    if facts.particulars is None:
        return
    yield _table(
        facts,
        "DKIM signatures, checked here without a network",
        (Column("Domain, selector", 1.6), Column("Finding", 0.9), Column("Why", 2.8), Column("Fits the sender", 0.8)),
        tuple(_signature(facts, check) for check in facts.particulars.dkim),
        "The mail is not signed.",
    )
    if facts.particulars.arc is not None:
        yield from _arc(facts, facts.particulars.arc)


def _signature(facts: PhishFacts, check: DKIMCheck) -> tuple[Texts, ...]:
    name = ", ".join(part for part in (facts.tell(check.domain), facts.tell(check.selector)) if part) or "not told"
    fits = "yes" if check.is_aligned else "no"
    return (Mono(name),), (SIGNATURES[check.verdict.value],), (check.reason,), (fits,)


def _arc(facts: PhishFacts, chain: ARCChain) -> Iterator[AnyBlock]:
    yield _table(
        facts,
        "ARC: servers that passed the mail on, as each claims; the seals are not verified",
        (Column("Step", 0.6), Column("Sealed by", 2.4), Column("Says the chain before it", 2.0)),
        tuple(
            (
                (str(seal.instance),),
                (Mono(facts.tell(seal.domain)) if seal.domain else "not told",),
                (seal.chain or "?",),
            )
            for seal in chain.seals
        ),
        "No seal can be read.",
    )
    if chain.faults:
        yield Note("The chain cannot hold.", (" ".join(chain.faults),))


def _contents(facts: PhishFacts) -> Iterator[AnyBlock]:
    digests = {"md5", "sha1", "sha256", "sha512"}
    seen_here = [seen for seen in facts.analysis.get("observables", ()) if seen.get("type") not in digests]
    observables: list[Mapping[str, Any]] = [seen for seen in seen_here if not facts.withholds(seen)]
    yield Heading("What is in it")
    withheld = len(seen_here) - len(observables)
    if withheld:
        yield Note("Not all of it.", (f"{count(withheld, 'address is', 'addresses are')} withheld, for {_TELLS}",))
    yield _table(
        facts,
        "Addresses, written so that nobody follows them by mistake",
        (Column("Address", 4.0), Column("Kind", 0.8), Column("Where", 1.5)),
        tuple(
            (
                (Mono(str(seen.get("defanged", ""))),),
                (str(seen.get("type", "")),),
                (", ".join(map(str, seen.get("sources", ()))),),
            )
            for seen in observables
        ),
        "None that may be handed on.",
    )
    yield _table(
        facts,
        "Files; none was opened here by a person",
        (
            Column("File", 1.7),
            Column("Kind by content", 0.9),
            Column("Size", 0.8),
            Column("SHA-256", 2.5),
            Column("Remarks", 1.1),
        ),
        tuple(
            (
                (facts.tell_name(str(file.get("name", ""))) or "without a name",),
                (str(file.get("detectedType", "")),),
                (f"{file.get('size', 0):,} bytes",),
                (Mono(str(file.get("sha256", ""))),),
                (", ".join(str(flag).replace("-", " ") for flag in file.get("flags", ())),),
            )
            for file in list(facts.analysis.get("attachments", ()))
        ),
        "The mail carries no file.",
    )


def _defects(facts: PhishFacts) -> Iterator[AnyBlock]:
    yield Heading("What could not be read, or is odd")
    yield _table(
        facts,
        "Defects of the mail",
        (Column("What", 4.5), Column("Times", 0.6), Column("Content lost", 0.9)),
        tuple(
            (
                (facts.tell_name(str(defect.get("message", ""))),),
                (str(defect.get("count", 1)),),
                (Strong("yes") if defect.get("contentLost") else "no",),
            )
            for defect in facts.analysis.get("defects", ())
        ),
        "None was met.",
    )


def _table(
    facts: PhishFacts, caption: str, columns: tuple[Column, ...], rows: tuple[tuple[Texts, ...], ...], empty: str
) -> Table:
    """A table of what the mail holds, cut to what is worth setting; its caption says what was left out.

    Anybody can have a paper of a mail that they made themselves, so that of theirs less is set.
    """
    most = MAX_ROWS_FOR_REPORTER if facts.for_reporter else MAX_ROWS
    shown = rows[:most]
    if len(rows) > most:
        caption += f"; {count(len(rows) - most, 'more is', 'more are')} in the record"
    if facts.for_reporter:
        cut = tuple(tuple(tuple(map(_cut, cell)) for cell in row) for row in shown)
        if cut != shown:
            caption += "; what ends in … goes on"
        shown = cut
    return Table(caption, columns, shown, empty)


def _cut(text: Text) -> Text:
    if isinstance(text, str):
        return text if len(text) <= MAX_CELL_FOR_REPORTER else f"{text[:MAX_CELL_FOR_REPORTER]}…"
    if isinstance(text, Mono) and len(text.text) > MAX_CELL_FOR_REPORTER:
        return Mono(f"{text.text[:MAX_CELL_FOR_REPORTER]}…")
    return text


def _plain(text: str) -> Paragraph:
    return Paragraph((text,), numbered=False)


def _moment(moment: datetime | None) -> str:
    return "not told" if moment is None else when(moment)


def _defanged(address: str) -> str:
    return address.replace(".", "[.]").replace(":", "[:]")
