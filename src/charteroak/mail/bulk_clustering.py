"""The same grouping as ``clustering`` without decisions, for a million mails at once, over columns of whole numbers.

1. Traits are sorted; those that one mail has, or that are too common to be worth anything, go.
2. Every mail's proofs are made column-wise: mails with equally many traits left are one matrix.
3. Proofs are sorted by number; each that several mails have links the first of them with every other.
4. The strongest links that hold everything together are found by Boruvka's algorithm (1926): each component takes its
   strongest link at once, and components halve at least with each round.

Most traits and many proofs are of one mail alone. They go as soon as they are known, since what a million mails cost
is mostly the memory that their columns pass through.

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
Places: TypeAlias = npt.NDArray[np.int32]
_Worths: TypeAlias = npt.NDArray[np.int16]
_Plain: TypeAlias = npt.NDArray[np.uint64]
_Proofs: TypeAlias = tuple[Places, _Worths, _Plain]

_WEIGHTS = np.array([kind.weight for kind in KINDS], np.int16)
_FAMILY_NAMES = tuple(dict.fromkeys(kind.family for kind in KINDS))
_FAMILIES = np.array([_FAMILY_NAMES.index(kind.family) for kind in KINDS], np.int8)
_PERCENT = np.array([rarity_percent(most) for most in range(RARITY_STEPS[-1][0] + 2)], np.int16)
_PAIRS_AT_ONCE = 1 << 18
"""As many as a processor's own memory holds."""

_FULL = rarity_percent(1)
_SHARED = 2
_LINKS_AT_FIRST = 1 << 16
_LONGER = 4
_MOST_PUT_RIGHT = 10_000
_HALF, _LOW = 32, (1 << 32) - 1
_PROOF_BITS, _MAIL_BITS = 28, 26
_GREATEST = 511
"""A worth takes nine bits, so that a link is one number of 63: 67 million mails, 268 million proofs."""


@dataclass(frozen=True, slots=True)
class Traits:
    """Mails as columns: each trait's code, the place of its mail, and that one's profile; the copies of each mail.

    Mails are numbered in the order of their digests, as ``clustering`` orders its nodes. Traits may come in any order;
    where they come in that of their codes, as an index has them, they need not be sorted.
    """

    codes: Numbers
    mails: Places
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
    count = len(traits.copies)
    holders, worths, numbers = _gathered(_proofs(*_linking_traits(traits)))
    has_proof = np.zeros(count, bool)
    has_proof[holders] = True
    firsts, seconds, strengths = _links(holders, worths, numbers)
    labels, kept = _spanning(count, firsts, seconds)
    sizes = np.bincount(labels, weights=traits.copies, minlength=count)
    in_group = (sizes[labels] > 1) & ((np.bincount(labels, minlength=count)[labels] > 1) | has_proof)
    wide = (column.astype(np.int64) for column in (firsts[kept], seconds[kept], strengths[kept]))
    return BulkGrouping(np.where(in_group, labels, np.int64(-1)), *wide)


def order_of(values: Numbers | _Plain) -> Numbers:
    """The places of values, which are not negative, in the order of the values and then of the places."""
    return _ordered(values)[0]


def sorted_places(values: Numbers) -> tuple[Numbers, Numbers]:
    """``order_of`` values, and the values in that order."""
    order, ordered = _ordered(values)
    return order, ordered.view(np.int64)


def _ordered(values: Numbers | _Plain) -> tuple[Numbers, _Plain]:
    """Sorting numbers twice is several times as fast as sorting places by numbers, or as fetching millions by place.

    So the lowest bits of each value give way to its place; the few values that differ in those bits alone are put right
    afterwards.
    """
    bits = np.uint64(max(1, (len(values) - 1).bit_length()))
    low = (np.uint64(1) << bits) - np.uint64(1)
    plain = values.view(np.uint64)
    packed = plain & ~low
    packed |= np.arange(len(values), dtype=np.uint64)
    packed.sort()
    packed &= low
    order = packed.view(np.int64)
    ordered = np.sort(plain)
    # Neighbors that differ, and only in bits that gave way. One less than no difference is the greatest of all numbers.
    close = np.flatnonzero((ordered[1:] ^ ordered[:-1]) - np.uint64(1) < low)
    if len(close) > _MOST_PUT_RIGHT:
        return np.argsort(plain, kind="stable"), ordered
    for high in np.unique(ordered[close] & ~low):
        start, end = np.searchsorted(ordered, high, "left"), np.searchsorted(ordered, high | low, "right")
        run = order[start:end]
        run[:] = run[np.argsort(plain[run], kind="stable")]
    return order, ordered


