"""Which mails hang together by the proofs they share, with an analyst's decisions kept.

Decisions are replayed first, the newest first; what an older one asks for and a newer one forbids is a *conflict* and
is named. Then proofs are taken from the strongest on, equal ones by number; the mails that have one in common join the
first of them, in the order of their digests. Mails that a decision keeps apart never come into one group: a mail that
is linked with both sides goes to the one that it resembles most.

Everything is a function of the set of mails and the decisions. Nothing depends on the order in which mails came.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from charteroak.mail.proofs import Proof, proofs_of


@dataclass(frozen=True, slots=True)
class Node:
    """One mail, or several that are alike in every trait (``copies``).

    ``name`` is how decisions and answers call it; ``order`` is what it is ordered by and has to come from its content.
    What was decided about the copy that names it was decided about each.
    """

    name: int
    order: tuple[str | int, ...]
    codes: tuple[int, ...]
    copies: int = 1


@dataclass(frozen=True, slots=True)
class Decision:
    """What an analyst decided about mails by name: ``together`` is one group, or is kept apart from ``apart_from``."""

    number: int
    together: tuple[int, ...]
    apart_from: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Tie:
    """Why two mails are in one group: a proof worth so many hundredths of a point, or a decision by its number."""

    first: int
    second: int
    worth: int
    decision: int | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two mails for which a decision cannot be kept, because newer ones say otherwise."""

    decision: int
    first: int
    second: int


@dataclass(frozen=True, slots=True)
class Group:
    """Mails of one campaign by name, and the strongest ties that hold them together."""

    members: tuple[int, ...]
    ties: tuple[Tie, ...]


@dataclass(frozen=True, slots=True)
class Grouping:
    """The answer: every group of two mails or more, and what could not be kept."""

    groups: tuple[Group, ...]
    conflicts: tuple[Conflict, ...] = ()


def group_nodes(nodes: Iterable[Node], profiles: Mapping[int, int], decisions: Sequence[Decision] = ()) -> Grouping:
    """Group mails by the proofs that they share; ``profiles`` says how common each shared trait is."""
    ordered = sorted(nodes, key=lambda node: (node.order, node.name))
    places = {node.name: place for place, node in enumerate(ordered)}
    partition = _Partition(len(ordered))
    conflicts = _replay(decisions, ordered, places, partition)
    bearers = _bearers(ordered, profiles)
    strongest = sorted(bearers, key=lambda proof: (-proof.worth, proof.number))
    if decisions:
        partition = _kept_apart(strongest, bearers, decisions, places, partition, [node.copies for node in ordered])
    else:
        for proof in strongest:
            _joined(bearers[proof], partition, proof.worth, None)
    copied = {place for holders in bearers.values() for place in holders if ordered[place].copies > 1}
    copied |= {
        places[name]
        for decision in decisions
        if not decision.apart_from
        for name in decision.together
        if name in places and ordered[places[name]].copies > 1
    }
    return Grouping(_groups(ordered, partition, copied), tuple(conflicts))


def _bearers(ordered: Sequence[Node], profiles: Mapping[int, int]) -> dict[Proof, list[int]]:
    """The mails that have each proof. A trait that only one mail has cannot be part of a shared one."""
    counts: Counter[int] = Counter()
    for node in ordered:
        for code in node.codes:
            counts[code] += node.copies
    found: dict[Proof, list[int]] = defaultdict(list)
    for place, node in enumerate(ordered):
        for proof in proofs_of([code for code in node.codes if counts[code] > 1], profiles):
            found[proof].append(place)
    return found


