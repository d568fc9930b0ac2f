"""The shipped practices and framework-only questions: plain words, every kind of safeguard, nothing that dangles."""

from collections import Counter
from pathlib import Path

import pytest
from reading_grade import grade, syllables

from charteroak.frameworks.catalog import carried_editions
from charteroak.program import practices as practices_module
from charteroak.program.bodies import BODY_VERSIONS
from charteroak.program.errors import PracticeFileError, QuestionError
from charteroak.program.links import edition_links
from charteroak.program.practices import Practice, SafeguardKind, load_practices

SHIPPED = load_practices()
ASKED = SHIPPED.asked
MAX_GRADE = 8.0
WITHOUT_ELEMENT = frozenset({"cis-controls-group", "nist-800-171a-procedures", "nist-800-53a-procedures"})
"""Questions about scope and method that no element of the edition asks for, and that an assessor asks first."""


def words_of(practice: Practice) -> str:
    parts = (practice.question, practice.do, practice.why, practice.small_way, *(f"{each}." for each in practice.shows))
    return " ".join(parts)


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("the", 1), ("computer", 3), ("password", 2), ("table", 2), ("whole", 1), ("changed", 1), ("needed", 2),
        ("boxes", 2), ("rules", 1), ("security", 4), ("organization", 5), ("device", 2), ("why", 1),
        ("services", 3), ("updates", 2), ("locked", 1), ("year", 1), ("don't", 1), ("encrypted", 3),
    ],
)  # fmt: skip
def test_syllables_are_counted_as_they_are_spoken(word: str, count: int) -> None:
    assert syllables(word) == count


def test_the_grade_is_that_of_the_published_formula() -> None:
    assert grade("The cat sat on the mat.") == pytest.approx(-1.45, abs=0.01)


@pytest.mark.parametrize("practice", ASKED.values(), ids=lambda practice: practice.id)
def test_the_words_of_a_practice_are_plain(practice: Practice) -> None:
    assert grade(words_of(practice)) <= MAX_GRADE


def test_the_words_of_the_whole_set_are_plain() -> None:
    assert grade(" ".join(map(words_of, SHIPPED.by_id.values()))) <= MAX_GRADE
    assert grade(" ".join(map(words_of, SHIPPED.questions.values()))) <= MAX_GRADE


def test_the_set_has_its_natural_size_and_every_theme_has_a_part_of_it() -> None:
    themes = Counter(practice.theme for practice in SHIPPED.by_id.values())
    assert 130 <= len(SHIPPED.by_id) <= 160
    assert list(themes) == list(SHIPPED.themes)


def test_no_two_practices_say_the_same() -> None:
    for part in ("title", "question", "do", "why", "small_way"):
        said = Counter(getattr(practice, part) for practice in SHIPPED.by_id.values())
        assert [text for text, times in said.items() if times > 1] == [], part


def test_every_practice_says_what_it_takes() -> None:
    for practice in ASKED.values():
        assert 0 < practice.effort_hours.low <= practice.effort_hours.high, practice.id
        assert 0 <= practice.cost.low <= practice.cost.high, practice.id
        assert practice.cost.source, practice.id
        assert practice.id not in practice.needs


def test_no_practice_waits_for_itself() -> None:
    done: set[str] = set()
    while ready := [p.id for p in SHIPPED.by_id.values() if p.id not in done and done.issuperset(p.needs)]:
        done.update(ready)
    assert done == set(SHIPPED.by_id)


def test_every_practice_and_question_has_a_part_in_some_requirement() -> None:
    linked = {
        link.practice
        for name in carried_editions()
        for links in edition_links(name, ASKED).by_id.values()
        for link in links
    }
    assert set(ASKED) - linked <= WITHOUT_ELEMENT
    assert linked <= set(ASKED), "a link names a practice that there is not"


def test_a_question_belongs_to_one_carried_framework_and_bears_its_name() -> None:
    frameworks = {name.framework for name in carried_editions()}
    for question in SHIPPED.questions.values():
        assert question.is_question
        assert question.framework in frameworks
        assert question.id.startswith(f"{question.framework}-")
    assert not any(practice.is_question for practice in SHIPPED.by_id.values())


def test_every_kind_of_safeguard_has_practices_of_its_own() -> None:
    assert {practice.kind for practice in SHIPPED.by_id.values()} == set(SafeguardKind)


def test_operations_that_show_a_practice_are_kinds_of_entry() -> None:
    operations = {kind for practice in SHIPPED.by_id.values() for kind in practice.operations}
    assert operations == {"hunt.run", "report.filed", "exercise.held", "training.completed"}
    assert operations <= set(BODY_VERSIONS)


def test_everyone_starts_with_the_sixteen_that_an_old_adoption_promised() -> None:
    assert len(SHIPPED.starting) == 16
    assert SHIPPED.promised_without_list == SHIPPED.starting
    assert all(not set(SHIPPED.by_id[each].needs) - set(SHIPPED.starting) for each in SHIPPED.starting)


def test_an_unknown_practice_is_refused_with_some_that_there_are() -> None:
    with pytest.raises(QuestionError, match="train-everyone"):
        SHIPPED.practice("train-the-cat")
    assert SHIPPED.practice("lock-and-log").kind is SafeguardKind.PHYSICAL
    assert SHIPPED.practice("hipaa-scope").is_question


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("practices = 3", "Expected `array`"),
        ("[[practices]]\nid = 'a'", "required field"),
        ("[[practices", "cannot be read"),
        ("[[practices]]\nlicensed_text = 'x'", "unknown field|required field"),
    ],
)
def test_a_file_of_practices_that_cannot_be_used_is_refused_by_name(
    content: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "data"
    (data / "practices").mkdir(parents=True)
    head = (
        "reviewer = 'us'\nreviewed = 2026-11-22\nstarting = []\nthemes = [{ id = 'leads', title = 'L', about = 'L' }]"
    )
    (data / "practices.toml").write_text(head)
    (data / "practices" / "leads.toml").write_text(content)
    monkeypatch.setattr(practices_module, "files", lambda _package: tmp_path)
    with pytest.raises(PracticeFileError, match=says) as refused:
        load_practices.__wrapped__()
    assert "practices/leads.toml" in str(refused.value)


@pytest.mark.parametrize("broken", ["twice", "dangling", "bare"])
def test_a_set_that_contradicts_itself_is_refused(broken: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = (
        "id = 'lock'\ntitle = 'T'\nkind = 'physical'\nquestion = 'Q?'\ndo = 'D'\nwhy = 'W'\nshows = ['S']\n"
        "small_way = 'M'\nfreshness_days = 5\n"
    )
    practices = {
        "twice": f"[[practices]]\n{one}[[practices]]\n{one}",
        "dangling": f"[[practices]]\n{one}needs = ['nowhere']\n",
        "bare": f"[[practices]]\n{one}",
    }[broken]
    data = tmp_path / "data"
    (data / "practices").mkdir(parents=True)
    head = (
        "reviewer = 'us'\nreviewed = 2026-11-22\nstarting = []\nthemes = [{ id = 'leads', title = 'L', about = 'L' }]"
    )
    (data / "practices.toml").write_text(head)
    (data / "practices" / "leads.toml").write_text(practices)
    question = one.replace("lock", "scope")
    (data / "framework_questions.toml").write_text(
        f"[[questions]]\n{question}" if broken == "bare" else "questions = []"
    )
    monkeypatch.setattr(practices_module, "files", lambda _package: tmp_path)
    with pytest.raises(PracticeFileError, match={"twice": "twice", "dangling": "nowhere", "bare": "framework"}[broken]):
        load_practices.__wrapped__()