def _linking_traits(traits: Traits) -> tuple[Places, _Plain, _Worths]:
    """Traits that can link: mail, code, rarity; by mail, then by code."""
    codes, mails, profiles = np.ascontiguousarray(traits.codes), traits.mails, traits.profiles
    if not np.all(codes[1:] >= codes[:-1]):
        order, codes = sorted_places(codes)
        mails, profiles = mails[order], profiles[order]
    several = _of_several(codes)
    several |= (traits.copies >= _SHARED)[mails]
    codes, mails, profiles = codes[several], mails[several], profiles[several]
    if not len(codes):
        return mails, codes.view(np.uint64), np.empty(0, np.int16)
    starts = _starts(codes)
    lengths = np.diff(np.append(starts, len(codes)))
    percent = _PERCENT[np.minimum(_profile_counts(starts, lengths, profiles), len(_PERCENT) - 1)]
    rows = mails.astype(np.int64)
    rows <<= _HALF
    rows |= np.repeat(np.arange(len(starts)), lengths)
    rows = rows[np.repeat(percent > 0, lengths)]
    if not traits.copies.all():
        # Without a copy a mail counts in how common its traits are, and links nothing.
        rows = rows[traits.copies[rows >> _HALF] > 0]
    rows.sort()
    numbers = rows & _LOW
    rows >>= _HALF
    return rows.astype(np.int32), codes[starts].view(np.uint64)[numbers], percent[numbers]


def _of_several(ordered: Numbers | _Plain) -> npt.NDArray[np.bool_]:
    """Which of these values, which are in order, is there more than once."""
    alike = ordered[1:] == ordered[:-1]
    found = np.zeros(len(ordered), bool)
    found[1:] = alike
    found[:-1] |= alike
    return found


def _starts(ordered: Numbers | Places | _Plain) -> Numbers:
    """Where each run of equal values begins."""
    changes = np.empty(len(ordered), bool)
    changes[:1] = True
    np.not_equal(ordered[1:], ordered[:-1], out=changes[1:])
    return np.flatnonzero(changes)


def _profile_counts(starts: Numbers, lengths: Numbers, profiles: Numbers) -> Numbers:
    """Distinct profiles in each run. A run that is no longer than the first step is rare whatever its profiles."""
    counts = np.minimum(lengths, RARITY_STEPS[0][0])
    long = np.flatnonzero(lengths > RARITY_STEPS[0][0])
    if len(long):
        lengths = lengths[long]
        runs = np.repeat(np.arange(len(long)), lengths)
        inside = np.repeat(starts[long] - np.cumsum(lengths) + lengths, lengths) + np.arange(len(runs))
        order, found = _ordered(profiles[inside])
        pairs = runs[order] << _HALF
        pairs[1:] |= np.cumsum(found[1:] != found[:-1])
        pairs.sort()
        counts[long] = np.bincount(pairs[_starts(pairs)] >> _HALF, minlength=len(long))
    return counts


