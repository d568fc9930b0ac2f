"""The same grouping as ``clustering`` without decisions, for a million mails at once, over columns of whole numbers.

1. Traits are sorted; those that one mail has, or that are too common to be worth anything, go.
2. Every mail's proofs are made column-wise: mails with equally many traits left are one matrix.
3. Proofs are sorted by number; each that several mails have links the first of them with every other.
4. The strongest links that hold everything together are found by Boruvka's algorithm (1926): each component takes its
   strongest link at once, and components halve at least with each round.

Links have one total order (worth, number of the proof, mail), so that the strongest spanning links are unique and are
those that the plain algorithm keeps.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from charteroak.mail.evidence import ATTACHMENT, KIND_BITS, KINDS, RARITY_STEPS, TEXT, rarity_percent
from charteroak.mail.proofs import MULTIPLIERS, PROOF_WORTH, SAMPLES_FOR_PROOF, SHIFT

Numbers: TypeAlias = npt.NDArray[np.int64]
_Proofs: TypeAlias = tuple[npt.NDArray[np.int32], npt.NDArray[np.int16], npt.NDArray[np.uint64]]

_WEIGHTS = np.array([kind.weight for kind in KINDS], np.int16)
_FAMILY_NAMES = tuple(dict.fromkeys(kind.family for kind in KINDS))
_FAMILIES = np.array([_FAMILY_NAMES.index(kind.family) for kind in KINDS], np.int8)
_PERCENT = np.array([rarity_percent(most) for most in range(RARITY_STEPS[-1][0] + 2)], np.int16)
_PAIRS_AT_ONCE = 1 << 24
_FULL = rarity_percent(1)
_SHARED = 2
_MOST_PUT_RIGHT = 10_000
_HALF, _LOW = 32, (1 << 32) - 1
_PROOF_BITS, _MAIL_BITS = 28, 26
_GREATEST = 511
"""A worth takes nine bits, so that a link is one number of 63: 67 million mails, 268 million proofs."""


@dataclass(frozen=True, slots=True)
class Traits:
    """Mails as columns: each trait's code and the place of its mail; profile and number of copies of each mail.

    Mails are numbered in the order of their digests, as ``clustering`` orders its nodes.
    """

    codes: Numbers
    mails: Numbers
    profiles: Numbers
    copies: Numbers


@dataclass(frozen=True, slots=True)
class BulkGrouping:
    """For each mail the first mail of its group, or -1; and the ties: first mail, second mail, worth."""

    groups: Numbers
    firsts: Numbers
    seconds: Numbers
    worths: Numbers


def group_traits(traits: Traits) -> BulkGrouping:
    """Group mails by the proofs that they share."""
    count = len(traits.profiles)
    mails, codes, rarities = _linking_traits(traits)
    holders, worths, numbers = _gathered(_proofs(mails, codes, rarities))
    has_proof = np.zeros(count, bool)
    has_proof[holders] = True
    firsts, seconds, strengths = _links(holders, worths, numbers)
    labels, kept = _spanning(count, firsts, seconds)
    sizes = np.bincount(labels, weights=traits.copies, minlength=count)
    in_group = (sizes[labels] > 1) & ((np.bincount(labels, minlength=count)[labels] > 1) | has_proof)
    return BulkGrouping(np.where(in_group, labels, -1), firsts[kept], seconds[kept], strengths[kept])


def order_of(values: npt.NDArray[np.int64] | npt.NDArray[np.uint64]) -> Numbers:
    """The places of values, which are not negative, in the order of the values and then of the places.

    Sorting numbers is several times as fast as sorting places by numbers. So the lowest bits of each value give way to
    its place; the few values that differ in those bits alone are put right afterwards.
    """
    bits = np.uint64(max(1, (len(values) - 1).bit_length()))
    plain = values.astype(np.uint64)
    packed = plain >> bits << bits | np.arange(len(values), dtype=np.uint64)
    packed.sort()
    order = (packed & ((np.uint64(1) << bits) - np.uint64(1))).astype(np.int64)
    found = plain[order]
    wrong = np.flatnonzero(found[1:] < found[:-1])
    if len(wrong) > _MOST_PUT_RIGHT:
        return np.argsort(plain, kind="stable")
    packed >>= bits
    for high in np.unique(packed[wrong]):
        start, end = np.searchsorted(packed, high, "left"), np.searchsorted(packed, high, "right")
        run = order[start:end]
        order[start:end] = run[np.argsort(plain[run], kind="stable")]
    return order


def _linking_traits(traits: Traits) -> tuple[Numbers, Numbers, npt.NDArray[np.int16]]:
    """Traits that can link: mail, code, rarity; by mail, then by code."""
    if not len(traits.codes):
        return traits.mails, traits.codes, np.empty(0, np.int16)
    order = order_of(traits.codes)
    codes, mails = traits.codes[order], traits.mails[order]
    starts = _starts(codes)
    lengths = np.diff(np.append(starts, len(codes)))
    profiles = _profile_counts(starts, lengths, mails, traits.profiles)
    percent = _PERCENT[np.minimum(profiles, len(_PERCENT) - 1)]
    percent[np.add.reduceat(traits.copies[mails], starts) < _SHARED] = 0
    used = np.repeat(percent > 0, lengths)
    numbers = np.repeat(np.arange(len(starts)), lengths)[used]
    rows = mails[used] << _HALF | numbers
    rows.sort()
    numbers = rows & _LOW
    return rows >> _HALF, codes[starts][numbers], percent[numbers]


def _starts(ordered: npt.NDArray[np.int64] | npt.NDArray[np.uint64]) -> Numbers:
    """Where each run of equal values begins."""
    changes = np.empty(len(ordered), bool)
    changes[:1] = True
    np.not_equal(ordered[1:], ordered[:-1], out=changes[1:])
    return np.flatnonzero(changes)


def _profile_counts(starts: Numbers, lengths: Numbers, mails: Numbers, profiles: Numbers) -> Numbers:
    """Distinct profiles in each run. A run that is no longer than the first step is rare whatever its profiles."""
    counts = np.minimum(lengths, RARITY_STEPS[0][0])
    long = np.flatnonzero(lengths > RARITY_STEPS[0][0])
    if len(long):
        numbered = np.unique(profiles, return_inverse=True)[1]
        lengths = lengths[long]
        runs = np.repeat(np.arange(len(long)), lengths)
        inside = np.repeat(starts[long] - np.cumsum(lengths) + lengths, lengths) + np.arange(len(runs))
        pairs = runs << _HALF | numbered[mails[inside]]
        pairs.sort()
        counts[long] = np.bincount(pairs[_starts(pairs)] >> _HALF, minlength=len(long))
    return counts


def _proofs(mails: Numbers, codes: Numbers, rarities: npt.NDArray[np.int16]) -> Iterator[_Proofs]:
    """Every proof of every mail: mail, worth, number."""
    kinds = (codes & ((1 << KIND_BITS) - 1)).astype(np.int8)
    worths = (_WEIGHTS[kinds].astype(np.int32) * rarities // 100).astype(np.int16)
    alone = np.flatnonzero((kinds == ATTACHMENT) & (worths >= PROOF_WORTH))
    plain = codes.astype(np.uint64)
    yield mails[alone].astype(np.int32), worths[alone], _mixed(plain[alone], np.zeros(len(alone), np.uint64))
    yield from _pair_proofs(mails, plain, kinds, worths)
    yield from _text_proofs(mails, plain, kinds, rarities)


def _pair_proofs(
    mails: Numbers, codes: npt.NDArray[np.uint64], kinds: npt.NDArray[np.int8], worths: npt.NDArray[np.int16]
) -> Iterator[_Proofs]:
    families = _FAMILIES[kinds]
    for rows, width in _matrices(mails):
        left, right = np.triu_indices(width, 1)
        for part in _parts(rows, len(left)):
            ones, others = part[:, None] + left, part[:, None] + right
            sums = worths[ones] + worths[others]
            chosen = (sums >= PROOF_WORTH) & (families[ones] != families[others])
            first, second = ones[chosen], others[chosen]
            yield mails[first].astype(np.int32), sums[chosen], _mixed(codes[first], codes[second])


def _text_proofs(
    mails: Numbers, codes: npt.NDArray[np.uint64], kinds: npt.NDArray[np.int8], rarities: npt.NDArray[np.int16]
) -> Iterator[_Proofs]:
    texts = np.flatnonzero(kinds == TEXT)
    mails, codes, rarities = mails[texts], codes[texts], rarities[texts]
    for rows, width in _matrices(mails):
        for chosen in combinations(range(width), SAMPLES_FOR_PROOF):
            samples = rows[:, None] + np.array(chosen)
            rare = rows[rarities[samples].max(axis=1) == _FULL]
            number = codes[rare + chosen[0]]
            for place in chosen[1:]:
                number = _mixed(number, codes[rare + place])
            yield mails[rare].astype(np.int32), np.full(len(rare), PROOF_WORTH, np.int16), number


def _matrices(mails: Numbers) -> Iterator[tuple[Numbers, int]]:
    """Where the rows of mails with equally many traits begin, and how many traits those are."""
    starts = _starts(mails)
    widths = np.diff(np.append(starts, len(mails)))
    for width in np.unique(widths):
        yield starts[widths == width], int(width)


def _parts(rows: Numbers, pairs: int) -> Iterator[Numbers]:
    step = max(1, _PAIRS_AT_ONCE // max(1, pairs))
    for start in range(0, len(rows) if pairs else 0, step):
        yield rows[start : start + step]


def _mixed(first: npt.NDArray[np.uint64], second: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """``proofs.mixed`` for columns: unsigned whole numbers of 64 bits wrap around by themselves."""
    number = first * np.uint64(MULTIPLIERS[0]) + second * np.uint64(MULTIPLIERS[1])
    number ^= number >> np.uint64(SHIFT)
    number *= np.uint64(MULTIPLIERS[2])
    number ^= number >> np.uint64(SHIFT)
    return number


def _gathered(pieces: Iterator[_Proofs]) -> _Proofs:
    found = list(pieces)
    return (
        np.concatenate([piece[0] for piece in found]),
        np.concatenate([piece[1] for piece in found]),
        np.concatenate([piece[2] for piece in found]),
    )


def _links(
    holders: npt.NDArray[np.int32], worths: npt.NDArray[np.int16], numbers: npt.NDArray[np.uint64]
) -> tuple[Numbers, Numbers, Numbers]:
    """The first holder of each proof with every other, the strongest link first."""
    if not len(numbers):
        return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.int64)
    order = order_of(numbers)
    holders, worths, numbers = holders[order], worths[order], numbers[order]
    starts = _starts(numbers)
    lengths = np.diff(np.append(starts, len(numbers)))
    heads = np.minimum.reduceat(holders, starts).astype(np.int64)
    # A link as one number: what it lacks to the greatest worth, its proof's place, the other mail.
    proofs = np.repeat(np.arange(len(starts)), lengths)
    linking = heads[proofs] != holders
    lacks = (_GREATEST - worths[linking]).astype(np.int64)
    rows = (lacks << _PROOF_BITS | proofs[linking]) << _MAIL_BITS | holders[linking]
    rows.sort()
    seconds = rows & ((1 << _MAIL_BITS) - 1)
    rows >>= _MAIL_BITS
    return heads[rows & ((1 << _PROOF_BITS) - 1)], seconds, _GREATEST - (rows >> _PROOF_BITS)


def _spanning(count: int, firsts: Numbers, seconds: Numbers) -> tuple[Numbers, Numbers]:
    """Each mail's component by its smallest mail, and the places of the links that span the components.

    Links come in the order of their strength.
    """
    labels = np.arange(count)
    kept: list[Numbers] = []
    places = np.arange(len(firsts))
    while len(places):
        one, other = labels[firsts[places]], labels[seconds[places]]
        across = one != other
        places, one, other = places[across], one[across], other[across]
        if not len(places):
            break
        best = np.full(count, len(firsts), np.int64)
        # Written from the weakest on, so that the strongest stays.
        best[one[::-1]] = places[::-1]
        np.minimum.at(best, other, places)
        is_best = np.zeros(len(firsts) + 1, bool)
        is_best[best] = True
        chosen = np.flatnonzero(is_best[:-1])
        kept.append(chosen)
        labels = _merged(labels, labels[firsts[chosen]], labels[seconds[chosen]])
    return labels, np.sort(np.concatenate(kept)) if kept else np.empty(0, np.int64)


def _merged(labels: Numbers, one: Numbers, other: Numbers) -> Numbers:
    """Labels after the components at both ends of each link have become one: the smallest label of all."""
    while True:
        low, high = np.minimum(one, other), np.maximum(one, other)
        parents = np.arange(len(labels))
        np.minimum.at(parents, high, low)
        while not np.array_equal(jumped := parents[parents], parents):
            parents = jumped
        labels = parents[labels]
        one, other = parents[one], parents[other]
        apart = one != other
        if not apart.any():
            return labels
        one, other = one[apart], other[apart]
