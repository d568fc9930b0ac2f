"""Whatever two texts are: putting the difference into effect gives the new one, taking it back gives the old one."""

from hypothesis import given
from hypothesis import strategies as st

from charteroak.documents.document_changes import Section, changes_between
from charteroak.documents.text_difference import Effort, likeness, new_text, old_text, stretches, word_pieces

WORDS = st.text(alphabet="ab \n.,\u00e9\u202e", max_size=60)
LINES = st.lists(st.sampled_from(["a b c", "a b d", "x", "We do it.", "We do it twice."]), max_size=6).map(tuple)
SECTIONS = st.lists(st.builds(Section, st.sampled_from(["One", "2. Two", "Three"]), LINES), max_size=5)


@given(WORDS | st.text(), WORDS | st.text(), st.integers(0, 400))
def test_a_word_difference_applied_gives_the_new_text(old: str, new: str, steps: int) -> None:
    for effort in (Effort(), Effort(steps)):
        pieces = word_pieces(old, new, effort)
        assert old_text(pieces) == old
        assert new_text(pieces) == new
        assert all(piece.text for piece in pieces)
        assert 0 <= likeness(pieces) <= 1


@given(st.lists(st.sampled_from("abc")), st.lists(st.sampled_from("abc")))
def test_stretches_cover_both_lists_once_and_in_order(old: list[str], new: list[str]) -> None:
    found = stretches(old, new, Effort())
    assert [item for one in found for item in old[one.old_from : one.old_to]] == old
    assert [item for one in found for item in new[one.new_from : one.new_to]] == new
    assert all(old[one.old_from : one.old_to] == new[one.new_from : one.new_to] for one in found if one.same)


@given(SECTIONS, SECTIONS)
def test_the_sections_of_a_comparison_are_those_of_both_versions(old: list[Section], new: list[Section]) -> None:
    changes = changes_between(old, new)
    after = [
        tuple(new_text(line.pieces) for line in each.paragraphs if line.state != "removed")
        for each in changes
        if each.state != "removed"
    ]
    before = [
        tuple(old_text(line.pieces) for line in each.paragraphs if line.state != "added")
        for each in changes
        if each.state != "added"
    ]
    assert after == [each.paragraphs for each in new]
    assert before == [each.paragraphs for each in old]
