"""The sources whose drops count: registered in the ledger, expected every so many days, silent when nothing comes.

A source is one collector for one subject: the backup log of the file server, the posture of a domain, a tool with a key
of its own. Registering it is an entry, so that the record says who let a key speak and since when.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from charteroak.collectors.posture import NAME as POSTURE
from charteroak.collectors.signed_drop import NAME as SIGNED_DROP
from charteroak.errors import InputError
from charteroak.intel.public_suffixes import is_public_suffix
from charteroak.ledger.keys import parse_ed25519_vkey
from charteroak.observables import ObservableError, ObservableType, parse_observable
from charteroak.program.bodies import Claim, Collection, CollectorRegistered, EvidenceCollected, Severity
from charteroak.program.collector_ties import load_collector_ties
from charteroak.program.history import knowledge
from charteroak.program.recorded import RecordedFact, read_fact
from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.models import LedgerEntry
from charteroak.records.ledger.projections import LedgerFact, LedgerRelation
from charteroak.services.gaps import open_gaps_of
from charteroak.services.ledger import read_entries
from charteroak.services.ledger_ties import Ties
from charteroak.services.program_record import record_day
from charteroak.services.program_subjects import usable_identifier
from charteroak.services.programs import ProgramInputError, Recorder, require_keeper, usable_line
from charteroak.services.projections import is_whole
from charteroak.services.selected import read_selected
from charteroak.services.selection import known_size

KINDS = tuple(load_collector_ties().every_days)
"""The collectors of this release, by name."""
_LONGEST_GAP_NAME = 64
_NEWEST = 40
"""Entries of one source that are looked at for its last drop; one drop makes a few."""


@dataclass(frozen=True, slots=True)
class NewSource:
    """A source as it is registered. ``every_days`` of ``None``: as often as our table says."""

    name: str
    collector: str
    subject: str
    by: str
    key: str = ""
    every_days: int | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A registered source, by the entry that counts, with every entry that registered it."""

    fact: RecordedFact
    body: CollectorRegistered
    entries: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ProposedGap:
    """A gap that a drop, or its absence, suggests. Nothing is opened until a person accepts it."""

    name: str
    title: str
    severity: Severity | None
    practice: str | None
    found_by: int

    def to_json(self) -> dict[str, Any]:
        """The proposal as JSON values."""
        return {
            "gap": self.name, "title": self.title, "severity": self.severity, "practice": self.practice,
            "foundBy": self.found_by,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class SourceState:
    """A source on a day: what came last, how old it is, what it showed."""

    source: Source
    last: Sequence[RecordedFact]
    """The entries of the last drop, one for each practice that it spoke for; empty where none ever came."""
    day: date

    @property
    def collection(self) -> Collection | None:
        """What the last drop said of itself."""
        body = self.last[0].body if self.last else None
        return body.collected if isinstance(body, EvidenceCollected) else None

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Every claim of the last drop, each once."""
        found: dict[str, Claim] = {}
        for fact in self.last:
            if isinstance(fact.body, EvidenceCollected) and fact.body.collected is not None:
                found |= {claim.claim: claim for claim in fact.body.collected.claims}
        return tuple(found.values())

    @property
    def could_not_read(self) -> int:
        """How much of the last drop was passed over because it could not be read."""
        return 0 if self.collection is None else self.collection.could_not_read

    @property
    def age_days(self) -> int | None:
        """How old the last drop is, by the day it speaks of."""
        return None if not self.last else (self.day - max(fact.first_day for fact in self.last)).days

    @property
    def silent_days(self) -> int:
        """By how many days the next drop is late; 0 while it is not. Where none ever came, since it was registered."""
        since = (self.day - self.source.fact.first_day).days if self.age_days is None else self.age_days
        return max(0, since - self.source.body.every_days)

    def to_json(self) -> dict[str, Any]:
        """The source and its last drop as JSON values."""
        body = self.source.body
        return {
            "name": body.name,
            "collector": body.collector,
            "subject": body.subject,
            "key": body.key or None,
            "everyDays": body.every_days,
            "ageDays": self.age_days,
            "silentDays": self.silent_days,
            "entries": [fact.index for fact in self.last],
            "claims": [{"claim": e.claim, "holds": e.holds, "detail": e.detail} for e in self.claims],
            "couldNotRead": self.could_not_read,
        }


def register_source(organisation: Organisation, source: NewSource, day: date, recorder: Recorder) -> LedgerEntry:
    """Record from a day on that drops of a source count. A second entry of one name takes the place of the first.

    Raises:
        AccessError: the person does not keep this organisation's record.
        ProgramInputError: a field cannot be used; nothing was recorded.
    """
    require_keeper(organisation, recorder)
    body = _usable(source)
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        for other in sources(organisation):
            if body.key and _same_key(other.body.key, body.key) and other.body.name != body.name:
                raise ProgramInputError(f"This key speaks for {other.body.name} already.", field="key")
        return record_day(organisation, "collector.registered", body, (day, "day"), recorder)


def end_source(organisation: Organisation, name: str, by: str, day: date, recorder: Recorder) -> LedgerEntry:
    """Record that nothing more is expected of a source, and nothing more accepted: the way to withdraw a key.

    Raises:
        AccessError: the person does not keep this organisation's record.
        ProgramInputError: there is no such source; nothing was recorded.
    """
    require_keeper(organisation, recorder)
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        source = source_named(organisation, name)
        said = source.body
        body = CollectorRegistered(
            name=said.name, collector=said.collector, subject=said.subject, key=said.key, every_days=said.every_days,
            by=usable_line(by, "by"), ends=True,
        )  # fmt: skip
        return record_day(organisation, "collector.registered", body, (day, "day"), recorder)


def sources(organisation: Organisation) -> list[Source]:
    """The sources that count now, by name; those that ended are none."""
    found: dict[str, list[RecordedFact]] = {}
    for fact in _standing(organisation, _indexes_of_kind(organisation)):
        if isinstance(fact.body, CollectorRegistered):
            found.setdefault(fact.body.name, []).append(fact)
    return [
        Source(newest, newest.body, tuple(fact.index for fact in facts))
        for _, facts in sorted(found.items())
        if isinstance((newest := max(facts, key=lambda fact: fact.order)).body, CollectorRegistered)
        and not newest.body.ends
    ]


def source_named(organisation: Organisation, name: str) -> Source:
    """A source that counts now.

    Raises:
        ProgramInputError: there is none of this name.
    """
    for each in sources(organisation):
        if each.body.name == name:
            return each
    raise ProgramInputError(
        f"No source called {name[:60]!r} is registered.", field="source", remedy="Register it first."
    )


def last_drop(organisation: Organisation, source: Source) -> list[RecordedFact]:
    """The entries of a source's newest drop that stand; none where nothing came."""
    facts = [fact for fact in _standing(organisation, _indexes_of_source(organisation, source)) if _is_drop(fact)]
    if not facts:
        return []
    newest = max(facts, key=lambda fact: fact.index)
    digest = _digest(newest)
    return [fact for fact in facts if _digest(fact) == digest]


def source_states(organisation: Organisation, day: date) -> list[SourceState]:
    """Every source with its last drop, those first that are silent longest."""
    states = [SourceState(source, last_drop(organisation, source), day) for source in sources(organisation)]
    return sorted(states, key=lambda state: (-state.silent_days, state.source.body.name))


def proposed_gaps(organisation: Organisation, states: Sequence[SourceState], day: date) -> list[ProposedGap]:
    """What the last drops, or their absence, suggest as gaps that are not open yet; the gravest first."""
    opened = {gap.body.gap for gap in open_gaps_of(organisation, day)}
    found = [each for state in states for each in _proposed(state) if each.name not in opened]
    order = ("critical", "high", "moderate", "low", None)
    return sorted(found, key=lambda each: (order.index(each.severity), each.name))


def _proposed(state: SourceState) -> Iterator[ProposedGap]:
    ties, name = load_collector_ties(), state.source.body.name
    subject = state.source.body.subject
    for claim in state.claims:
        words = ties.claims.get(claim.claim)
        if claim.holds is False and words is not None and words.if_not is not None:
            practice = next((tie.practice for tie in ties.ties if claim.claim in tie.needs), None)
            found_by = state.last[0].index
            title = f"{words.if_not}: {subject}"[:300]
            yield ProposedGap(_gap_name(name, claim.claim), title, words.severity, practice, found_by)
    if state.silent_days:
        days = state.silent_days + state.source.body.every_days
        title = f"Nothing came from {name} for {days} days: {subject}"[:300]
        practice = next((f.body.practice for f in state.last if isinstance(f.body, EvidenceCollected)), None)
        yield ProposedGap(_gap_name(name, "silent"), title, "moderate", practice, state.source.fact.index)


def _gap_name(source: str, what: str) -> str:
    """A name that stays the same from drop to drop, so that one trouble is one gap."""
    name = f"{source}-{what}"
    if len(name) <= _LONGEST_GAP_NAME:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:12]
    return f"{name[: _LONGEST_GAP_NAME - 13].rstrip('-')}-{digest}"


