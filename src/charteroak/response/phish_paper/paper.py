"""The report of a phish as a document: the form first, then what the mail shows, each point with its explanation.

The first page can be read alone. What is not known is a visible blank; what was not read is named; nothing is called
safe. Addresses are written so that no program follows them, and nobody who received the mail stands in it.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from charteroak.clock import parse_instant
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
from charteroak.documents.wording import terms
from charteroak.mail.arc import ARCChain
from charteroak.mail.dkim.verification import DKIMCheck
from charteroak.mail.journey import JourneyStep
from charteroak.mail.rejudging import earlier_verdicts
from charteroak.mail.techniques import name_of_technique
from charteroak.response.phish_answer import in_language
from charteroak.response.phish_paper.facts import PhishFacts
from charteroak.response.phish_paper.field_map import FieldMap, FormField
from charteroak.response.phish_paper.words import PaperWords
from charteroak.response.protected_receivers import Withholding

MAX_ROWS = 200
MAX_ROWS_FOR_REPORTER = 30
MAX_CELL_FOR_REPORTER = 300
"""Characters. What a stranger hands in, the portal sets while they wait."""
_WITHHELD = ((Withholding.TELLS_RECEIVER, "withheld"), (Withholding.TRUE_SITE, "true-site"))
_METHODS = {"spf": "SPF", "dkim": "DKIM", "dmarc": "DMARC", "arc": "ARC"}


def phish_paper(facts: PhishFacts, form: FieldMap) -> Document:
    """The document, in the language of the facts.

    The same facts and form give the same document; ``facts.dated`` is the only moment in it.
    """
    say = facts.say
    number = "" if facts.number is None else str(facts.number)
    subject = facts.value("mail.subject") or say("without-subject")
    digest = str(facts.analysis.get("sha256", ""))
    return Document(
        title=say("title"),
        subtitle=f"{say('report', number=number)}: “{subject}”" if number else f"“{subject}”",
        running=f"{say('title')}, {say('report-running', number=number)}" if number else say("title"),
        dated=facts.dated,
        footer=say("footer", digest=digest[:16]) if digest else say("footer-none"),
        banner=say("sample") if facts.is_fictional else "",
        body=tuple(_blocks(facts, form)),
        language=say.language,
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
    say, analysis = facts.say, facts.analysis
    scale = ""
    if facts.scale is not None:
        suspicious, phishing = (f"{bound:g}" for bound in facts.scale)
        scale = f" ({say('scale', suspicious=suspicious, phishing=phishing)})"
    verdict = say.verdict(str(analysis.get("verdict") or "")) or say("not-told")
    yield Terms(
        terms(
            (say("verdict"), (Strong(verdict),)),
            (say("points"), f"{analysis.get('score', 0):g}{scale}"),
            (say("reported"), facts.value("report.received") or ""),
            (say("outcome"), say.outcome(facts.outcome)),
        )
    )
    for word, until in earlier_verdicts(analysis):
        told = say("earlier-why", word=say.verdict(word), until=say.moment(parse_instant(until)))
        yield Note(say("earlier"), (told,))
    if analysis.get("status") != "analyzed":
        lost = [str(defect.get("message", "")) for defect in analysis.get("defects", ()) if defect.get("contentLost")]
        why = " ".join(map(facts.tell_name, lost)) or say("see-below")
        yield Note(say("partial"), (say("partial-why", why=why),))


def _form(facts: PhishFacts, form: FieldMap) -> Iterator[AnyBlock]:
    say = facts.say
    yield Heading(say("form"))
    title = say("form-verified" if form.provenance.verified else "form-not-compared")
    yield Note(title, (f"{form.provenance.form}. {form.provenance.notice}",))
    for section in form.sections:
        rows = tuple(((field.label,), _answer(facts, field)) for field in section.fields)
        columns = (Column(say("question"), 1.3), Column(say("answer"), 3.2))
        yield Table(section.title, columns, rows, say("form-none"))


def _answer(facts: PhishFacts, field: FormField) -> Texts:
    said = facts.value(field.value) if field.value else None
    if said is None:
        return (Blank(field.ask),)
    if field.value == "analysis.verdict":
        return (facts.say.verdict(said),)
    return (Mono(said),) if field.value == "mail.sha256" else (said,)


def _verdict(facts: PhishFacts) -> Iterator[AnyBlock]:
    say = facts.say
    signals: list[Mapping[str, Any]] = list(facts.analysis.get("signals", ()))
    yield Heading(say("points-heading"))
    on = say("points-on", day=facts.weights_reviewed) if facts.weights_reviewed else ""
    yield _plain(say("points-intro", on=on))
    yield _table(
        facts,
        say("points-table"),
        (Column(say("found"), 4.2), Column(say("where"), 1.3), Column(say("points"), 0.7), Column("ATT&CK", 0.9)),
        tuple(
            (
                (facts.tell(in_language(signal, say.language).text),),
                (say.place(str(signal.get("where", ""))),),
                (f"{signal.get('points', 0):+g}" if signal.get("points") else "0",),
                (str(signal.get("technique") or ""),),
            )
            for signal in signals
        ),
        say("points-none"),
    )
    yield from _techniques(say, signals)
    if facts.campaign:
        yield Heading(say("campaign"), level=2)
        name = "campaign-because" if facts.campaign_reasons else "campaign-of"
        yield _plain(say(name, campaign=facts.tell(facts.campaign)))
        yield Items(tuple((facts.tell(reason),) for reason in facts.campaign_reasons))


def _techniques(say: PaperWords, signals: Iterable[Mapping[str, Any]]) -> Iterator[AnyBlock]:
    """The identifiers of the table with MITRE's names."""
    codes = sorted({str(signal["technique"]) for signal in signals if signal.get("technique")})
    named = [f"{code} {name}" for code in codes if (name := name_of_technique(code))]
    if named:
        yield _plain(say("techniques", named="; ".join(named)))


