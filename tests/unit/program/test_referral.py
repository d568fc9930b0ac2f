"""What may go into a referral: one function, every reason, and no canary in what is left."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.program.test_incident_items import handed, taken
from tests.unit.program.test_keeping_folds import A, B, fact

from charteroak.observables import parse_observable
from charteroak.program.bodies import EvidenceRecorded, IncidentOpened, NotUnderstood
from charteroak.program.recorded import RecordedFact
from charteroak.program.referral import FileAtHand, Material, select_for_referral

REPORTER = frozenset({"Nora Finch", "nora@example.org"})
OTHERS = frozenset({"Maple Mill", "maple-mill"})


def material(*facts: RecordedFact, **members: object) -> Material:
    given = {"organisation": "birch-falls", "facts": facts, "files": (), "reporters": REPORTER, "others": OTHERS}
    return Material(**{**given, **members})  # type: ignore[arg-type]


def test_what_names_nobody_goes_in_whole() -> None:
    found = select_for_referral(material(taken(0), handed(1, "offered"), files=[FileAtHand(A, "birch-falls")]))
    assert (found.left_out, found.bodies_left_out, found.files_left_out) == ((), frozenset(), {})
    assert found.clean("Logs of Tuesday") == "Logs of Tuesday"


def test_files_of_counsel_of_others_and_mails_of_reporters_stay() -> None:
    files = [
        FileAtHand(A, "birch-falls"),
        FileAtHand(B, "maple-mill"),
        FileAtHand("c" * 64, "birch-falls", is_report=True),
    ]
    found = select_for_referral(material(files=files, privileged=frozenset({A})))
    assert found.files_left_out == {
        A: "privileged", B: "of-another-organisation", "c" * 64: "names-a-reporter",
    }  # fmt: skip
    assert len(found.left_out) == 3
    agreed = select_for_referral(material(files=files, reporters_agreed=True))
    assert agreed.files_left_out == {B: "of-another-organisation"}


@pytest.mark.parametrize("name", ["Nora Finch", "NORA  FINCH", "nora@example.org", "Nora\nFinch"])
def test_a_name_of_a_reporter_keeps_a_body_back_and_is_blanked_in_texts(name: str) -> None:
    found = select_for_referral(material(taken(0, collected_by=name), taken(1, number=2)))
    assert found.bodies_left_out == {0}
    assert found.clean(f"It was {name} who saw it.") == "It was [name withheld] who saw it."
    agreed = select_for_referral(material(taken(0, collected_by=name), reporters_agreed=True))
    assert agreed.bodies_left_out == frozenset()
    assert name in agreed.clean(name)


def test_a_private_part_is_kept_back_alone() -> None:
    found = select_for_referral(
        material(taken(0, description="Seen by Nora Finch"), taken(1, number=2, collected_from="The clerk"))
    )
    assert found.bodies_left_out == frozenset()
    assert found.parts_left_out == {(0, "description"), (1, "collectedFrom")}


def test_another_organisation_is_kept_back_even_with_consent() -> None:
    found = select_for_referral(material(taken(0, place="Maple Mill"), reporters_agreed=True))
    assert found.bodies_left_out == {0}
    assert found.clean("as at maple-mill too") == "as at [another organization] too"


def test_a_note_about_something_else_stays_in_the_record() -> None:
    other = fact(0, "evidence.recorded", EvidenceRecorded(practice="x", title="T", note="Salaries"))
    opened = fact(1, "incident.opened", IncidentOpened(incident="INC-2026-003", title="Mail", outcome="unknown"))
    found = select_for_referral(material(other, opened))
    assert found.parts_left_out == {(0, "note")}


def test_indicators_that_name_a_reporter_stay() -> None:
    indicators = [parse_observable("evil.example"), parse_observable("nora@example.org")]
    found = select_for_referral(material(indicators=indicators))
    assert found.indicators == (indicators[0],)


def test_a_body_that_was_erased_is_no_obstacle_and_a_short_name_hides_nothing_else() -> None:
    erased = RecordedFact(
        0, "item.taken", 1, "system", datetime(2026, 1, 1, tzinfo=UTC), None, datetime(2026, 1, 1, tzinfo=UTC),
        NotUnderstood("item.taken", 1, "erased"),
    )  # fmt: skip
    found = select_for_referral(material(erased, taken(1), reporters=frozenset({"Al", ""})))
    assert found.left_out == ()
    assert found.clean("Also all of it") == "Also all of it"


@given(before=st.text(max_size=40), after=st.text(max_size=40))
def test_no_name_survives_between_any_texts(before: str, after: str) -> None:
    found = select_for_referral(material())
    assert "nora finch" not in found.clean(f"{before} Nora Finch {after}").casefold()


def test_a_file_goes_with_the_words_that_name_it() -> None:
    named = taken(0, item=A, sha256=A, source="upload", collected_by="Nora Finch")
    assert select_for_referral(material(named)).files_left_out == {A: "names-a-reporter"}
    also = handed(1, "offered", item=A, sha256=A)
    assert select_for_referral(material(named, also)).files_left_out == {}
