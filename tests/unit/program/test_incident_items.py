"""Items of an incident: their chains, their labels, and that a step of a later version reads like an earlier one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.program.test_keeping_folds import A, fact, recorded

from charteroak.program.bodies import CustodyHandedOn, ItemTaken
from charteroak.program.custody import CUSTODY_COLUMNS, chain_rows
from charteroak.program.incident_items import check_characters, label_text, read_items, read_label
from charteroak.program.recorded import RecordedFact


def taken(index: int, number: int = 1, **members: object) -> RecordedFact:
    given = {
        "incident": "INC-2026-003", "number": number, "item": f"INC-2026-003-E{number:02d}", "what": "device",
        "source": "thing", "title": "Laptop", "collected_by": "Lee", "to": "Lee", "place": "Safe", "purpose": "Proof",
    }  # fmt: skip
    return fact(index, "item.taken", ItemTaken(**{**given, **members}), actor="user:1")  # type: ignore[arg-type]


def handed(index: int, step: str, **members: object) -> RecordedFact:
    given = {"item": "INC-2026-003-E01", "step": step, "from_": "Lee", "to": "Pat"}
    return fact(index, "custody.passed", CustodyHandedOn(**{**given, **members}), actor="user:1")  # type: ignore[arg-type]


def test_a_thing_is_with_whoever_took_it_until_another_accepts() -> None:
    [item] = read_items([taken(0), handed(1, "offered")])
    assert (item.name, item.chain.holder) == ("INC-2026-003-E01", "Lee")
    assert item.chain.offer is not None
    [item] = read_items([taken(0), handed(1, "offered"), handed(2, "accepted", offer=1, received_by="Pat")])
    assert (item.chain.holder, item.chain.offer, item.chain.gaps) == ("Pat", None, ())


@pytest.mark.parametrize("step", ["declined", "withdrawn", "expired"])
def test_an_offer_that_came_to_nothing_leaves_the_item_where_it_was(step: str) -> None:
    [item] = read_items([taken(0), handed(1, "offered"), handed(2, step, offer=1)])
    assert (item.chain.holder, item.chain.offer) == ("Lee", None)


def test_a_file_that_was_on_record_keeps_its_beginning() -> None:
    [item] = read_items([recorded(0, A), taken(1, item=A, sha256=A, source="entry")])
    assert [link.step for link in item.chain.links] == ["recorded", "listed"]
    assert item.chain.holder == "user:1"


def test_another_incident_has_its_own_items() -> None:
    facts = [taken(0), taken(1, incident="INC-2026-004", item="INC-2026-004-E01")]
    assert [item.name for item in read_items(facts, "INC-2026-004")] == ["INC-2026-004-E01"]


def test_rows_of_a_chain_have_every_column() -> None:
    [item] = read_items([taken(0), handed(1, "offered", badge="1187", agency="State Police")])
    rows = chain_rows(item.chain)
    assert all(set(row) == set(CUSTODY_COLUMNS) for row in rows)
    assert rows[1]["badge"] == "1187"


@given(place=st.integers(0, 63), other=st.sampled_from("0123456789abcdef"))
def test_a_label_with_one_wrong_character_of_the_digest_is_no_label(place: int, other: str) -> None:
    digest = "0123456789abcdef" * 4
    text = label_text("birch-falls", "INC-2026-003-E02", digest)
    assert read_label(text) == ("birch-falls", "INC-2026-003-E02", digest)
    if digest[place] != other:
        assert read_label(text.replace(digest, digest[:place] + other + digest[place + 1 :])) is None


@pytest.mark.parametrize("text", ["", "CHARTEROAK1", "hello world", "CHARTEROAK1 a b sha256:- 0000", "X " * 5])
def test_another_text_is_no_label(text: str) -> None:
    assert read_label(text) is None


def test_a_label_names_no_machine_unless_an_address_was_set() -> None:
    text = label_text("birch-falls", "INC-2026-003-E02", "")
    assert "://" not in text
    assert text.split()[3:] == ["sha256:-", check_characters("INC-2026-003-E02", "")]
    assert label_text("a", "b", "", "https://oak.example").endswith(" https://oak.example")
