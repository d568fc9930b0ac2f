"""``charteroak frameworks``: shapes of the JSON, and one clear line for what is not carried."""

import json

import msgspec
import pytest
from click.testing import CliRunner
from tests.simulators.program_here import run_here

from charteroak.cli import framework_coverage
from charteroak.cli.frameworks import frameworks
from charteroak.frameworks.catalog import carried_editions
from charteroak.program.practices import load_practices


def run_json(*arguments: str) -> dict[str, object]:
    result = CliRunner().invoke(frameworks, [*arguments, "--json"])
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert isinstance(document, dict)
    return document


def test_list_names_every_edition_with_its_counts() -> None:
    document = run_json("list")
    editions = document["frameworks"]
    assert isinstance(editions, list)
    named = [(edition["framework"], edition["edition"]) for edition in editions]
    assert named == sorted(named, key=lambda name: name[0])
    assert [edition for framework, edition in named if framework == "nist-800-53"] == ["r5", "5.1.1", "5.2.0"]
    csf = editions[named.index(("nist-csf", "2.0"))]
    assert csf["counts"] == {"function": 6, "category": 22, "subcategory": 106}


def test_show_takes_the_newest_edition_unless_one_is_named() -> None:
    assert run_json("show", "nist-csf")["edition"] == "2.0"
    assert run_json("show", "nist-csf@1.1")["edition"] == "1.1"


def test_crosswalk_rows_carry_authority_and_no_set_relation() -> None:
    rows = run_json("crosswalk", "nist-csf@2.0", "nist-800-171@r3")["rows"]
    assert isinstance(rows, list)
    assert {row["relation"] for row in rows} == {"concept"}
    assert {row["setRelation"] for row in rows} == {None}
    assert all(row["authority"] for row in rows)


@pytest.mark.parametrize(
    "arguments",
    [["list"], ["show", "nist-csf@2.0"], ["crosswalk", "nist-csf@1.1", "nist-csf@2.0"]],
    ids=lambda arguments: arguments[0],
)
def test_each_verb_prints_text_for_people(arguments: list[str]) -> None:
    result = CliRunner().invoke(frameworks, arguments)
    assert result.exit_code == 0
    assert "nist-csf" in result.stdout or "NIST" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["show", "cobit"], "frameworks.unknown-edition"),
        (["show", "nist-csf@7"], "frameworks.unknown-edition"),
        (["crosswalk", "nist-csf@1.1", "nist-800-171"], "frameworks.unknown-crosswalk"),
    ],
)
def test_what_is_not_carried_is_one_line_and_exit_code_2(arguments: list[str], code: str) -> None:
    ran = run_here("frameworks", *arguments)
    assert (ran.returncode, ran.stdout) == (2, b"")
    (line,) = ran.stderr.decode().splitlines()
    assert code in line


def test_coverage_counts_every_carried_edition_and_finds_nothing_left_out() -> None:
    editions = run_json("coverage")["editions"]
    assert isinstance(editions, list)
    assert len(editions) == len(carried_editions())
    assert all(edition["notReached"] == [] for edition in editions)


def test_coverage_of_one_edition_lists_each_requirement_with_what_it_reaches() -> None:
    document = run_json("coverage", "nist-csf@1.1")
    assert isinstance(document["editions"], list)
    rows = document["editions"][0]["rows"]
    assert len(rows) == document["editions"][0]["requirements"] == 108
    assert {"id": "patch-on-time", "relation": "contributes"} in next(r for r in rows if r["id"] == "ID.RA-1")[
        "practices"
    ]
    said = CliRunner().invoke(frameworks, ["coverage", "nist-csf@1.1"])
    assert "ID.RA-1" in said.stdout
    assert "says nothing about anybody's record" in said.stderr


def test_coverage_ends_with_1_where_a_requirement_reaches_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = load_practices()
    few = msgspec.structs.replace(shipped, by_id={"train-everyone": shipped.by_id["train-everyone"]}, questions={})
    monkeypatch.setattr(framework_coverage, "load_practices", lambda: few)
    result = CliRunner().invoke(frameworks, ["coverage", "nist-csf@2.0"])
    assert result.exit_code == 1
    assert "not reached: nist-csf@2.0 ID.AM-01" in result.stderr
