"""What a look at a domain from outside saw (``adapters.posture``), read for what it says about mail and web.

The document says what was asked and what came back; this reads it. A question that got no answer is *could not tell*,
and so is a selector that nobody named: DKIM keys cannot be found without knowing where to look (RFC 6376, 3.6.1).
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from charteroak.canonical import CanonicalError, canonical_json, parse_json
from charteroak.clock import TimeFormatError, connecticut_day, parse_instant
from charteroak.collectors.collected import Collected, CollectorInputError, Observation, Occasion, shown

NAME, VERSION = "posture", "1"
FORMAT = "charteroak-posture/1"
DOCUMENT_LIMIT_BYTES = 1 << 20
EXPIRES_SOON = timedelta(days=14)
_CLOCK_SLACK = timedelta(minutes=5)
_MODERN = frozenset({"TLSv1.2", "TLSv1.3"})


class Answer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a name server said to one question; ``problem`` where nothing usable came back."""

    records: tuple[str, ...] = ()
    problem: str = ""


class TLSAnswer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a TLS handshake with the organisation's own host gave."""

    host: str
    port: int
    version: str = ""
    names: tuple[str, ...] = ()
    expires: str = ""
    trusted: bool | None = None
    problem: str = ""


class PostureDocument(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A look at a domain at one moment."""

    format: str
    domain: str
    looked: str
    resolver: str = ""
    spf: Answer
    dmarc: Answer
    dkim: Mapping[str, Answer] = {}
    mx: Answer
    caa: Answer
    dnssec: Answer
    mta_sts: Answer
    tls: TLSAnswer | None = None


def render_posture(look: PostureDocument) -> bytes:
    """A look at a domain as the bytes that are sealed: canonical JSON, so that one look has one digest."""
    return canonical_json(msgspec.json.decode(msgspec.json.encode(look)))


def read_posture(data: bytes, occasion: Occasion) -> Collected:
    """What a look at a domain says.

    Raises:
        CollectorInputError: it is no such document, or is about another domain or a moment that has not come.
    """
    if len(data) > DOCUMENT_LIMIT_BYTES:
        raise CollectorInputError("The look is larger than 1 MB.")
    try:
        document = msgspec.convert(parse_json(data), PostureDocument)
        looked = parse_instant(document.looked)
    except (CanonicalError, msgspec.ValidationError, TimeFormatError) as error:
        raise CollectorInputError(
            f"This is no look at a domain: {shown(str(error), 300).rstrip('.')}.", remedy="Look again."
        ) from error
    if document.format != FORMAT or looked > occasion.moment + _CLOCK_SLACK:
        raise CollectorInputError(f"This is no look at a domain as {FORMAT} has it, or one from the future.")
    if document.domain != occasion.subject:
        raise CollectorInputError(f"This is a look at {shown(document.domain, 80)!r}, not at {occasion.subject!r}.")
    day = connecticut_day(looked)
    return Collected(NAME, VERSION, document.domain, day, day, tuple(_observations(document, looked)))


def _observations(document: PostureDocument, looked: datetime) -> Iterator[Observation]:
    yield _spf(document.spf)
    yield _dmarc(document.dmarc)
    yield _dkim(document.dkim)
    yield _present("mx", document.mx, "A mail server is named", "No mail server is named")
    yield _present("caa", document.caa, "Who may issue certificates is said", "Anybody may issue certificates (no CAA)")
    yield _present("dnssec", document.dnssec, "The domain is signed", "The domain is not signed (no DNSKEY)")
    yield _present("mta-sts", document.mta_sts, "MTA-STS is announced", "MTA-STS is not announced")
    if document.tls is not None:
        yield from _tls(document.tls, looked)


def _could_not(claim: str, problem: str) -> Observation:
    return Observation(claim, None, shown(f"Could not tell: {problem}", 300))


def _present(claim: str, answer: Answer, there: str, absent: str) -> Observation:
    if answer.problem:
        return _could_not(claim, answer.problem)
    told = f"{there}." if answer.records else f"{absent}."
    return Observation(claim, bool(answer.records), told)


def _spf(answer: Answer) -> Observation:
    """One record, which ends in refusing or marking what it does not name (RFC 7208, 4.5 and 5.1)."""
    if answer.problem:
        return _could_not("spf", answer.problem)
    found = [record for record in answer.records if record.lower().split(" ")[0] == "v=spf1"]
    if len(found) != 1:
        return Observation("spf", False, f"There are {len(found)} SPF records; there must be one.")
    terms = found[0].lower().split()
    ends = next((term for term in terms if term in {"-all", "~all", "?all", "+all", "all"}), "")
    if any(term.startswith("redirect=") for term in terms) and not ends:
        return Observation("spf", None, "Could not tell: SPF refers to another name, which was not asked.")
    return Observation("spf", ends in {"-all", "~all"}, f"SPF ends in {ends or 'nothing'}.")


def _tags(record: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in record.split(";"))
    return {name.strip().lower(): value.strip() for name, _, value in pairs if name.strip()}


def _dmarc(answer: Answer) -> Observation:
    """A policy that holds or refuses false mail, for all of it (RFC 7489, 6.3)."""
    if answer.problem:
        return _could_not("dmarc", answer.problem)
    found = [tags for tags in map(_tags, answer.records) if tags.get("v", "") == "DMARC1"]
    if len(found) != 1:
        return Observation("dmarc", False, f"There are {len(found)} DMARC records; there must be one.")
    policy, share = found[0].get("p", "").lower(), found[0].get("pct", "100")
    is_enforced = policy in {"quarantine", "reject"} and share == "100"
    return Observation("dmarc", is_enforced, shown(f"DMARC says {policy or 'nothing'} for {share} percent.", 200))


def _dkim(answers: Mapping[str, Answer]) -> Observation:
    if not answers:
        return Observation("dkim", None, "Could not tell: no selector was named.")
    problems = [answer.problem for answer in answers.values() if answer.problem]
    usable = [name for name, answer in answers.items() if any(_tags(each).get("p") for each in answer.records)]
    if not usable and problems:
        return _could_not("dkim", problems[0])
    return Observation("dkim", bool(usable), f"{len(usable)} of {len(answers)} named selectors hold a key.")


def _tls(answer: TLSAnswer, looked: datetime) -> Iterator[Observation]:
    if answer.problem:
        yield _could_not("tls-current", answer.problem)
        yield _could_not("certificate", answer.problem)
        return
    yield Observation("tls-current", answer.version in _MODERN, shown(f"{answer.host} speaks {answer.version}.", 200))
    yield _certificate(answer, looked)


def _certificate(answer: TLSAnswer, looked: datetime) -> Observation:
    try:
        expires: Any = parse_instant(answer.expires)
    except TimeFormatError:
        return _could_not("certificate", "its end cannot be read")
    left = expires - looked
    told = f"The certificate of {answer.host} ends on {connecticut_day(expires).isoformat()}."
    if answer.trusted is not True:
        return Observation("certificate", False, shown(f"{told} It is not trusted for this name.", 300))
    return Observation("certificate", left > EXPIRES_SOON, shown(told, 300))
