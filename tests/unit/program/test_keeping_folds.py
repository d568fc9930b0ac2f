"""Holds, custody, markings, tombstones and retention as folds over recorded facts."""

from datetime import UTC, date, datetime, timedelta

import pytest

from charteroak.program.bodies import (
    BODY_VERSIONS,
    Body,
    ContentErased,
    CustodyPassed,
    EvidenceFile,
    EvidenceMarked,
    EvidenceRecorded,
    HoldLifted,
    HoldSet,
    HuntRun,
    NotUnderstood,
    ProgramAdopted,
)
from charteroak.program.custody import CUSTODY_COLUMNS, chain_rows, read_chains
from charteroak.program.errors import QuestionError
from charteroak.program.exhibits import erased_content, exhibits
from charteroak.program.holds import read_holds, standing_holds
from charteroak.program.markings import load_markings, standing_markings
from charteroak.program.recorded import RecordedFact
from charteroak.program.retention import packaged_schedule, parse_schedule, past_their_term, years_later
from charteroak.program.tables import render_csv

A, B = "a" * 64, "b" * 64
BEGIN = datetime(2026, 3, 2, 15, tzinfo=UTC)


def fact(index: int, kind: str, body: Body | NotUnderstood, *, actor: str = "system") -> RecordedFact:
    moment = BEGIN + timedelta(days=index)
    return RecordedFact(index, kind, 1, actor, moment.date(), None, moment, body)


def hold(index: int, name: str = "hold-1", *, sha256: tuple[str, ...] = ()) -> RecordedFact:
    scope = "listed" if sha256 else "everything"
    body = HoldSet(hold=name, matter="Doe", scope=scope, sha256=sha256, set_by="Cora", authority="Letter")  # type: ignore[arg-type]
    return fact(index, "hold.set", body)


def lifted(index: int, name: str = "hold-1") -> RecordedFact:
    return fact(index, "hold.lifted", HoldLifted(hold=name, lifted_by="Cora", reason="Over."))


def recorded(index: int, *digests: str) -> RecordedFact:
    files = tuple(EvidenceFile(sha256=each, size=1, name=f"{each[0]}.txt", media_type="text/plain") for each in digests)
    return fact(index, "evidence.recorded", EvidenceRecorded(practice="x", title="T", files=files), actor="user:1")


def passed(index: int, step: str, **members: object) -> RecordedFact:
    body = CustodyPassed(**{"item": A, "step": step, "sha256": A, "to": "Pat", **members})  # type: ignore[arg-type]
    return fact(index, "custody.passed", body, actor="user:2" if step == "accepted" else "user:1")


# Holds


def test_hold_stands_until_it_is_lifted_by_its_name() -> None:
    assert [each.stands for each in read_holds([hold(0), lifted(1, "hold-2")])] == [True]
    assert standing_holds([hold(0), lifted(1)]) == ()


def test_lifting_before_setting_lifts_nothing() -> None:
    assert len(standing_holds([lifted(0), hold(1)])) == 1


def test_second_hold_of_the_same_name_never_hides_the_first() -> None:
    found = read_holds([hold(0, sha256=(A,)), hold(1, sha256=(B,))])
    assert [sorted(each.sha256 or ()) for each in found if each.stands] == [[A], [B]]


def test_unreadable_hold_covers_everything_until_it_is_lifted() -> None:
    erased = fact(0, "hold.set", NotUnderstood("hold.set", 1, "erased"))
    [found] = standing_holds([erased])
    assert found.covers([A])
    assert found.covers([])
    assert standing_holds([erased, lifted(1, found.name)]) == ()


def test_listed_hold_covers_its_files_alone() -> None:
    [found] = read_holds([hold(0, sha256=(A,))])
    assert found.covers([B, A])
    assert not found.covers([B])
    assert not found.covers([])


# Exhibits and tombstones


def test_number_of_files_of_a_hunt_is_no_list_of_exhibits() -> None:
    hunt = HuntRun(indicators=1, engine="local", files=3, bytes=1, lines=1, matches=0)
    adopted = ProgramAdopted(title="Program", version="1", document_sha256=B, by="Board")
    found = exhibits([fact(0, "hunt.run", hunt), recorded(1, A), fact(2, "program.adopted", adopted), recorded(3, A)])
    assert {digest: [each.entry for each in named] for digest, named in found.items()} == {A: [1, 3], B: [2]}


def test_tombstones_name_the_entry_that_erased() -> None:
    body = ContentErased(entries=(0,), parts=("1/note",), sha256=(A,), basis="Request", approved_by="R")
    found = erased_content([recorded(0, A), recorded(1), fact(2, "content.erased", body)])
    assert (found.entries, found.parts, found.sha256) == ({0: 2}, {"1/note": 2}, {A: 2})