class _Partition:
    """A union-find that knows which groups may not become one."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._parents = list(range(size))
        self._forbidden: dict[int, set[int]] = {}
        self.ties: list[tuple[int, int, int, int | None]] = []

    def root(self, place: int) -> int:
        while self._parents[place] != place:
            self._parents[place] = self._parents[self._parents[place]]
            place = self._parents[place]
        return place

    def may_join(self, first: int, second: int) -> bool:
        return self.root(second) not in self._forbidden.get(self.root(first), ())

    def join(self, first: int, second: int, worth: int, decision: int | None = None) -> None:
        one, other = self.root(first), self.root(second)
        if one == other:
            return
        self._parents[other] = one
        self.ties.append((first, second, worth, decision))
        for enemy in self._forbidden.pop(other, ()):
            self._forbidden[enemy].discard(other)
            self._forbidden[enemy].add(one)
            self._forbidden.setdefault(one, set()).add(enemy)

    def forbid(self, first: int, second: int) -> bool:
        one, other = self.root(first), self.root(second)
        if one == other:
            return False
        self._forbidden.setdefault(one, set()).add(other)
        self._forbidden.setdefault(other, set()).add(one)
        return True


def _replay(
    decisions: Sequence[Decision], ordered: Sequence[Node], places: Mapping[int, int], partition: _Partition
) -> list[Conflict]:
    conflicts: list[Conflict] = []
    for decision in sorted(decisions, key=lambda decision: -decision.number):
        together = sorted(places[name] for name in decision.together if name in places)
        apart = sorted(places[name] for name in decision.apart_from if name in places)
        if decision.apart_from:
            refused = [(one, other) for one in together for other in apart if not partition.forbid(one, other)]
        else:
            refused = [(together[0], other) for other in _joined(together, partition, 0, decision.number)]
        conflicts += [Conflict(decision.number, ordered[one].name, ordered[other].name) for one, other in refused]
    return conflicts


def _joined(
    holders: Sequence[int],
    partition: _Partition,
    worth: int,
    decision: int | None,
    resembling: "_Resemblance | None" = None,
) -> list[int]:
    """Bring mails together, each with the first before it that it may join; answers those not with the very first."""
    heads: list[int] = []
    elsewhere: list[int] = []
    for holder in holders:
        allowed = [head for head in heads if partition.may_join(head, holder)]
        if not allowed:
            heads.append(holder)
        else:
            choice = resembling.nearest(holder, allowed) if resembling is not None and len(allowed) > 1 else 0
            partition.join(allowed[choice], holder, worth, decision)
        if partition.root(holder) != partition.root(heads[0]):
            elsewhere.append(holder)
    return elsewhere


def _kept_apart(
    strongest: Sequence[Proof],
    bearers: Mapping[Proof, Sequence[int]],
    decisions: Sequence[Decision],
    places: Mapping[int, int],
    partition: _Partition,
    copies: Sequence[int],
) -> _Partition:
    """Join by evidence what decisions allow, then tell each group's ties by evidence as far as evidence goes."""
    named = {name for decision in decisions for name in (*decision.together, *decision.apart_from)}
    decided = {places[name] for name in named if name in places}
    resembling = _Resemblance(bearers, decided, partition, copies)
    for proof in strongest:
        # Who was decided about comes first, so that the others have sides to choose from.
        holders = sorted(bearers[proof], key=lambda place: (place not in decided, place))
        _joined(holders, partition, proof.worth, None, resembling)
    told = _Partition(partition.size)
    evidence = [(bearers[proof], proof.worth, None) for proof in strongest]
    decided_ties = [
        (sorted(places[name] for name in decision.together if name in places), 0, decision.number)
        for decision in sorted(decisions, key=lambda decision: -decision.number)
        if not decision.apart_from
    ]
    for members, worth, number in (*evidence, *decided_ties):
        within: dict[int, list[int]] = defaultdict(list)
        for member in members:
            within[partition.root(member)].append(member)
        for holders in within.values():
            _joined(holders, told, worth, number)
    return told


class _Resemblance:
    """Which of several sides a mail is most like: by all the evidence it shares with one mail that was decided about.

    Of sides with an equal best, the one with more such mails; then the one whose mail comes first.
    """

    def __init__(
        self,
        bearers: Mapping[Proof, Sequence[int]],
        decided: set[int],
        partition: _Partition,
        copies: Sequence[int],
    ) -> None:
        self._proofs: dict[int, list[Proof]] = defaultdict(list)
        self._decided = {proof: [place for place in holders if place in decided] for proof, holders in bearers.items()}
        for proof, holders in bearers.items():
            for place in holders:
                self._proofs[place].append(proof)
        self._partition = partition
        self._copies = copies
        self._known: dict[int, Counter[int]] = {}

    def nearest(self, place: int, heads: Sequence[int]) -> int:
        """The place in ``heads`` of the side that a mail is most like."""
        if place not in self._known:
            shared: Counter[int] = Counter()
            for proof in self._proofs[place]:
                for other in self._decided[proof]:
                    shared[other] += proof.worth
            self._known[place] = shared
        sides: dict[int, Counter[int]] = defaultdict(Counter)
        for other, worth in self._known[place].items():
            sides[self._partition.root(other)][worth] += self._copies[other]
        found = [max(sides[self._partition.root(head)].items(), default=(0, 1)) for head in heads]
        return max(range(len(heads)), key=lambda side: (*found[side], -side))


def _groups(ordered: Sequence[Node], partition: _Partition, copied: set[int]) -> tuple[Group, ...]:
    """Every group of two mails or more; copies of one mail that has a proof are a group by themselves."""
    members: dict[int, list[int]] = defaultdict(list)
    ties: dict[int, list[Tie]] = defaultdict(list)
    for place, node in enumerate(ordered):
        members[partition.root(place)].append(node.name)
    for first, second, worth, decision in partition.ties:
        tie = Tie(ordered[first].name, ordered[second].name, worth, decision)
        ties[partition.root(first)].append(tie)
    return tuple(
        Group(tuple(names), tuple(ties[root])) for root, names in members.items() if len(names) > 1 or root in copied
    )