def _journey(facts: PhishFacts) -> Iterator[AnyBlock]:
    say = facts.say
    yield Heading(say("journey"))
    if facts.particulars is None:
        yield _plain(say("journey-gone"))
        return
    yield _table(
        facts,
        say("journey-table"),
        (Column(say("relay"), 1.9), Column(say("came-from"), 2.1), Column(say("at"), 1.5), Column(say("took"), 1.0)),
        tuple(_step(facts, step) for step in facts.particulars.journey),
        say("journey-none"),
    )


def _step(facts: PhishFacts, step: JourneyStep) -> tuple[Texts, ...]:
    mask = facts.say("mask")
    masked = step.is_receiving and mask in facts.tell(step.by)
    by = facts.tell(step.by) or facts.say("unknown")
    address = _defanged(facts.tell_name(step.address))
    sender: Text = Mono(" ".join(dict.fromkeys(part for part in (facts.tell(step.sender), address) if part)) or "?")
    return (mask if masked else Mono(by),), (sender,), (_moment(facts, step.at),), _took(facts.say, step.seconds)


def _took(say: PaperWords, seconds: int | None) -> Texts:
    if seconds is None:
        return (say("unknown"),)
    if seconds < 0:
        return (Strong(say("backwards", seconds=f"{seconds:,}")),)
    return (f"{seconds:,} s",)


def _authentication(facts: PhishFacts) -> Iterator[AnyBlock]:
    say = facts.say
    yield Heading(say("confirms"))
    yield _table(
        facts,
        say("claims"),
        (
            Column(say("method"), 0.7),
            Column(say("result"), 0.8),
            Column(say("about"), 1.8),
            Column(say("claimed-by"), 1.9),
            Column(say("trusted"), 1.0),
        ),
        tuple(
            (
                (_METHODS.get(str(claim.get("method")), str(claim.get("method", ""))),),
                (str(claim.get("result", "")),),
                (Mono(facts.tell(str(claim.get("domain", "")))) if claim.get("domain") else say("unknown"),),
                (facts.tell(str(claim.get("claimedBy", ""))) or say("nameless"),),
                (say("yes" if claim.get("trusted") else "no"),),
            )
            for claim in list(facts.analysis.get("authentication", ()))
        ),
        say("claims-none"),
    )
    if facts.particulars is None:
        return
    yield _table(
        facts,
        say("dkim"),
        (
            Column(say("domain-selector"), 1.6),
            Column(say("finding"), 0.9),
            Column(say("why"), 2.8),
            Column(say("fits"), 0.8),
        ),
        tuple(_signature(facts, check) for check in facts.particulars.dkim),
        say("dkim-none"),
    )
    if facts.particulars.arc is not None:
        yield from _arc(facts, facts.particulars.arc)


def _signature(facts: PhishFacts, check: DKIMCheck) -> tuple[Texts, ...]:
    say = facts.say
    name = ", ".join(part for part in (facts.tell(check.domain), facts.tell(check.selector)) if part) or say("unknown")
    fits = say("yes" if check.is_aligned else "no")
    return (Mono(name),), (say.signature(check.verdict.value),), (check.reason,), (fits,)