def _usable(source: NewSource) -> CollectorRegistered:
    ties = load_collector_ties()
    if source.collector not in ties.every_days:
        raise ProgramInputError(f"Choose one of the collectors: {', '.join(ties.every_days)}.", field="collector")
    subject, key = usable_line(source.subject, "subject"), source.key.strip()
    if source.collector == POSTURE:
        subject = usable_domain(subject, "subject")
    if source.collector == SIGNED_DROP:
        try:
            parse_ed25519_vkey(key)
        except InputError as error:
            raise ProgramInputError(
                f"This is no Ed25519 verifier key: {error.message}", field="key", remedy="See docs/collectors.md."
            ) from error
    elif key:
        raise ProgramInputError("Only the source of signed drops has a key.", field="key")
    every = ties.every_days[source.collector] if source.every_days is None else source.every_days
    if not 1 <= every <= 400:
        raise ProgramInputError("Give a number of days from 1 to 400.", field="every_days")
    return CollectorRegistered(
        name=usable_identifier(source.name, "name"), collector=source.collector, subject=subject, key=key,
        every_days=every, by=usable_line(source.by, "by"),
    )  # fmt: skip


def _same_key(one: str, other: str) -> bool:
    """Whether two verifier keys are one key, whatever they are called: its signatures hold under every name."""
    return bool(one and other) and parse_ed25519_vkey(one).public_key == parse_ed25519_vkey(other).public_key


