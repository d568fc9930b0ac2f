"""A sketch of a text, such that two texts that share most of their wording share most of their eight bands.

One-permutation MinHash (Li, Owen and Zhang 2012) over runs of five words. Another implementation that keeps to these
steps makes the same bands:

1. Of the words, the first 1,000 count; a text of fewer than 25 has no sketch. The number of a word is the CRC-32 (as in
   zlib and PNG) of its bytes in UTF-8.
2. The numbers of each five words that follow each other are multiplied by ``_MULTIPLIERS``, the first word's by the
   first, and added up as whole numbers, which never need more than 64 bits. The run's hash is the 30 bits of the sum
   from bit 17 on, the lowest bit being bit 0.
3. The highest five bits of a hash are its bin, and of each of the 32 bins the least hash is kept. An empty bin keeps
   what the next bin that is not empty keeps, the first being next to the last (Shrivastava 2014), so that short texts
   have full bands.
4. Four bins make a band: its number, a colon, and in hexadecimal the BLAKE2b digest of 8 bytes of its four hashes,
   each as four bytes, the lowest first.

All runs are made by one multiplication: with a word in each 64 bits of one long number, the product with another one
that holds the five multipliers has in each 64 bits the sum of one run. Digests of single runs took three times as long.
"""

from bisect import bisect_left
from collections.abc import Sequence
from hashlib import blake2b
from struct import pack, unpack_from
from zlib import crc32

from charteroak.mail import limits

BANDS = 8
_BINS = 32
_MIN_WORDS = 25
_RUN_WORDS = 5
_MULTIPLIERS = (0x165667B1, 0x09E37795, 0x05EBCA6B, 0x12B2AE35, 0x07D4EB2F)
"""Odd, and below 2**29, so that the sum of five products stays below 2**64."""
_LANE = 64
_FIRST_BIT, _BITS = 17, 30
_ALL_MULTIPLIERS = sum(number << (_LANE * place) for place, number in enumerate(reversed(_MULTIPLIERS)))
_KEPT_BITS = sum(((1 << _BITS) - 1) << (_LANE * place) for place in range(limits.MAX_SHINGLES))
_LEAST_OF_BINS = tuple(number << (_BITS - 5) for number in range(_BINS))


def text_bands(words: Sequence[bytes]) -> list[str]:
    """The bands of a text, given as its words in UTF-8 in their order; none for a short text."""
    if len(words) < _MIN_WORDS:
        return []
    hashes = _run_hashes(words[: limits.MAX_SHINGLES])
    hashes.sort()
    # The least hash from a bin on is that bin's own, or else the next one's.
    hashes_and_first = [*hashes, hashes[0]]
    kept = pack(f"<{_BINS}I", *[hashes_and_first[bisect_left(hashes, least)] for least in _LEAST_OF_BINS])
    size = len(kept) // BANDS
    return [
        f"{band}:{blake2b(kept[band * size : (band + 1) * size], digest_size=8).hexdigest()}" for band in range(BANDS)
    ]


def _run_hashes(words: Sequence[bytes]) -> list[int]:
    """The hash of each run of words, in their order."""
    count = len(words)
    number = int.from_bytes(pack(f"<{count}Q", *map(crc32, words)), "little")
    # The lanes before the first whole run hold beginnings of it, and the lanes behind the last one hold ends.
    sums = number * _ALL_MULTIPLIERS >> (_LANE * (_RUN_WORDS - 1) + _FIRST_BIT)
    lanes = (sums & _KEPT_BITS).to_bytes(count * _LANE // 8, "little")
    return list(unpack_from(f"<{count - _RUN_WORDS + 1}Q", lanes))