def _proofs(mails: Places, codes: _Plain, rarities: _Worths) -> Iterator[_Proofs]:
    """Every proof of every mail: mail, worth, number."""
    kinds = (codes & np.uint64((1 << KIND_BITS) - 1)).astype(np.int8)
    worths = (_WEIGHTS[kinds].astype(np.int32) * rarities // 100).astype(np.int16)
    alone = np.flatnonzero((kinds == ATTACHMENT) & (worths >= PROOF_WORTH))
    yield mails[alone], worths[alone], _mixed(codes[alone], np.zeros(len(alone), np.uint64))
    yield from _pair_proofs(mails, codes, kinds, worths)
    yield from _text_proofs(mails, codes, kinds, rarities)


def _pair_proofs(mails: Places, codes: _Plain, kinds: npt.NDArray[np.int8], worths: _Worths) -> Iterator[_Proofs]:
    families = _FAMILIES[kinds]
    for rows, width in _matrices(mails):
        left, right = np.triu_indices(width, 1)
        for part in _parts(rows, len(left)):
            # A row for each place within a mail and a column for each mail: whole rows are added and compared.
            places = part + np.arange(width)[:, None]
            worth, family = worths[places], families[places]
            sums = worth[left] + worth[right]
            is_proof = (sums >= PROOF_WORTH) & (family[left] != family[right])
            pairs, columns = np.nonzero(is_proof)
            first = part[columns]
            second = first + right[pairs]
            first += left[pairs]
            yield mails[first], sums[is_proof], _mixed(codes[first], codes[second])


def _text_proofs(mails: Places, codes: _Plain, kinds: npt.NDArray[np.int8], rarities: _Worths) -> Iterator[_Proofs]:
    texts = np.flatnonzero(kinds == TEXT)
    mails, codes, is_rare = mails[texts], codes[texts], rarities[texts] == _FULL
    for rows, width in _matrices(mails):
        columns = is_rare[rows + np.arange(width)[:, None]]
        for chosen in combinations(range(width), SAMPLES_FOR_PROOF):
            rare = rows[columns[list(chosen)].any(axis=0)]
            number = codes[rare + chosen[0]]
            for place in chosen[1:]:
                number = _mixed(number, codes[rare + place])
            yield mails[rare], np.full(len(rare), PROOF_WORTH, np.int16), number


def _matrices(mails: Places) -> Iterator[tuple[Numbers, int]]:
    """Where the rows of mails with equally many traits begin, and how many traits those are."""
    starts = _starts(mails)
    widths = np.diff(np.append(starts, len(mails)))
    for width in np.unique(widths):
        yield starts[widths == width], int(width)


def _parts(rows: Numbers, pairs: int) -> Iterator[Numbers]:
    step = max(1, _PAIRS_AT_ONCE // max(1, pairs))
    for start in range(0, len(rows) if pairs else 0, step):
        yield rows[start : start + step]


def _mixed(first: _Plain, second: _Plain) -> _Plain:
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


def _links(holders: Places, worths: _Worths, numbers: _Plain) -> tuple[Places, Places, _Worths]:
    """The first holder of each proof with every other, the strongest link first."""
    order, numbers = _ordered(numbers)
    several = _of_several(numbers)
    order, numbers = order[several], numbers[several]
    if not len(numbers):
        return np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, np.int16)
    holders = holders[order]
    starts = _starts(numbers)
    lengths = np.diff(np.append(starts, len(numbers)))
    heads = np.minimum.reduceat(holders, starts)
    # A link as one number: what it lacks to the greatest worth, its proof's place, the other mail.
    rows = (_GREATEST - worths[order[starts]]).astype(np.int64)
    rows <<= _PROOF_BITS
    rows |= np.arange(len(starts))
    rows <<= _MAIL_BITS
    rows = np.repeat(rows, lengths)
    rows |= holders
    rows = rows[np.repeat(heads, lengths) != holders]
    rows.sort()
    seconds = (rows & ((1 << _MAIL_BITS) - 1)).astype(np.int32)
    rows >>= _MAIL_BITS
    strengths = (_GREATEST - (rows >> _PROOF_BITS)).astype(np.int16)
    rows &= (1 << _PROOF_BITS) - 1
    return heads[rows], seconds, strengths


def _spanning(count: int, firsts: Places, seconds: Places) -> tuple[Places, Numbers]:
    """Each mail's component by its smallest mail, and the places of the links that span the components.

    Links come in the order of their strength, and are taken in runs, each longer than the one before: most of the later
    ones lie within a component that stronger ones have made, and one look is all that they cost.
    """
    labels = np.arange(count, dtype=np.int32)
    kept: list[Numbers] = []
    start, length = 0, _LINKS_AT_FIRST
    while start < len(firsts):
        run = slice(start, start + length)
        labels, found = _joined(labels, labels[firsts[run]], labels[seconds[run]])
        kept += [start + places for places in found]
        start, length = start + length, _LONGER * length
    return labels, np.sort(np.concatenate(kept)) if kept else np.empty(0, np.int64)


def _joined(labels: Places, one: Places, other: Places) -> tuple[Places, list[Numbers]]:
    """Labels after links between components, the strongest first, have joined them; the places of those that did."""
    kept: list[Numbers] = []
    places = np.arange(len(one))
    while True:
        across = np.flatnonzero(one != other)
        if not len(across):
            return labels, kept
        places, one, other = places[across], one[across], other[across]
        best = np.full(len(labels), len(places), np.int32)
        # Written from the weakest on, so that the strongest stays.
        ranks = np.arange(len(places), dtype=np.int32)
        best[one[::-1]] = ranks[::-1]
        np.minimum.at(best, other, ranks)
        chosen = np.flatnonzero((best[one] == ranks) | (best[other] == ranks))
        kept.append(places[chosen])
        parents = _merged(len(labels), one[chosen], other[chosen])
        labels, one, other = parents[labels], parents[one], parents[other]


def _merged(count: int, one: Places, other: Places) -> Places:
    """For each component the smallest of those that links between their two ends have made one with it."""
    parents = np.arange(count, dtype=np.int32)
    moved = np.empty(0, np.int32)
    while len(one):
        low, high = np.minimum(one, other), np.maximum(one, other)
        np.minimum.at(parents, high, low)
        moved = np.concatenate([moved, high])
        # Only what was moved has another parent than itself.
        while not np.array_equal(jumped := parents[parents[moved]], parents[moved]):
            parents[moved] = jumped
        one, other = parents[one], parents[other]
        apart = one != other
        one, other = one[apart], other[apart]
    return parents