def usable_domain(text: str, field: str) -> str:
    """A domain that an organisation can call its own: a name below a public suffix.

    Raises:
        ProgramInputError: it is none.
    """
    try:
        domain = parse_observable(text.strip().rstrip("."), ObservableType.DOMAIN).value
    except ObservableError as error:
        raise ProgramInputError("Name the domain itself, such as example.org.", field=field) from error
    if is_public_suffix(domain):
        raise ProgramInputError(f"{domain} is nobody's own: others register names below it.", field=field)
    return domain


def _is_drop(fact: RecordedFact) -> bool:
    return isinstance(fact.body, EvidenceCollected) and fact.body.collected is not None


def _digest(fact: RecordedFact) -> str:
    body = fact.body
    return body.collected.sha256 if isinstance(body, EvidenceCollected) and body.collected is not None else ""


def _indexes_of_kind(organisation: Organisation) -> list[int] | None:
    if not is_whole(organisation):
        return None
    rows = LedgerFact.objects.filter(organisation=organisation, kind="collector.registered")
    return list(rows.values_list("index", flat=True))


def _indexes_of_source(organisation: Organisation, source: Source) -> list[int] | None:
    if not is_whole(organisation):
        return None
    rows = LedgerRelation.objects.filter(organisation=organisation, relation="rests-on", target__in=source.entries)
    return list(rows.order_by("-index").values_list("index", flat=True)[:_NEWEST])


def _standing(organisation: Organisation, indexes: list[int] | None) -> list[RecordedFact]:
    """Some entries as facts, without those that were corrected; all of the ledger where nothing is projected."""
    if indexes is None:
        return list(knowledge(read_fact(entry) for entry in read_entries(organisation)).standing)
    ties = Ties(organisation.pk, known_size(organisation))
    wanted = sorted(ties.with_ties(indexes))
    return list(knowledge(read_fact(entry) for entry in read_selected(organisation, wanted)).standing)
