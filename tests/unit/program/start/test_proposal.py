"""Where to start and what to aim for, as a table of situations; and what a proposal never says."""

import re
from typing import Any

import pytest

from charteroak.frameworks.catalog import load_catalog
from charteroak.law.editions import load_frameworks
from charteroak.program.practices import load_practices
from charteroak.program.start.answers import About, Obligations, People, StartAnswers, Store, Systems
from charteroak.program.start.proposal import Proposal, load_aims, load_first_practices, propose


def situation(*, kind: str = "llc", people: int | None = 12, **obligations: Any) -> StartAnswers:
    return StartAnswers(
        about=About(kind=kind, people=people),  # type: ignore[arg-type]
        obligations=Obligations(**obligations),
    )


def titles(proposal: Proposal) -> set[str]:
    return {note.title for note in proposal.notes}


@pytest.mark.parametrize(
    ("answers", "framework", "route"),
    [
        (StartAnswers(), "nist-csf", "A"),
        (situation(), "nist-csf", "A"),
        (situation(people=4000), "nist-csf", "A"),
        (situation(contracts=("defense-data",)), "nist-800-171", "A"),
        (situation(contracts=("defense-unsure",)), "nist-csf", "A"),
        (situation(regulated=("patients",)), "hipaa", "B"),
        (situation(regulated=("patient-data-for-others",)), "hipaa", "B"),
        (situation(contracts=("hospitals",)), "nist-csf", "A"),
        (situation(regulated=("money",)), "glba", "B"),
        (situation(regulated=("bank-or-insurer",)), "nist-csf", "A"),
        (situation(regulated=("unsure",)), "nist-csf", "A"),
        (situation(regulated=("none",), takes_cards=True), "nist-csf", "A"),
        (situation(kind="municipality"), "nist-csf", "A"),
        (situation(kind="public-school-district"), "nist-csf", "A"),
        (situation(contracts=("federal-cloud",)), "fedramp", "A"),
        (situation(contracts=("federal-systems",)), "fisma", "B"),
        (situation(contracts=("asks-iso",)), "iso-27001", "A"),
        (situation(contracts=("defense-data", "asks-iso"), regulated=("patients",)), "nist-800-171", "A"),
        (situation(contracts=("a-later-code",)), "nist-csf", "A"),
    ],
)
def test_the_proposal_follows_from_what_was_said(answers: StartAnswers, framework: str, route: str) -> None:
    aim = propose(answers).aim
    assert (aim.framework, aim.route) == (framework, route)
    assert aim.edition == load_frameworks()[framework].editions[-1].code
    assert aim.why
    assert aim.would_change
    assert aim.citation.startswith("Conn. Gen. Stat.")


def test_a_law_is_offered_only_to_those_to_whom_it_applies() -> None:
    assert not {"hipaa", "glba", "fisma", "hitech"} & {aim.framework for aim in propose(situation()).choices}
    clinic = propose(situation(regulated=("patients",)))
    assert clinic.aim.framework == "hipaa"
    assert "only because you are subject to it" in clinic.aim.trap
    assert clinic.aim.rests_on == (
        "You said: We treat patients or run a health plan, and send bills or claims by computer.",
    )


def test_the_general_aim_rests_on_nothing_else_having_been_named() -> None:
    assert propose(StartAnswers()).aim.rests_on == ("Nothing was said yet about laws and contracts.",)
    assert propose(situation()).aim.rests_on == ("No law or contract that you named binds you to another.",)


def test_a_contract_of_unknown_kind_is_told_again_in_whole_words() -> None:
    note = next(note for note in propose(situation(contracts=("defense-unsure",))).notes if "controlled" in note.title)
    assert note.rests_on[0].startswith("You have contracts with: The Department of Defense")


def test_a_defense_supplier_is_told_that_connecticut_counts_on_revision_three() -> None:
    aim = propose(situation(contracts=("defense-data",))).aim
    assert aim.edition == "r3"
    assert "still ask for revision 2" in aim.trap
    assert "May 14, 2024" in aim.trap
    assert "ended on November 14, 2024" in aim.trap


def test_a_federal_cloud_provider_is_told_the_day_of_the_consolidated_rules() -> None:
    trap = propose(situation(contracts=("federal-cloud",))).aim.trap
    assert "June 24, 2026" in trap
    assert "until December 24, 2026" in trap
    assert "for counsel" in trap


def test_cards_alone_never_count_and_pci_dss_is_no_choice() -> None:
    proposal = propose(situation(takes_cards=True))
    assert "PCI DSS alone never counts" in titles(proposal)
    assert "pci-dss" not in {aim.framework for aim in proposal.choices}
    by_terminal = StartAnswers(systems=Systems(runs={"cards": "provider"}))
    assert "PCI DSS alone never counts" in titles(propose(by_terminal))


def test_a_small_shop_hears_that_the_first_group_is_not_shown_to_satisfy_connecticut() -> None:
    assert "places of your size" in propose(situation(people=49)).start_with
    assert "places of your size" not in propose(situation(people=50)).start_with
    for answers in (situation(), situation(people=4000)):
        assert "not shown to satisfy Connecticut by itself" in propose(answers).start_limit


@pytest.mark.parametrize("kind", ["municipality", "public-school-district", "state-agency"])
def test_public_bodies_are_for_counsel_and_the_program_still_pays(kind: str) -> None:
    note = next(note for note in propose(situation(kind=kind)).notes if "counsel" in note.title)
    assert "still pays" in note.text
    assert note.rests_on


def test_what_nobody_said_stands_among_the_open_questions() -> None:
    assert len(propose(StartAnswers()).open_questions) == 5
    told = StartAnswers(
        about=About(kind="llc", people=3),
        obligations=Obligations(regulated=("none",), contracts=("none",), takes_cards=False),
        stores=(Store(place="A drawer", kinds=("names",)),),
    )
    assert propose(told).open_questions == ()


def test_answers_move_practices_to_the_front_and_say_why() -> None:
    plain = [first.practice.id for first in propose(situation()).first]
    helped = propose(StartAnswers(people=People(provider="Ridge IT")))
    moved = [first.practice.id for first in helped.first]
    assert moved[0] == plain[0] == "name-who-leads"
    assert moved.index("check-suppliers") < plain.index("check-suppliers")
    assert helped.first[moved.index("check-suppliers")].sooner_because
    assert sorted(moved) == sorted(plain)


def test_no_text_of_a_proposal_claims_conformity() -> None:
    rules = load_aims()
    texts = [rule.why + rule.trap for rule in rules.aims] + [note.text for note in rules.notes]
    for text in [*texts, rules.start_with, rules.start_limit]:
        assert not re.search(r"\b(compliant|certified|protected by|immune|safe harbou?r)\b", text, re.IGNORECASE)


def test_the_first_practices_stand_behind_safeguards_of_the_first_group() -> None:
    controls = load_catalog("cis-controls", "8.1")
    for rule in load_first_practices().practices:
        for number in rule.cis:
            assert "IG1" in controls.control(number).labels, (rule.id, number)
        low, high = rule.minutes
        assert 0 < low <= high <= 120


def test_between_twelve_and_fifteen_practices_come_first() -> None:
    if len(load_practices().by_id) < 100:
        pytest.skip("the practices of this release are not all there yet")
    assert {rule.id for rule in load_first_practices().practices} <= load_practices().by_id.keys()
    everything = situation(regulated=("patients",), takes_cards=True)
    assert 12 <= len(propose(situation()).first) <= 15
    assert len(propose(everything).first) == 15
