"""Playbooks: whole, in plain words, in order, and each on one sheet."""

import io
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from pypdf import PdfReader

from charteroak.cli.incident import incident
from charteroak.law.duties import load_duties
from charteroak.program.practices import load_practices
from charteroak.response.playbooks import (
    OWNER_TITLES,
    Owner,
    Phase,
    Playbook,
    PlaybookError,
    load_playbooks,
    parse_playbook,
    playbook_named,
)
from charteroak.services.playbook_cards import card_of

BOOKS = list(load_playbooks().values())
FOLDER = Path(__file__).parents[3] / "src/charteroak/response/data/playbooks"
each = pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.id)


def test_every_file_is_offered_under_its_own_name() -> None:
    assert {path.stem for path in FOLDER.glob("*.toml")} == set(load_playbooks())
    assert len(BOOKS) >= 11


@each
def test_a_playbook_stops_it_keeps_proof_tells_and_learns(book: Playbook) -> None:
    assert {step.phase for step in book.steps} >= {Phase.CONTAIN, Phase.TELL, Phase.LEARN}
    assert book.in_time[-1].phase is Phase.LEARN
    assert book.in_time[0].within_minutes <= 120
    assert book.keep
    assert any("desk" in step.text for step in book.steps)


@each
def test_a_playbook_names_duties_and_practices_that_there_are(book: Playbook) -> None:
    assert set(book.tell) <= {duty.code for duty in load_duties().duties}
    assert set(book.practices) <= set(load_practices().by_id)


@each
def test_sentences_are_short_enough_for_three_in_the_morning(book: Playbook) -> None:
    for text in (book.first, book.when, *book.never, *(step.text for step in book.steps)):
        for sentence in re.split(r"[.?!:;]\s+", text):
            assert len(sentence.split()) <= 24, sentence


@each
def test_a_card_is_one_sheet_that_holds_every_step_and_is_the_same_each_time(book: Playbook) -> None:
    pdf = card_of(book)
    pages = PdfReader(io.BytesIO(pdf)).pages
    assert len(pages) == 1
    text = " ".join(pages[0].extract_text().split())
    for step in book.steps:
        assert " ".join(step.text.split()[:3]) in text
    assert pdf == card_of(book)


def test_steps_come_in_the_order_of_time_with_whole_units() -> None:
    assert [step.within for step in playbook_named("ransomware").in_time][:4] == [
        "15 minutes",
        "30 minutes",
        "30 minutes",
        "1 hour",
    ]
    assert playbook_named("ransomware").in_time[-1].within == "21 days"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not toml [",
        'id = "x"',
        (FOLDER / "ransomware.toml").read_text().replace('who = "it"', 'who = "nobody"', 1),
        (FOLDER / "ransomware.toml").read_text().replace('id = "cut-off"', 'id = "learn"', 1),
        (FOLDER / "ransomware.toml").read_text() + '\nmore = "x"\n',
    ],
)
def test_a_file_that_is_no_playbook_is_refused(text: str) -> None:
    with pytest.raises(PlaybookError):
        parse_playbook(text)


def test_a_playbook_that_is_not_there_names_those_that_are(tmp_path: Path) -> None:
    done = CliRunner().invoke(incident, ["card", "flood", "-o", str(tmp_path / "x.pdf")])
    assert isinstance(done.exception, PlaybookError)
    assert "ransomware" in (done.exception.remedy or "")
    assert not (tmp_path / "x.pdf").exists()


def test_the_command_lists_them_all_and_writes_a_card(tmp_path: Path) -> None:
    listed = json.loads(CliRunner().invoke(incident, ["playbooks", "--json"]).output)["playbooks"]
    assert [book["id"] for book in listed] == list(load_playbooks())
    done = CliRunner().invoke(incident, ["card", "ransomware", "-o", str(tmp_path / "card.pdf")])
    assert done.exit_code == 0
    assert (tmp_path / "card.pdf").read_bytes().startswith(b"%PDF")
    assert set(OWNER_TITLES) == set(Owner)
