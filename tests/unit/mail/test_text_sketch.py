import random
import zlib
from hashlib import blake2b

import pytest

from charteroak.mail.text_sketch import BANDS, text_bands

MULTIPLIERS = (0x165667B1, 0x09E37795, 0x05EBCA6B, 0x12B2AE35, 0x07D4EB2F)
NOTICE = (
    "your parcel is held at our depot because the address on the label was not complete please confirm your details"
    " within two days and pay the small fee for a second delivery"
)
PARCEL = NOTICE.encode().split()


def bands_by_the_book(words: list[bytes]) -> list[str]:
    """The steps of the specification one by one, for texts of 25 words and more."""
    numbers = [zlib.crc32(word) for word in words[:1000]]
    bins: dict[int, int] = {}
    for start in range(len(numbers) - 4):
        total = sum(number * factor for number, factor in zip(numbers[start : start + 5], MULTIPLIERS, strict=True))
        assert total < 2**64
        hashed = (total >> 17) % 2**30
        bins[hashed >> 25] = min(hashed, bins.get(hashed >> 25, hashed))
    for number in range(31, -1, -1):
        following = next(number % 32 for number in range(number, 64) if number % 32 in bins)
        bins[number] = bins[following]
    return [
        f"{band}:"
        + blake2b(
            b"".join(bins[number].to_bytes(4, "little") for number in range(band * 4, band * 4 + 4)), digest_size=8
        ).hexdigest()
        for band in range(8)
    ]


def test_a_text_has_the_bands_that_other_installations_make_of_it() -> None:
    assert text_bands(PARCEL) == [
        "0:3236dbf660d9fd62",
        "1:49d4fcfea366384b",
        "2:16b9035968729129",
        "3:8aa07b3cb7393e8a",
        "4:ee7c5fda9640637c",
        "5:450073b62243ac72",
        "6:aa831b1b061a536c",
        "7:dad045a36a3a2bf2",
    ]
    assert text_bands(
        "a b c d e f g h i j k l m caf\u00e9 \u65e5\u672c n o p q r s t u v w x y z".encode().split()
    ) == [
        "0:b5eddcc587d243f7",
        "1:99405da1b28d5d81",
        "2:e2ed0e12eb448e58",
        "3:98ad87bc4646f5e7",
        "4:145f98f697dbaf75",
        "5:c1a08d0ef29c25db",
        "6:798b293a5f422c09",
        "7:acd19b249301c4ba",
    ]


@pytest.mark.parametrize("length", [25, 26, 29, 40, 200, 999, 1000, 1001, 3000])
def test_bands_follow_the_steps_of_the_specification(length: int) -> None:
    rng = random.Random(length)  # noqa: S311 - texts to try, no secret
    words = [rng.choice(PARCEL) + rng.choice([b"", b"a", b"\xc3\xa9"]) for _ in range(length)]
    assert text_bands(words) == bands_by_the_book(words)


def test_only_the_first_thousand_words_count() -> None:
    assert text_bands(PARCEL * 100) == text_bands((PARCEL * 100)[:1000])


@pytest.mark.parametrize("words", [[], [b"one"], PARCEL[:24]])
def test_a_short_text_has_no_bands(words: list[bytes]) -> None:
    assert text_bands(words) == []


def test_a_text_that_says_one_thing_over_and_over_has_all_bands() -> None:
    assert len(set(text_bands([b"word"] * 5000))) == BANDS


def test_a_changed_word_leaves_most_bands_of_a_long_text() -> None:
    rng = random.Random(1)  # noqa: S311 - texts to try, no secret
    shared = []
    for _ in range(40):
        words = [rng.choice(PARCEL) + bytes([97 + rng.randrange(26)]) for _ in range(400)]
        changed = [*words]
        changed[rng.randrange(400)] = b"elsewhere"
        shared.append(len(set(text_bands(words)) & set(text_bands(changed))))
    assert sum(shared) / len(shared) > 6.5


def test_other_texts_of_the_same_words_share_no_band() -> None:
    rng = random.Random(2)  # noqa: S311 - texts to try, no secret
    words = PARCEL * 10
    texts = []
    for _ in range(40):
        rng.shuffle(words)
        texts.append(set(text_bands(words)))
    assert len(set.union(*texts)) == 40 * BANDS
