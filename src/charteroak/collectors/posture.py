"""What a look at a domain from outside saw (``adapters.posture``), read for what it says about mail and web.

The document says what was asked and what came back; this reads it. A question that got no answer is *could not tell*,
and so is a selector that nobody named: DKIM keys cannot be found without knowing where to look (RFC 6376, 3.6.1).
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from charteroak.canonical import CanonicalError, canonical_json, parse_json
from charteroak.clock import TimeFormatError, connecticut_day, parse_instant
from charteroak.collectors.collected import Collected, CollectorInputError, Observation, Occasion, shown

NAME, VERSION = "posture", "2"
FORMAT = "charteroak-posture/1"
DOCUMENT_LIMIT_BYTES = 1 << 20
EXPIRES_SOON = timedelta(days=14)
_CLOCK_SLACK = timedelta(minutes=5)
_SPF_TERM = re.compile(
    r"[a-z][a-z0-9._-]*=.*|[-+~?]?(?:all|(?:include|exists|ip4|ip6):.+|(?:a|mx)(?:[:/].+)?|ptr(?::.+)?)"
)
"""A modifier or a mechanism of SPF (RFC 7208, 12)."""
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
    """The domain's own keys (DNSKEY)."""
    ds: Answer | None = None
    """What the zone above says of those keys; ``None`` in looks that did not ask."""
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
    yield _mx(document.mx)
    yield _caa(document.caa)
    yield _dnssec(document.dnssec, document.ds)
    yield _mta_sts(document.mta_sts)
    if document.tls is not None:
        yield from _tls(document.tls, looked)


def _could_not(claim: str, problem: str) -> Observation:
    return Observation(claim, None, shown(f"Could not tell: {problem}", 300))


def _mx(answer: Answer) -> Observation:
    """A server, or the one record that says that there is none (RFC 7505, 3)."""
    if answer.problem:
        return _could_not("mx", answer.problem)
    servers = [record.rpartition(" ")[2] for record in answer.records]
    if "." not in servers:
        return Observation("mx", bool(servers), "A mail server is named." if servers else "No mail server is named.")
    if len(servers) > 1:
        return _could_not("mx", "a record that says that the domain takes no mail stands beside others.")
    return Observation("mx", False, "The domain says that it takes no mail (null MX).")


def _caa(answer: Answer) -> Observation:
    """Only ``issue`` holds back whoever issues (RFC 8659, 4.2 and 4.3)."""
    if answer.problem:
        return _could_not("caa", answer.problem)
    if any(record.lower().split(" ")[1:2] == ["issue"] for record in answer.records):
        return Observation("caa", True, "Who may issue certificates is said.")
    why = "its CAA names no issuer" if answer.records else "no CAA"
    return Observation("caa", False, f"Anybody may issue certificates ({why}).")


def _dnssec(keys: Answer, above: Answer | None) -> Observation:
    """Keys that the zone above vouches for: without its DS nobody can check them (RFC 4035, 5.2)."""
    if keys.problem:
        return _could_not("dnssec", keys.problem)
    if not keys.records:
        return Observation("dnssec", False, "The domain is not signed (no DNSKEY).")
    if above is None or above.problem:
        return _could_not("dnssec", above.problem if above else "the zone above was not asked about the keys (DS).")
    if not above.records:
        return Observation("dnssec", False, "The domain has keys, but the zone above does not name them (no DS).")
    return Observation("dnssec", True, "The domain has keys, and the zone above names keys. Nothing was validated.")


def _mta_sts(answer: Answer) -> Observation:
    """One announcement (RFC 8461, 3.1). What the policy says was not asked."""
    if answer.problem:
        return _could_not("mta-sts", answer.problem)
    found = [record for record in answer.records if record.lower().partition(";")[0].strip() == "v=stsv1"]
    if len(found) > 1:
        return Observation("mta-sts", False, f"There are {len(found)} MTA-STS records; there must be one.")
    return Observation("mta-sts", bool(found), f"MTA-STS is {'announced' if found else 'not announced'}.")


def _spf(answer: Answer) -> Observation:
    """One record without errors, which ends in refusing or marking what it does not name (RFC 7208, 4.5, 4.6, 5.1)."""
    if answer.problem:
        return _could_not("spf", answer.problem)
    found = [record for record in answer.records if record.lower().split(" ")[0] == "v=spf1"]
    if len(found) != 1:
        return Observation("spf", False, f"There are {len(found)} SPF records; there must be one.")
    terms = found[0].lower().split()
    if not all(map(_SPF_TERM.fullmatch, terms)):
        return Observation("spf", False, "The SPF record has a term that SPF does not know, which makes it void.")
    ends = next((term for term in terms if term in {"-all", "~all", "?all", "+all", "all"}), "")
    if any(term.startswith("redirect=") for term in terms) and not ends:
        return Observation("spf", None, "Could not tell: SPF refers to another name, which was not asked.")
    return Observation("spf", ends in {"-all", "~all"}, f"SPF ends in {ends or 'nothing'}.")


def _tags(record: str) -> dict[str, str] | None:
    """The tags of a record by name; ``None`` where one stands twice, which makes it no list (RFC 6376, 3.2)."""
    pairs = [part.partition("=") for part in record.split(";") if part.strip(" \t=")]
    tags = {name.strip().lower(): value.strip() for name, _, value in pairs}
    return tags if len(tags) == len(pairs) else None


def _dmarc(answer: Answer) -> Observation:
    """A policy that holds or refuses false mail, for all of it (RFC 7489, 6.3)."""
    if answer.problem:
        return _could_not("dmarc", answer.problem)
    found = [record for record in answer.records if record.partition(";")[0].replace(" ", "") == "v=DMARC1"]
    if len(found) != 1:
        return Observation("dmarc", False, f"There are {len(found)} DMARC records; there must be one.")
    tags = _tags(found[0])
    if tags is None:
        return _could_not("dmarc", "a tag stands twice in the DMARC record.")
    policy, share = tags.get("p", "").lower(), tags.get("pct", "100")
    is_enforced = policy in {"quarantine", "reject"} and share == "100"
    below = f", {tags['sp'].lower()} for names below it" if "sp" in tags else ""
    return Observation(
        "dmarc", is_enforced, shown(f"DMARC says {policy or 'nothing'} for {share} percent{below}.", 200)
    )


def _dkim(answers: Mapping[str, Answer]) -> Observation:
    if not answers:
        return Observation("dkim", None, "Could not tell: no selector was named.")
    problems = [answer.problem for answer in answers.values() if answer.problem]
    lists = {name: [_tags(each) for each in answer.records] for name, answer in answers.items()}
    usable = [name for name, found in lists.items() if any(tags and tags.get("p") for tags in found)]
    if not usable and any(tags is None for found in lists.values() for tags in found):
        problems.append("a tag stands twice in a DKIM record.")
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
