"""Two texts compared by words."""

from charteroak.documents.text_difference import word_pieces


def test_a_number_changes_as_a_whole_and_never_by_half() -> None:
    pieces = word_pieces("It touched 1,200 people on 2026-03-01.", "It touched 1,450 people on 2026-03-02.")
    assert [piece.text for piece in pieces if piece.kind == "added"] == ["1,450", "2026-03-02"]
    assert [piece.text for piece in pieces if piece.kind == "removed"] == ["1,200", "2026-03-01"]
