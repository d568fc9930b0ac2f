from collections import Counter

from charteroak.detection.literals import CandidateScanner, choose_fragments


def windows(patterns: list[bytes]) -> Counter[bytes]:
    return Counter(
        pattern[max(0, end - 8) : end] for pattern, (_, end) in zip(patterns, choose_fragments(patterns), strict=True)
    )


def test_a_shared_ending_is_not_what_is_searched_for() -> None:
    patterns = [f"host{number:04}.some-parcel.example".encode() for number in range(500)]
    assert max(windows(patterns).values()) == 1


def test_a_shared_beginning_is_not_what_is_searched_for() -> None:
    patterns = [f"https://www.parcel.example/path/{number:04}".encode() for number in range(500)]
    assert max(windows(patterns).values()) == 1


def test_every_fragment_is_a_piece_of_its_pattern_that_can_be_searched_for() -> None:
    patterns = [b"a.b", b"1.2.3.4", b"x" * 5000, b"203.0.", b"-.-.-.-", b"a@b.c"]
    for pattern, (start, end) in zip(patterns, choose_fragments(patterns), strict=True):
        assert 0 <= start < end <= len(pattern)


def test_a_scanner_tells_every_end_of_every_literal_and_expression() -> None:
    scanner = CandidateScanner([b"ab", b"b.c"], [rb"[0-9]{2}"])
    assert sorted(scanner.scan(b"AB.C ab 77")) == [(0, 2), (0, 7), (1, 4), (2, 10)]
    assert scanner.scan(b"") == []
    assert CandidateScanner([], []).scan(b"ab") == []