def _arc(facts: PhishFacts, chain: ARCChain) -> Iterator[AnyBlock]:
    say = facts.say
    yield _table(
        facts,
        say("arc"),
        (Column(say("step"), 0.6), Column(say("sealed-by"), 2.4), Column(say("chain"), 2.0)),
        tuple(
            (
                (str(seal.instance),),
                (Mono(facts.tell(seal.domain)) if seal.domain else say("unknown"),),
                (seal.chain or "?",),
            )
            for seal in chain.seals
        ),
        say("arc-none"),
    )
    if chain.faults:
        yield Note(say("arc-fault"), (" ".join(chain.faults),))


def _contents(facts: PhishFacts) -> Iterator[AnyBlock]:
    say = facts.say
    digests = {"md5", "sha1", "sha256", "sha512"}
    seen_here = [seen for seen in facts.analysis.get("observables", ()) if seen.get("type") not in digests]
    reasons = [facts.why_withheld(seen) for seen in seen_here]
    observables: list[Mapping[str, Any]] = [seen for seen, why in zip(seen_here, reasons, strict=True) if why is None]
    yield Heading(say("contents"))
    told = [_counted(say, name, reasons.count(why)) for why, name in _WITHHELD if why in reasons]
    if told:
        yield Note(say("withheld-title"), (" ".join(told),))
    yield _table(
        facts,
        say("addresses"),
        (Column(say("address"), 4.0), Column(say("kind"), 0.8), Column(say("where"), 1.5)),
        tuple(
            (
                (Mono(str(seen.get("defanged", ""))),),
                (say.kind(str(seen.get("type", ""))),),
                (", ".join(say.place(str(source)) for source in seen.get("sources", ())),),
            )
            for seen in observables
        ),
        say("addresses-none"),
    )
    yield _table(
        facts,
        say("files"),
        (
            Column(say("file"), 1.7),
            Column(say("file-kind"), 0.9),
            Column(say("size"), 0.8),
            Column("SHA-256", 2.5),
            Column(say("remarks"), 1.1),
        ),
        tuple(
            (
                (facts.tell_name(str(file.get("name", ""))) or say("file-nameless"),),
                (str(file.get("detectedType", "")),),
                (say("bytes", size=f"{file.get('size', 0):,}"),),
                (Mono(str(file.get("sha256", ""))),),
                (", ".join(str(flag).replace("-", " ") for flag in file.get("flags", ())),),
            )
            for file in list(facts.analysis.get("attachments", ()))
        ),
        say("files-none"),
    )


def _defects(facts: PhishFacts) -> Iterator[AnyBlock]:
    say = facts.say
    yield Heading(say("defects"))
    yield _table(
        facts,
        say("defects-table"),
        (Column(say("what"), 4.5), Column(say("times"), 0.6), Column(say("lost"), 0.9)),
        tuple(
            (
                (facts.tell_name(str(defect.get("message", ""))),),
                (str(defect.get("count", 1)),),
                (Strong(say("yes")) if defect.get("contentLost") else say("no"),),
            )
            for defect in facts.analysis.get("defects", ())
        ),
        say("defects-none"),
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
        caption += _counted(facts.say, "more", len(rows) - most)
    if facts.for_reporter:
        cut = tuple(tuple(tuple(map(_cut, cell)) for cell in row) for row in shown)
        if cut != shown:
            caption += facts.say("cut")
        shown = cut
    return Table(caption, columns, shown, empty)


def _counted(say: PaperWords, name: str, number: int) -> str:
    return say(f"{name}-one" if number == 1 else f"{name}-many", count=f"{number:,}")


def _cut(text: Text) -> Text:
    if isinstance(text, str):
        return text if len(text) <= MAX_CELL_FOR_REPORTER else f"{text[:MAX_CELL_FOR_REPORTER]}…"
    if isinstance(text, Mono) and len(text.text) > MAX_CELL_FOR_REPORTER:
        return Mono(f"{text.text[:MAX_CELL_FOR_REPORTER]}…")
    return text


def _plain(text: str) -> Paragraph:
    return Paragraph((text,), numbered=False)


def _moment(facts: PhishFacts, moment: datetime | None) -> str:
    return facts.say("unknown") if moment is None else facts.say.moment(moment)


def _defanged(address: str) -> str:
    return address.replace(".", "[.]").replace(":", "[:]")
