"""When two mails belong to one campaign: they share a *proof*.

A proof is one of three things:

- the same attached file, as long as it is rare;
- six of the eight samples of the text, at least one of them rare;
- two traits of different families that are worth 2.5 points together.

Each mail has its own proofs, whoever else there is, and the mails that have a proof in common are linked. Campaigns are
what hangs together by proofs. So neither the order of arrival nor who is compared with whom can matter.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from charteroak.mail.evidence import ATTACHMENT, KIND_BITS, KINDS, TEXT, rarity_percent

PROOF_WORTH = 250
"""Hundredths of a point from which evidence is a proof."""

SAMPLES_FOR_PROOF = 6
"""Samples of the text, out of eight, that are a proof alone."""

_WORD = (1 << 64) - 1
MULTIPLIERS = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0xD6E8FEB86659FD93)
"""Odd numbers by which a proof's number is mixed from its traits' codes (Steele, Lea and Flood 2014; Collet 2012)."""
SHIFT = 32
_KIND = (1 << KIND_BITS) - 1
_PLAIN = tuple(kind.weight for kind in KINDS)
_FAMILY = tuple(kind.family for kind in KINDS)


class Proof(NamedTuple):
    """What it is worth in hundredths of a point, and the number that the same evidence has in every mail."""

    worth: int
    number: int


def mixed(first: int, second: int) -> int:
    """One number of 64 bits from two."""
    number = (first * MULTIPLIERS[0] + second * MULTIPLIERS[1]) & _WORD
    number ^= number >> SHIFT
    number = number * MULTIPLIERS[2] & _WORD
    return number ^ number >> SHIFT


def text_worth(samples: Sequence[int]) -> int:
    """What shared samples of the text are worth, given how many profiles bear each."""
    rarest = max(rarity_percent(profiles) for profiles in samples)
    if len(samples) >= SAMPLES_FOR_PROOF and rarest == rarity_percent(1):
        return PROOF_WORTH
    return _PLAIN[TEXT] * rarest // 100


def proofs_of(codes: Sequence[int], profiles: Mapping[int, int]) -> list[Proof]:
    """Every proof that a mail with these traits has; ``profiles`` says how common a trait is, absent ones are rare.

    ``codes`` are in ascending order.
    """
    rarities = {code: rarity_percent(profiles.get(code, 1)) for code in codes}
    pieces = [(code, code & _KIND, _PLAIN[code & _KIND] * rarities[code] // 100) for code in codes if rarities[code]]
    found = [
        Proof(first_worth + second_worth, mixed(first, second))
        for (first, one, first_worth), (second, other, second_worth) in combinations(pieces, 2)
        if first_worth + second_worth >= PROOF_WORTH and _FAMILY[one] != _FAMILY[other]
    ]
    found += [
        Proof(worth, mixed(code, 0)) for code, kind, worth in pieces if kind == ATTACHMENT and worth >= PROOF_WORTH
    ]
    samples = [code for code, kind, _ in pieces if kind == TEXT]
    for chosen in combinations(samples, SAMPLES_FOR_PROOF):
        if max(rarities[code] for code in chosen) == rarity_percent(1):
            number = chosen[0]
            for code in chosen[1:]:
                number = mixed(number, code)
            found.append(Proof(PROOF_WORTH, number))
    return found
