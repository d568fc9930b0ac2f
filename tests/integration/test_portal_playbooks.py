"""Playbooks on pages that need no account."""

from html import unescape

import pytest
from django.test import Client

from charteroak.law.duties import load_duties
from charteroak.response.playbooks import load_playbooks
from charteroak.response.scoring_model import load_scoring_model
from charteroak.response.severity_examples import load_examples

pytestmark = pytest.mark.django_db


def test_what_to_do_is_there_for_anybody() -> None:
    page = Client().get("/playbooks/ransomware/").content.decode()
    book = load_playbooks()["ransomware"]
    assert book.first in page
    assert page.index(book.in_time[0].text) < page.index(book.in_time[-1].text)
    assert "without unreasonable delay" in page


def test_every_playbook_is_listed_and_its_card_is_a_pdf() -> None:
    listed = Client().get("/playbooks/").content.decode()
    for name in load_playbooks():
        assert f"/playbooks/{name}/" in listed
    card = Client().get("/playbooks/lost-device/card.pdf")
    assert card["Content-Type"] == "application/pdf"
    assert card.content.startswith(b"%PDF")


@pytest.mark.parametrize("name", ["flood", "ransomware-2"])
def test_a_playbook_that_is_not_there_is_not_found(name: str) -> None:
    assert Client().get(f"/playbooks/{name}/").status_code == 404


def test_a_duty_that_is_not_in_force_is_not_offered_as_one() -> None:
    page = Client().get("/playbooks/water-911/").content.decode()
    proposed = next(duty for duty in load_duties().duties if duty.code == "CIRCIA")
    row = page[page.index(proposed.citation) :]
    assert row[: row.index("</li>")].find("not in force") > 0


def test_worked_examples_of_severity_stand_there_for_anybody_with_whose_numbers_they_are() -> None:
    page = unescape(Client().get("/playbooks/severity/").content.decode())
    for example in load_examples():
        assert page.count(example.title) >= 2
    assert "64.9" in page
    assert "not verified against CISA" in page
    assert "not the State" in page
    rule = load_scoring_model("local").unsuccessful
    assert rule is not None
    assert f"never gives more than {rule.ceiling} of 100" in page
    assert "Severe" in page
    assert "4, red" in page