# Custody


def test_chain_begins_with_the_first_entry_that_names_the_file() -> None:
    chain = read_chains([recorded(0, A), recorded(1, A)])[A]
    assert [(link.entry, link.step) for link in chain.links] == [(0, "recorded")]
    assert (chain.holder, chain.title) == ("user:1", "a.txt")


def test_item_stays_with_the_first_until_another_accepts() -> None:
    facts = [recorded(0, A), passed(1, "offered", from_="Lee")]
    chain = read_chains(facts)[A]
    assert (chain.holder, chain.offer and chain.offer.entry) == ("user:1", 1)
    chain = read_chains([*facts, passed(2, "accepted", from_="Lee", offer=1, received_by="Pat Stone")])[A]
    assert (chain.holder, chain.offer, chain.gaps) == ("Pat Stone", None, ())
    chain = read_chains([*facts, passed(2, "declined", from_="Lee", offer=1, received_by="Pat")])[A]
    assert (chain.holder, chain.offer) == ("user:1", None)


def test_rows_of_a_chain_have_every_column() -> None:
    chain = read_chains([recorded(0, A), passed(1, "offered", from_="Lee")])[A]
    assert all(set(row) == set(CUSTODY_COLUMNS) for row in chain_rows(chain))


# Markings


def test_marking_is_withdrawn_by_an_entry_of_its_own() -> None:
    def marked(index: int, state: str, marking: str = "public") -> RecordedFact:
        body = EvidenceMarked(sha256=A, marking=marking, state=state, basis="x", marked_by="Lee")  # type: ignore[arg-type]
        return fact(index, "evidence.marked", body)

    standing = standing_markings([marked(0, "set"), marked(1, "set", "confidential"), marked(2, "withdrawn")])
    assert [each.code for each in standing] == ["confidential"]


def test_every_marking_says_what_its_citation_rests_on() -> None:
    assert load_markings()["exempt-it-security"].checked.startswith("not checked")
    assert all(each.citation and each.checked for each in load_markings().values())


# Retention


def test_packaged_schedule_knows_every_kind_and_calls_no_number_somebody_elses() -> None:
    schedule = parse_schedule(packaged_schedule())
    assert set(schedule.by_kind) == set(BODY_VERSIONS)
    assert {each.label for each in schedule.classes} == {"ours"}
    assert schedule.class_of("no.such").code == "other"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"years = 7", b"years = -1"),
        (b"years = 7", b"years = 201"),
        (b'label = "ours"', b'label = "theirs"'),
        (b"kinds = []", b'kinds = ["hunt.run"]'),
        (b"reviewer", b"reviewr"),
        (b'code = "other"', b'code = "rest"'),
    ],
)
def test_schedule_that_cannot_be_used_is_refused_with_its_place(old: bytes, new: bytes) -> None:
    with pytest.raises(QuestionError, match=r"retention\.toml"):
        parse_schedule(packaged_schedule().replace(old, new, 1))


def test_term_runs_from_the_later_of_happening_and_recording() -> None:
    schedule = parse_schedule(packaged_schedule())
    recorded_late = fact(0, "evidence.recorded", EvidenceRecorded(practice="x", title="T"))
    recorded_late = RecordedFact(0, "evidence.recorded", 1, "system", date(2010, 1, 1), None, BEGIN, recorded_late.body)
    assert past_their_term([recorded_late], schedule, date(2033, 3, 2)) == ()
    [due] = past_their_term([recorded_late], schedule, date(2033, 3, 3))
    assert due.kept_until == date(2033, 3, 2)


def test_what_explains_the_rest_is_never_past_its_term() -> None:
    schedule = parse_schedule(packaged_schedule())
    body = ContentErased(basis="Request", approved_by="R")
    assert past_their_term([fact(0, "content.erased", body)], schedule, date(2200, 1, 1)) == ()


@pytest.mark.parametrize(
    ("day", "years", "then"),
    [
        (date(2024, 2, 29), 1, date(2025, 2, 28)),
        (date(2024, 2, 29), 4, date(2028, 2, 29)),
        (date(9998, 1, 1), 7, date.max),
    ],
)
def test_years_are_calendar_years(day: date, years: int, then: date) -> None:
    assert years_later(day, years) == then


# Tables


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_no_cell_is_taken_for_a_formula(cell: str) -> None:
    assert render_csv(["a"], [{"a": cell}]).decode("utf-8-sig").splitlines()[1].lstrip('"').startswith("'")


def test_cells_keep_commas_quotes_lines_and_lone_surrogates() -> None:
    row = render_csv(["a", "b"], [{"a": 'x, "y"\nz', "b": "\udcff"}]).decode("utf-8-sig")
    assert row == 'a,b\r\n"x, ""y""\nz",\\udcff\r\n'
